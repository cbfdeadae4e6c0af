"""HTML made of values: text is escaped because it is text, and only ``tag`` makes markup."""

from __future__ import annotations

from html import escape as html_escape
from typing import TYPE_CHECKING

from reconciler.report.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

Attribute = str | int | float | bool | None

EMPTY = frozenset({"meta", "input", "br"})
"""Elements that have no end and no children."""


class Markup(str):
    """Markup already; never made of text of others but by ``text``."""

    __slots__ = ()


def text(value: str) -> Markup:
    """One line of text: nothing in it is markup, and nothing hides or reorders it."""
    return Markup(html_escape(escape(value)))


def verbatim(value: str) -> Markup:
    """Several lines of text, each made safe by itself, for ``pre``."""
    return Markup("\n".join(html_escape(escape(line)) for line in value.split("\n")))


def tag(name: str, /, *children: str, **attributes: Attribute) -> Markup:
    """An element: children that are no ``Markup`` are text. Of an attribute's name a trailing
    underscore goes and others become hyphens (``class_``, ``aria_pressed``); True stands alone,
    None and False are left out."""
    given = "".join(map(_attribute, attributes.items()))
    inner = "".join(child if isinstance(child, Markup) else text(child) for child in children)
    return Markup(f"<{name}{given}>" + ("" if name in EMPTY else f"{inner}</{name}>"))


def joined(parts: Iterable[Markup], between: str = "") -> Markup:
    return Markup(between.join(parts))


def _attribute(item: tuple[str, Attribute]) -> str:
    name, value = item[0].rstrip("_").replace("_", "-"), item[1]
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{html_escape(escape(str(value)))}"'
