"""Text of others inside Markdown: nothing in it is markup, a mention or a link.

Two readers follow each other. A Markdown parser finds structure: a numeric entity is none
(CommonMark 6.2). GitHub then looks through what came out as text for mentions, issues, emoji and
formulas, where an entity is its sign again: there only a tag between the sign and its word helps.
Whatever stays as it is keeps a comment readable in a terminal too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reconciler.report.escape import escape, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 400
"""Characters of one text of others: a reason, a message."""
SPAN = "\ue000"
"""Marks where a tag goes while the signs are replaced; a private-use sign, shown as ``?``."""

_MARKUP = re.compile(
    r"[&<>`*\[\]\\|~@#$]"
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # inside a word it emphasises nothing
    rf"|(?<={SPAN})."  # a sign that gets a tag of its own
    r"|(?<=www)\.|:(?=//)"  # a link without brackets
    r"|^[-+=]|^\d(?=\d*[.)])",  # a list within a list item
    re.IGNORECASE,
)
_MARKED = re.compile(f"{SPAN}(&#[0-9]+;)")
_STARTS_SOMETHING = re.compile(
    r"[@#$]"  # a mention, an issue, a formula
    r"|:(?=[\w+-]+:)"  # an emoji
    r"|(?<=\bGH)-(?=\d)",  # an issue
    re.IGNORECASE,
)


def inert(text: str, longest: int = LONGEST) -> str:
    """``text`` for a paragraph, a list item or a table's cell; one line stays one line."""
    shown = escape(shorten(text.replace(SPAN, "?"), longest)).strip()
    marked = _STARTS_SOMETHING.sub(rf"{SPAN}\g<0>", shown)
    return _MARKED.sub(r"<span>\1</span>", _MARKUP.sub(_entity, marked))


def code(text: str, longest: int = LONGEST) -> str:
    """The same in the letters of code."""
    return f"<code>{inert(text, longest)}</code>"


def fence(lines: Iterable[str], language: str) -> list[str]:
    """A block of code that none of its lines can end: longer than every run of backticks in it."""
    shown = list(lines)
    runs = (len(run) for line in shown for run in re.findall("`+", line))
    ticks = "`" * max(3, 1 + max(runs, default=0))
    return [f"{ticks}{language}", *shown, ticks]


def folded(title: str, lines: Iterable[str]) -> list[str]:
    """``lines`` behind a triangle; ``title`` is ours."""
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match.group())};"
