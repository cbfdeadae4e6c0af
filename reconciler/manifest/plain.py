"""Reads what most manifests are, lines of ``key: value``, at a third of what libyaml's events cost.

It takes no risk: one line that is not plainly a key, a key with its value, a comment, ``---`` or
empty leaves the whole file to the strict reader (``manifest/reader.py``), and so does all that a
user has to be told of. What it does read, it reads as the strict reader would; tests compare both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from reconciler.diagnostic import SourceLocation
from reconciler.manifest.scalars import is_doubtful, plain_value
from reconciler.manifest.values import MARK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.diagnostic import Diagnostic
    from reconciler.manifest.document import Document, Locator
    from reconciler.manifest.manifest import Path
    from reconciler.manifest.source_text import SourceText

MOST_LINES = 30_000
"""A line makes three nodes at most: such a file cannot have too many (reader.MAX_NODES)."""

OPENS, FLAT, ENDS = object(), object(), object()
"""What stands for a value: a mapping begins below, a list or mapping in brackets, or ``---``."""

_NAME = r"[A-Za-z_][A-Za-z0-9_.-]{0,99}+"
_TEXT = r"[^{quote}\\\x00-\x1f\x7f-\x9f\u2028\u2029]*+"
_QUOTED = "|".join(f"{quote}{_TEXT.format(quote=quote)}{quote}" for quote in "\"'")
_FIRST = r"(?:[\w/+.]|-(?=[A-Za-z0-9.]))"
# A colon or a number sign stands here only where YAML takes it for text.
_PLAIN = rf"{_FIRST}[^\s:#]*+(?:(?:#|:(?=\S)| +(?=[^\s#]))[^\s:#]*+)*+"
_WORD = rf"(?:{_FIRST}[A-Za-z0-9_/.+-]*+|{_QUOTED})"
_PAIR = rf"({_NAME}): +({_WORD})"
_LIST = rf"\[ *(?:{_WORD}(?: *, *{_WORD})*)? *\]"
_PAIRS = re.sub(r"\((?!\?)", "(?:", rf"\{{ *(?:{_PAIR}(?: *, *{_PAIR})*)? *\}}")
# 48 spaces: no level can be too deep.
_LINE = re.compile(
    rf"(?:( {{0,48}})({_NAME}):(?: +(?:({_PLAIN}|{_QUOTED})|({_LIST}|{_PAIRS})))?|(---)|)"
    r"(?: *(?<!\S)#.*| *)"
)


@dataclass(frozen=True, slots=True)
class PlainDocument:
    """A Document whose positions and written texts nobody has asked for yet: most never are.

    ``number`` counts the documents of ``source``, from which ``whole`` reads the rest.
    """

    source: SourceText
    number: int
    start: SourceLocation
    tree: dict[str, Any]
    doubtful: ClassVar[bool] = False
    broken: ClassVar[bool] = False

    @property
    def whole(self) -> Document:
        return _located(self.source)[self.number]

    @property
    def locator(self) -> Locator:
        return self.whole.locator

    def locate(self, path: Path) -> SourceLocation:
        return self.locator.locate(path)


AnyDocument: TypeAlias = "Document | PlainDocument"


def documents_of(source: SourceText) -> tuple[Sequence[AnyDocument], list[Diagnostic]]:
    """All documents of a file and what is wrong with its YAML, as ``parse`` says it."""
    found = plain_documents(source)
    return (found, []) if found is not None else _strictly(source)


def _strictly(source: SourceText) -> tuple[list[Document], list[Diagnostic]]:
    """Made anew each time: values are put into the trees, and another revision has others."""
    from reconciler.manifest.parse import parse  # whose files are all plain needs no YAML parser

    return parse(source)


@lru_cache(maxsize=4)  # questions about the documents of one file come together
def _located(source: SourceText) -> list[Document]:
    """To be looked at only."""
    return _strictly(source)[0]


# One loop with everything in locals: a plan of many manifests spends much of its time here.
def plain_documents(source: SourceText) -> list[PlainDocument] | None:  # noqa: C901
    """The documents of a file that is plain throughout; None for any other.

    Where values are to be put in (``${``) the texts of scalars count: that is not plain either.
    """
    lines = source.text.split("\n")
    if len(lines) > MOST_LINES or MARK in source.text:
        return None
    found: list[PlainDocument] = []
    tree: dict[str, Any] = {}
    container, indent = tree, 0
    stack: list[tuple[dict[str, Any], int]] = []
    opened = ""  # the key in the line before, when it had no value: a mapping has to follow
    for number, entry in enumerate(map(_entry, lines), 1):
        if entry is None:
            return None
        depth, key, value = entry
        if not key:
            if value is ENDS:
                if opened:
                    return None
                container = tree = {}
                indent, stack = 0, []
            continue
        if not tree:
            where = SourceLocation(source.path, number)
            found.append(PlainDocument(source, len(found), where, tree))
        if opened:
            if depth <= indent:
                return None
            stack.append((container, indent))
            container[opened] = container = {}
            indent, opened = depth, ""
        while depth < indent:
            container, indent = stack.pop()
        if depth != indent or key in container:
            return None
        if value is OPENS:
            container[key] = opened = key  # keeps its place
        elif value is not FLAT:
            container[key] = value
        elif (flat := _flat(lines[number - 1])) is not None:
            container[key] = flat
        else:
            return None
    return None if opened else found


@lru_cache(maxsize=8192)  # most lines of most projects are alike
def _entry(line: str) -> tuple[int, str, Any] | None:
    """Indentation, key and value of a line; no key for one without; None for what is not plain, or
    has a value that alone does not say if it fits."""
    matched = _LINE.fullmatch(line)
    if matched is None:
        return None
    spaces, key, text, flat, ends = matched.groups()
    if not key:
        return 0, "", ENDS if ends else None
    if not text:
        return len(spaces), key, FLAT if flat else OPENS
    value = _scalar(text)
    return None if is_doubtful(value) else (len(spaces), key, value)


def _scalar(text: str) -> Any:
    return text[1:-1] if text[0] in "\"'" else plain_value(text)


def _flat(line: str) -> list[Any] | dict[str, Any] | None:
    """The list or mapping in brackets in a line, with nothing but scalars in it; None for one with
    what is doubtful, or a key twice."""
    matched = _LINE.fullmatch(line)
    text = matched[4] if matched else ""
    if text[0] == "[":
        items = [_scalar(word) for word in re.findall(_WORD, text)]
        return None if any(map(is_doubtful, items)) else items
    pairs = [(key, _scalar(word)) for key, word in re.findall(_PAIR, text)]
    found = dict(pairs)
    return found if len(found) == len(pairs) and not any(map(is_doubtful, found.values())) else None
