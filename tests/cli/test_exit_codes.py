"""Contract section 6, code by code, each from a real run."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from tests.whole.program import Program, program_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Prepare = Callable[[Program, Emulator], object]

SECONDS_PER_JOB = 60.0
"""Longer than any test: a job that is not done on purpose is still running."""


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(seconds_per_job=SECONDS_PER_JOB) as running:
        yield running


@pytest.fixture
def program(tmp_path: Path, emulator: Emulator) -> Program:
    """The project that init writes: a dataset and a job."""
    program = program_for(tmp_path, emulator)
    program.run("init", ".")
    return program


def nothing(_program: Program, _emulator: Emulator) -> None:
    """The project as it is, an empty account."""


def applied(program: Program, _emulator: Emulator) -> None:
    program.run("apply", "--yes", "--wait", "none")


def dataset_only(program: Program, _emulator: Emulator) -> None:
    (program.folder / "manifests/job.yaml").unlink()


def dataset_is_gone(program: Program, emulator: Emulator) -> None:
    """The dataset is applied, and a tombstone wants it gone."""
    dataset_only(program, emulator)
    program.run("apply", "--yes")
    manifest = program.folder / "manifests/dataset.yaml"
    manifest.write_text(manifest.read_text().replace("metadata:", "metadata:\n  state: absent"))


def bad_row(program: Program, _emulator: Emulator) -> None:
    (program.folder / "data/support.jsonl").write_text("{}\n{}\nno row\n")


def bad_field(program: Program, _emulator: Emulator) -> None:
    with (program.folder / "manifests/job.yaml").open("a") as manifest:
        manifest.write("  learningRat: 1e-4\n")


def bad_project(program: Program, _emulator: Emulator) -> None:
    with (program.folder / "reconciler.yaml").open("a") as project:
        project.write("  acount: acme\n")


def other_account(program: Program, _emulator: Emulator) -> None:
    with (program.folder / "reconciler.yaml").open("a") as project:
        project.write("  account: somebody-else\n")


def reads_fail(_program: Program, emulator: Emulator) -> None:
    emulator.faults.add(Fault("status", method="GET", path="/v1/", status=400, times=None))


def key_is_refused(_program: Program, emulator: Emulator) -> None:
    emulator.faults.add(Fault("status", path="/v1/", status=401, times=None))


def creates_fail(_program: Program, emulator: Emulator) -> None:
    emulator.faults.add(Fault("status", method="POST", path="/v1/", status=400, times=None))


def job_fails(_program: Program, emulator: Emulator) -> None:
    emulator.faults.add(Fault("job_failed"))
    emulator.platform.seconds_per_job = 0


TABLE: list[tuple[int, tuple[str, ...], Prepare]] = [
    (0, ("--help",), nothing),
    (0, ("--version",), nothing),
    (0, ("validate",), nothing),
    (0, ("graph",), nothing),
    (0, ("plan",), nothing),
    (0, ("plan", "--format", "json"), nothing),
    (0, ("plan", "--detailed-exitcode"), applied),
    (0, ("status", "--all"), applied),
    (0, ("apply", "--yes"), dataset_only),
    (0, ("destroy",), nothing),
    (1, ("plan",), reads_fail),
    (1, ("plan", "--format", "json"), reads_fail),
    (1, ("apply", "--yes"), reads_fail),
    (1, ("status",), key_is_refused),
    (1, ("wait", "Dataset/support-chat"), nothing),
    (1, ("download", "Dataset/support-chat"), nothing),
    (2, ("plan", "--detailed-exitcode"), nothing),
    (2, ("plan", "--detailed-exitcode", "--format", "json"), nothing),
    (3, ("validate",), bad_row),
    (3, ("validate", "--format", "json"), bad_field),
    (3, ("validate", "--format", "github"), bad_field),
    (3, ("validate", "--format", "sarif"), bad_field),
    (3, ("plan",), bad_row),
    (3, ("apply", "--yes"), bad_field),
    (3, ("graph",), bad_field),
    (3, ("plan",), bad_project),
    (4, ("apply", "--yes"), creates_fail),
    (4, ("apply", "--yes", "--wait", "ready"), job_fails),
    (6, ("plan",), other_account),
    (6, ("apply", "--yes"), other_account),
    (6, ("apply",), nothing),
    (6, ("plan",), dataset_is_gone),
    (6, ("plan", "--detailed-exitcode"), dataset_is_gone),
    (6, ("plan", "--format", "json"), dataset_is_gone),
    (6, ("apply", "--yes"), dataset_is_gone),
    (7, ("apply", "--yes"), nothing),
    (7, ("apply",), applied),
    (7, ("apply", "--yes", "--wait", "ready", "--timeout", "0"), nothing),
    (7, ("wait", "SupervisedFineTuningJob/support-bot", "--timeout", "0"), applied),
    (64, (), nothing),
    (64, ("no-such-command",), nothing),
    (64, ("plan", "--no-such-option"), nothing),
    (64, ("plan", "no/such/path"), nothing),
    (64, ("plan", "--env", "unknown"), nothing),
    (64, ("plan", "--account", "no/id"), nothing),
    (64, ("plan", "--base-url", "http://example.com"), nothing),
    (64, ("plan", "--target", "Dataset/unknown"), nothing),
    (64, ("apply", "--allow", "everything"), nothing),
    (64, ("wait",), nothing),
    (64, ("explain", "Unknown"), nothing),
]


def named(value: object) -> str | None:
    if isinstance(value, tuple):
        return " ".join(value) or "no arguments"
    return getattr(value, "__name__", None)


@pytest.mark.parametrize(("code", "arguments", "prepare"), TABLE, ids=named)
def test_a_run_ends_with_the_code_of_the_contract(
    code: int, arguments: tuple[str, ...], prepare: Prepare, program: Program, emulator: Emulator
) -> None:
    prepare(program, emulator)

    assert code == program.run(*arguments).code


@pytest.mark.parametrize(
    ("code", "number"), [(130, signal.SIGINT), (143, signal.SIGTERM)], ids=["SIGINT", "SIGTERM"]
)
def test_a_signal_ends_a_wait_with_its_code(
    code: int, number: signal.Signals, program: Program
) -> None:
    process = program.start("apply", "--yes", "--wait", "ready")
    assert process.stderr is not None
    for line in process.stderr:
        if b"creating" in line:
            break
    process.send_signal(number)
    process.communicate()

    assert code == process.returncode


def test_without_a_key_nothing_is_asked(program: Program) -> None:
    keyless = {name: text for name, text in program.environment.items() if "KEY" not in name}

    assert 64 == Program(program.folder, keyless).run("plan").code
