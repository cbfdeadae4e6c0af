"""Colour is what --color says, wherever the output goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.server import Emulator
from tests.whole.program import Program, program_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ESCAPE = "\x1b["


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with Emulator() as emulator:
        program = program_for(tmp_path, emulator)
        program.run("init", ".")
        yield program


def test_always_colours_a_pipe_too(program: Program) -> None:
    assert ESCAPE in program.run("plan", "--color", "always").out


def test_a_pipe_gets_no_colour_by_itself(program: Program) -> None:
    assert ESCAPE not in program.run("plan").out


def test_json_is_never_coloured(program: Program) -> None:
    assert ESCAPE not in program.run("plan", "--color", "always", "--format", "json").out
