"""Kind/name on the command line: resources of the project, and what its jobs make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.server import Emulator
from tests.whole.program import Program, program_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The project that init writes, applied: its job makes a model of the job's name."""
    folder: Path = tmp_path_factory.mktemp("project")
    with Emulator() as emulator:
        program = program_for(folder, emulator)
        program.run("init", ".")
        program.run("apply", "--yes", "--wait", "ready")
        yield program


def test_wait_takes_the_output_model_of_a_job(program: Program) -> None:
    ran = program.run("wait", "Model/support-bot")

    assert (0, "done") == (ran.code, ran.out[:4])


def test_explain_takes_the_output_model_of_a_job(program: Program) -> None:
    assert 0 == program.run("explain", "Model/support-bot").code


def test_what_nobody_declares_is_wrong_usage(program: Program) -> None:
    assert 64 == program.run("wait", "Model/somebody-elses").code


JOB = "SupervisedFineTuningJob/support-bot"


@pytest.mark.parametrize(
    "words",
    [
        ("wait", JOB),
        ("explain", JOB),
        ("metrics", JOB),
        ("data", "Dataset/support-chat"),
        ("download", "Dataset/support-chat", "--out", "rows"),
    ],
    ids=str,
)
def test_a_project_elsewhere_is_named_by_its_path(
    words: tuple[str, ...], program: Program, tmp_path: Path
) -> None:
    ran = Program(tmp_path, program.environment).run(*words, str(program.folder))

    assert 0 == ran.code, ran.err


def test_wait_takes_refs_and_paths_in_any_order(program: Program, tmp_path: Path) -> None:
    elsewhere = Program(tmp_path, program.environment)

    ran = elsewhere.run("wait", str(program.folder), JOB, "Dataset/support-chat")

    assert (0, 2) == (ran.code, ran.out.count("done")), ran.err


def test_wait_without_a_ref_is_wrong_usage(program: Program) -> None:
    ran = program.run("wait", "manifests")

    assert (64, True) == (ran.code, "missing argument 'REF...'" in ran.err)


def test_a_kind_is_explained_without_a_path(program: Program) -> None:
    assert 64 == program.run("explain", "Dataset", "manifests").code


def test_a_path_given_twice_is_no_path_without_manifests(program: Program) -> None:
    ran = program.run("validate", "manifests/job.yaml", "manifests", "manifests/job.yaml")

    assert "no manifest found" not in ran.out


@pytest.mark.parametrize("command", ["validate", "graph"])
def test_offline_commands_take_the_options_of_the_others(program: Program, command: str) -> None:
    ran = program.run(command, "--account", "acme", "--base-url", "https://example.com")

    assert 0 == ran.code
