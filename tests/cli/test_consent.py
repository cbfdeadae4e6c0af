"""On a terminal apply asks: y for what can be undone, the resource's name for a loss of data."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.server import Emulator
from tests.whole.case import Case
from tests.whole.program import program_for

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parents[1] / "cases"


class Terminal:
    """``apply`` with a terminal as its standard input, for one of the cases."""

    def __init__(self, case: Case, folder: Path, emulator: Emulator) -> None:
        shutil.copytree(case.source, folder)
        case.fill(emulator)
        self._program = program_for(folder, emulator)

    def answer(self, text: str) -> int:
        """The exit code of apply when a person types ``text``."""
        return self.conversation(text).returncode

    def conversation(self, text: str) -> subprocess.CompletedProcess[bytes]:
        """All that apply says and how it ends."""
        ours, theirs = pty.openpty()
        os.write(ours, text.encode())
        done = subprocess.run(
            self._program.command("apply"),
            cwd=self._program.folder,
            env=dict(self._program.environment),
            stdin=theirs,
            capture_output=True,
            check=False,
        )
        os.close(ours)
        os.close(theirs)
        return done


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def updating(tmp_path: Path, emulator: Emulator) -> Terminal:
    case = Case.read(CASES / "a-display-name-is-updated")
    return Terminal(case, tmp_path / "project", emulator)


@pytest.fixture
def deleting(tmp_path: Path, emulator: Emulator) -> Terminal:
    return Terminal(Case.read(CASES / "a-tombstone-deletes"), tmp_path / "project", emulator)


@pytest.fixture
def training(tmp_path: Path, emulator: Emulator) -> Terminal:
    return Terminal(Case.read(CASES / "example-quickstart"), tmp_path / "project", emulator)


@pytest.mark.parametrize("yes", ["y\n", "yes\n", "Y\n"])
def test_y_agrees_to_what_can_be_undone(updating: Terminal, yes: str) -> None:
    assert updating.answer(yes) == 0


@pytest.mark.parametrize("no", ["\n", "n\n", "x\n", "\x04"])
def test_anything_else_is_a_no(updating: Terminal, emulator: Emulator, no: str) -> None:
    assert updating.answer(no) == 6
    assert [] == emulator.writes


def test_y_does_not_agree_to_a_loss_of_data(deleting: Terminal, emulator: Emulator) -> None:
    assert deleting.answer("y\n") == 6
    assert [] == emulator.writes


def test_typing_the_number_agrees_to_lose_several(deleting: Terminal) -> None:
    assert deleting.answer("2\n") == 0


def test_the_question_counts_what_it_is_about(updating: Terminal) -> None:
    assert b"Apply this change? [y/N] " in updating.conversation("n\n").stderr


def test_the_question_says_again_what_it_costs(training: Terminal) -> None:
    asked = training.conversation("n\n").stderr.decode()

    assert re.search(r"Apply these 2 changes \(1 paid run, .*\$0\.01\)\? \[y/N\] ", asked), asked


def test_after_an_end_of_the_input_the_answer_has_a_line_of_its_own(updating: Terminal) -> None:
    assert b"[y/N] \nerror: not applied: no consent\n" in updating.conversation("\x04").stderr
