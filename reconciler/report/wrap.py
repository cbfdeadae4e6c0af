"""Long lines broken at the width of a terminal, so that what follows stays in its column."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KEPT = "\N{NO-BREAK SPACE}"
"""Stands for a space that no line may end at; textwrap breaks at those of ASCII only."""


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Lines of at most ``width`` columns, the later ones two further in. A word that is longer
    stays whole: it may be a name to copy."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def wrapped_between(parts: Sequence[str], mark: str, width: int) -> Iterator[str]:
    """The same of parts with a mark between them; only after a mark does a line end."""
    text = f"{KEPT}{mark} ".join(part.replace(" ", KEPT) for part in parts)
    for line in wrapped(text, width):
        yield line.replace(KEPT, " ")
