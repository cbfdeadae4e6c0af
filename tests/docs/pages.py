"""What a checked page shows against what its commands really print; and the page put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.docs.console import PROMPT, Answer, Steady, agrees, answers
from tests.docs.markdown import Block, blocks, read, replaced

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

OUTPUT_OF = "output of: "
FILE = "from: "
Lines = tuple[str, ...]


def wrong(page: str, folder: Path) -> list[str]:
    """Each block of the page that does not show what is printed, with what is."""
    return [
        f"{page}:{block.first + 1} shows\n{block.text}\nbut there is\n{_joined(real)}"
        for block, real in _differing(read(page), folder).items()
    ]


def put_right(page: str, folder: Path) -> str:
    """The page with the real output wherever it shows another; what agrees stays as it is."""
    text = read(page)
    return replaced(text, _differing(text, folder))


def _differing(text: str, folder: Path) -> dict[Block, Lines]:
    """The blocks that are wrong, with the lines that would be right."""
    found = answers(text, folder)
    right = {block: _flat(_right(answer) for answer in answered) for block, answered in found}
    everything = [answer for _, answered in found for answer in answered]
    for block in blocks(text, "text"):
        real = _meant(block, everything)
        right[block] = block.lines if _agree(block.lines, real) else real
    return {block: lines for block, lines in right.items() if lines != block.lines}


def _right(answer: Answer) -> Lines:
    """The command with what the page shows for it, where that agrees, else with what is true."""
    shown, real = answer.spoken.shown, answer.real
    return (PROMPT + answer.spoken.command, *(shown if _agree(shown, real) else real))


def _agree(shown: Lines, real: Lines) -> bool:
    return agrees(_steady(shown, Steady()), _steady(real, Steady()))


def _meant(block: Block, answered: list[Answer]) -> Lines:
    """What a text block repeats: the output of a command of the page, or a file of a test."""
    if block.mark.startswith(OUTPUT_OF):
        command = block.mark.removeprefix(OUTPUT_OF)
        return next(answer.real for answer in answered if answer.spoken.command == command)
    if block.mark.startswith(FILE):
        return tuple(read(block.mark.removeprefix(FILE)).splitlines())
    return block.lines


def _flat(answered: Iterable[Lines]) -> Lines:
    return tuple(line for lines in answered for line in lines)


def _steady(lines: Lines, steady: Steady) -> Lines:
    return tuple(steady.line(line) for line in lines)


def _joined(lines: Lines) -> str:
    return "".join(f"{line}\n" for line in lines)
