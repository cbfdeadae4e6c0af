"""Whatever the command, output that is lost ends it without a traceback and with a code of ours."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
from typing import TYPE_CHECKING, TextIO
from unittest.mock import patch

import pytest

from reconciler.cli.commands import COMMANDS, HIDDEN
from reconciler.cli.run import run
from reconciler.cli.user_cache import user_cache
from tests.faults.lab import APPLY, lab
from tests.faults.stories import STORIES
from tests.whole.program import TIMEOUT_SECONDS, program_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.lab import Lab

JOB = "SupervisedFineTuningJob/support-bot"
DATASET = "Dataset/support-chat"
CALLS = {
    "apply": ("apply", "--yes"),
    "data": ("data", DATASET),
    "destroy": ("destroy",),
    "download": ("download", DATASET),
    "drift": ("drift",),
    "explain": ("explain", "Dataset"),
    "export": ("export",),
    "github": ("github", "--help"),
    "graph": ("graph",),
    "metrics": ("metrics", JOB),
    "plan": ("plan", "--out", "plan.json"),
    "schema": ("schema", "Dataset"),
    "status": ("status", "--all"),
    "validate": ("validate", "--format", "json"),
    "wait": ("wait", JOB),
}
PROCESSES = {
    "demo": ("demo",),
    "emulator": ("emulator",),
    "init": ("init",),
    "--version": ("--version",),
    "--help": ("--help",),
}


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The quickstart as it stands after its apply."""
    with lab(tmp_path_factory.mktemp("lost"), STORIES["quickstart"].project) as it:
        assert 0 == it.run(*APPLY).code
        yield it


def nobody() -> TextIO:
    """The end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "w", encoding="utf-8")


def full() -> TextIO:
    return open("/dev/full", "w", encoding="utf-8")


def called(it: Lab, name: str, out: TextIO, err: TextIO) -> int:
    """The exit code of one command in this process, with these streams."""
    user_cache.cache_clear()
    with (
        contextlib.chdir(it.folder),
        patch.dict(os.environ, it.program.environment, clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run(CALLS[name])
    user_cache.cache_clear()
    with contextlib.suppress(OSError):
        out.close()
    return code


def test_every_command_is_called_here() -> None:
    assert {*COMMANDS, *HIDDEN} == {*CALLS, *PROCESSES} - {"--version", "--help"}


@pytest.mark.fault("F15")
@pytest.mark.parametrize("name", CALLS)
def test_a_reader_that_is_gone_ends_a_command_silently(name: str, applied: Lab) -> None:
    err = io.StringIO()

    code = called(applied, name, nobody(), err)

    lines = [line for line in err.getvalue().splitlines() if "Pipe" in line or "error" in line]
    assert (1, []) == (code, lines)


@pytest.mark.fault("F16")
@pytest.mark.parametrize("name", CALLS)
def test_a_full_disk_ends_a_command_in_one_line(name: str, applied: Lab) -> None:
    err = io.StringIO()

    code = called(applied, name, full(), err)

    assert (1, True) == (code, err.getvalue().endswith("error: No space left on device\n"))


@pytest.mark.fault("F16")
@pytest.mark.parametrize("name", sorted(CALLS.keys() - {"destroy"}))
def test_notes_that_are_lost_change_neither_code_nor_result(name: str, applied: Lab) -> None:
    told = applied.run(*CALLS[name])
    file = applied.folder / "stdout"

    code = called(applied, name, file.open("w", encoding="utf-8"), full())

    assert (told.code, bool(told.out)) == (code, bool(file.read_text()))


@pytest.mark.fault("F15")
@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_whose_output_is_lost_ends_without_a_traceback(name: str, tmp_path: Path) -> None:
    program = program_for(tmp_path, None)

    def ended(folder: Path, stream: TextIO) -> tuple[int, str]:
        folder.mkdir()
        done = subprocess.run(
            program.command(*PROCESSES[name]),
            cwd=folder,
            env=dict(program.environment),
            stdout=stream,
            stderr=subprocess.PIPE,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        return done.returncode, done.stderr

    assert (1, "error: No space left on device\n") == ended(tmp_path / "full", full())
    assert (1, "") == ended(tmp_path / "gone", nobody())
