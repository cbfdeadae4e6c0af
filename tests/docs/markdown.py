"""Fenced blocks of a Markdown page, with what stands right above them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OPEN = re.compile(r"^```(\w*)$")
_MARK = re.compile(r"^<!-- (.+) -->$")

CHECKED = ("README.md", "docs/guide.md")
"""The pages whose console blocks are run, in the order in which a newcomer meets them."""


@dataclass(frozen=True, slots=True)
class Block:
    """The text between two fences; ``mark`` is the HTML comment on the line above the first.

    ``first`` and ``end`` are the indexes of its first line and of the closing fence.
    """

    language: str
    mark: str
    first: int
    end: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def read(page: str) -> str:
    """A page by its path from the top of the checkout."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> tuple[Block, ...]:
    """The page's blocks of one language, from top to bottom."""
    return tuple(block for block in _all(text.splitlines()) if block.language == language)


def replaced(text: str, new: Mapping[Block, tuple[str, ...]]) -> str:
    """The page with other lines in some of its blocks."""
    lines = text.splitlines()
    for block in sorted(new, key=lambda block: block.first, reverse=True):
        lines[block.first : block.end] = new[block]
    return "".join(f"{line}\n" for line in lines)


def _all(lines: list[str]) -> Iterator[Block]:
    opened: tuple[str, str, int] | None = None
    for number, line in enumerate(lines):
        fence = _OPEN.match(line)
        if opened is not None and line == "```":
            language, above, first = opened
            yield Block(language, above, first, number, tuple(lines[first:number]))
            opened = None
        elif opened is None and fence is not None:
            mark = _MARK.match(lines[number - 1]) if number else None
            opened = (fence[1], mark[1] if mark else "", number + 1)
