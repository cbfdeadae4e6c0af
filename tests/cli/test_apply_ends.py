"""How an apply ends when the plan after it cannot be made, and what its event file says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from tests.whole.case import Case
from tests.whole.program import program_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.whole.program import Program

CASE = Path(__file__).parents[1] / "cases" / "a-display-name-is-updated"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def program(tmp_path: Path, emulator: Emulator) -> Program:
    case = Case.read(CASE)
    shutil.copytree(case.source, tmp_path / "project")
    case.fill(emulator)
    return program_for(tmp_path / "project", emulator)


def forbid_the_second_list(emulator: Emulator) -> None:
    emulator.faults.add(
        Fault("status", method="GET", path="/datasets$", nth=2, times=None, status=403, code=7)
    )


def test_the_ledger_is_shown_though_the_plan_after_it_fails(
    program: Program, emulator: Emulator
) -> None:
    forbid_the_second_list(emulator)

    assert "Applied 1 of 1" in program.run("apply", "--yes").out


def test_a_plan_that_fails_after_writes_is_a_failure_after_writes(
    program: Program, emulator: Emulator
) -> None:
    forbid_the_second_list(emulator)

    assert program.run("apply", "--yes").code == 4


def test_the_event_file_ends_with_the_exit_code_of_the_run(
    program: Program, emulator: Emulator
) -> None:
    forbid_the_second_list(emulator)
    program.run("apply", "--yes", "--events", "events.jsonl")

    last = (program.folder / "events.jsonl").read_text().splitlines()[-1]

    assert ("apply_summary", 4) == (json.loads(last)["type"], json.loads(last)["exit_code"])


def test_an_event_file_that_cannot_be_written_is_told_before_any_write(
    program: Program, emulator: Emulator
) -> None:
    ran = program.run("apply", "--yes", "--events", "no/such/folder/events.jsonl")

    assert (64, []) == (ran.code, emulator.writes)


def test_in_json_an_apply_is_one_document_with_plan_outcomes_and_code(program: Program) -> None:
    document = json.loads(program.run("apply", "--yes", "--format", "json").out)

    assert ["Dataset/chat"] == [action["ref"] for action in document["plan"]["actions"]]
    assert [("Dataset/chat", "done", True)] == [
        (outcome["ref"], outcome["status"], outcome["wrote"]) for outcome in document["outcomes"]
    ]
    assert ([], 0) == (document["left"], document["exit_code"])


def test_in_json_a_refused_apply_is_one_document_too(program: Program) -> None:
    document = json.loads(program.run("apply", "--format", "json").out)

    assert ([], ["Dataset/chat"], 6) == (
        document["outcomes"],
        document["left"],
        document["exit_code"],
    )
