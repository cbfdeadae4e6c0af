"""What cannot be read is called so, by every command, and ends it with 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from tests.whole.program import Program, program_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """A project of a dataset and a job; no list of datasets is answered."""
    with Emulator() as emulator:
        program = program_for(tmp_path, emulator)
        program.run("init", ".")
        fault = Fault("status", method="GET", path="/datasets", status=400, times=None)
        emulator.faults.add(fault)
        yield program


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan",),
        ("apply", "--yes"),
        ("destroy", "--yes"),
        ("status",),
        ("wait", "Dataset/support-chat"),
        ("download", "Dataset/support-chat"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_an_account_that_cannot_be_read_whole_ends_with_1(
    program: Program, arguments: tuple[str, ...]
) -> None:
    assert 1 == program.run(*arguments).code


def test_nobody_says_no_changes_of_what_was_not_read(program: Program) -> None:
    assert (
        "No changes: the account matches"
        not in program.run("plan", "--target", "Dataset/support-chat").out
    )


def test_wait_does_not_call_absent_what_was_not_read(program: Program) -> None:
    assert "is not there" not in program.run("wait", "Dataset/support-chat").err


def test_explain_does_not_call_absent_what_was_not_read(program: Program) -> None:
    assert "live      not read" in program.run("explain", "Dataset/support-chat").out


@pytest.mark.parametrize("flag", ["-v", "--verbose", "-qv"])
def test_verbose_names_the_call_that_failed(program: Program, flag: str) -> None:
    told = "api: GET /v1/accounts/{account}/datasets -> 400 (attempts: 1)"

    assert told in program.run("plan", flag).err.splitlines()
