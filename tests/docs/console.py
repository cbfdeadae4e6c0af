"""Console blocks of a page: the commands are run as a reader would, the output is compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.docs.markdown import Block, blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

PROMPT = "$ "
EMULATOR = "reconciler emulator"
ELIDED = "..."
"""A line of a page that stands for any number of lines."""

TIMEOUT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Spoken:
    """One command of a page with the output that the page shows for it."""

    command: str
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The same command, and what it really printed."""

    spoken: Spoken
    real: tuple[str, ...]


def spoken(block: Block) -> Iterator[Spoken]:
    """The commands of a console block."""
    lines = list(block.lines)
    starts = [n for n, line in enumerate(lines) if line.startswith(PROMPT)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield Spoken(lines[start].removeprefix(PROMPT), tuple(lines[start + 1 : end]))


@dataclass(slots=True)
class Terminal:
    """A shell in a scratch folder: keeps the folder, the environment and the last exit code.

    Two terminals of the reader are one here: ``reconciler emulator`` goes on in the background
    and what it prints is taken over, as its reader is told to.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    code: int = 0
    _emulator: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = {"PATH": path, "HOME": str(self.folder), "LANG": "C.UTF-8"}
        self.environment |= {  # a reader has told git who they are
            f"GIT_{whose}_{what}": "reader"
            for whose in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._emulator is not None:
            self._emulator.terminate()
            self._emulator.communicate(timeout=TIMEOUT_SECONDS)

    def run(self, command: str) -> str:
        """What the command prints: stdout, or stderr where that is empty."""
        if command.startswith("cd "):
            self.folder = self.folder / command.removeprefix("cd ")
            return ""
        if command.startswith("export "):
            self._export(command)
            return ""
        if command == "echo $?":
            return f"{self.code}\n"
        return self._start_emulator() if command == EMULATOR else self._shell(command)

    def _shell(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        self.code = done.returncode
        return done.stdout or done.stderr

    def _start_emulator(self) -> str:
        """Jobs are done at once: how long they take is no part of what a page shows."""
        self._emulator = subprocess.Popen(
            [*EMULATOR.split(), "--seconds-per-job", "0"],
            cwd=self.folder,
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._emulator.stdout is not None
        lines = [self._emulator.stdout.readline() for _ in range(3)]
        for line in lines:
            self._export(line)
        return "".join(lines)

    def _export(self, line: str) -> None:
        name, _, value = line.strip().removeprefix("export ").partition("=")
        self.environment[name] = value


def answers(page: str, folder: Path) -> tuple[tuple[Block, tuple[Answer, ...]], ...]:
    """All commands of a page, run one after the other in one terminal."""
    with Terminal(folder) as terminal:
        return tuple(
            (block, tuple(Answer(s, _lines(terminal.run(s.command))) for s in spoken(block)))
            for block in blocks(page, "console")
        )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in text.splitlines())


@dataclass(slots=True)
class Steady:
    """One output without what differs from run to run. Digests are numbered in the order in which
    they are first seen: one that should be another is still found."""

    _digests: dict[str, str] = field(default_factory=dict)

    def line(self, text: str) -> str:
        text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time>", text)
        text = re.sub(r"127\.0\.0\.1:\d+", "<address>", text)
        text = re.sub(r"\b(commit|since) [0-9a-f]{7,10}\b", r"\1 <commit>", text)
        return re.sub(r"(?<=-)[0-9a-f]{10}\b", self._number, text)

    def _number(self, found: re.Match[str]) -> str:
        return self._digests.setdefault(found[0], f"<digest {len(self._digests) + 1}>")


def agrees(shown: tuple[str, ...], real: tuple[str, ...]) -> bool:
    """Whether the page shows what was printed, where it does not leave lines out."""
    pattern = "".join(r"(?:.*\n)*?" if line == ELIDED else f"{re.escape(line)}\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in real)) is not None
