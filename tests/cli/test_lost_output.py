"""Stdout that is full, closed or read by nobody: said in one line, and never a wrong exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.files import write_private
from reconciler.cli.output import say_or_lose
from reconciler.emulator.faults import Fault
from tests.whole.sweep import APPLY, PATIENCE_SECONDS, stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.whole.sweep import Stage


@pytest.fixture
def staged(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path / "project") as ready:
        yield ready


def _into(staged: Stage, redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with its output redirected by a shell."""
    program = staged.program
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", *program.command(*arguments)],
        cwd=program.folder,
        env=dict(program.environment),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_a_plan_that_cannot_be_printed_fails_in_one_line(staged: Stage) -> None:
    ran = _into(staged, "> /dev/full", "plan")

    assert (1, "error: No space left on device\n") == (ran.returncode, ran.stderr)


def test_a_closed_stdout_leaves_the_exit_code_alone(staged: Stage) -> None:
    ran = _into(staged, ">&-", "plan", "--detailed-exitcode")

    assert (2, "") == (ran.returncode, ran.stderr)


@pytest.mark.parametrize(
    ("code", "arguments"),
    [(6, ("apply",)), (64, ("plan", "--format", "none")), (64, ("plan", "nowhere"))],
)
def test_a_refusal_that_cannot_be_told_keeps_its_code(
    code: int, arguments: tuple[str, ...], staged: Stage
) -> None:
    assert code == _into(staged, "2> /dev/full", *arguments).returncode


def test_a_note_that_is_lost_takes_no_result_with_it(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stderr", full)
        say_or_lose("a note\n", err=True)
        say_or_lose("the result\n")

    assert "the result\n" == capfd.readouterr().out


@pytest.mark.fault("F15")
def test_a_reader_that_leaves_before_the_first_write_stops_the_apply(staged: Stage) -> None:
    with staged.program.start(*APPLY) as child:
        assert child.stdout is not None
        child.stdout.close()
        child.wait(PATIENCE_SECONDS)

    assert (1, []) == (child.returncode, staged.emulator.writes)


@pytest.mark.fault("F15")
def test_a_reader_that_leaves_after_the_first_write_does_not_change_the_exit_code(
    staged: Stage,
) -> None:
    staged.emulator.faults.add(Fault("hang", method="POST", path="Jobs$"))
    struck = staged.struck()
    with staged.program.start(*APPLY) as child:
        struck.wait(PATIENCE_SECONDS)
        assert child.stdout is not None
        child.stdout.close()
        staged.emulator.faults.release()
        child.wait(PATIENCE_SECONDS)

    assert 0 == child.returncode


def test_a_plan_saved_to_a_pipe_is_written_to_it_and_does_not_replace_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write_private(pipe, b"{}")

    assert (True, b"{}") == (pipe.is_fifo(), os.read(reader, 10))
    os.close(reader)


def test_a_saved_plan_leaves_no_temporary_file(staged: Stage) -> None:
    staged.program.run("plan", "--out", "plan.json")

    assert ["plan.json"] == sorted(p.name for p in staged.program.folder.glob("*plan.json*"))
    assert 0o600 == (staged.program.folder / "plan.json").stat().st_mode & 0o777


@pytest.mark.fault("F16")
def test_an_event_file_that_cannot_grow_does_not_change_how_the_apply_ends(staged: Stage) -> None:
    command = staged.program.command(*APPLY, "--events", "events.jsonl")
    ran = subprocess.run(
        ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", *command],
        cwd=staged.program.folder,
        env={**staged.program.environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert 0 == ran.returncode, ran.stderr
    assert "Applied 3 of 3" in ran.stdout
    assert "apply_summary" not in (staged.program.folder / "events.jsonl").read_text()
