"""Reads what most manifests are, lines of ``key: value``, at a third of what libyaml's events cost.

It takes no risk: one line that is not plainly a key, a key with its value, a comment, ``---`` or
empty leaves the whole file to the strict reader (``manifest/reader.py``), and so does all that a
user has to be told of. What it does read, it reads as the strict reader would; tests compare both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from reconciler.diagnostic import SourceLocation
from reconciler.manifest.scalars import AMBIGUOUS, is_doubtful, plain_value
from reconciler.manifest.values import MARK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.diagnostic import Diagnostic
    from reconciler.manifest.document import Document, Locator
    from reconciler.manifest.manifest import Path
    from reconciler.manifest.source_text import SourceText

MOST_LINES = 30_000
"""A line makes three nodes at most: such a file cannot have too many (reader.MAX_NODES)."""

_NAME = r"[A-Za-z_][A-Za-z0-9_.-]{0,99}"
_TEXT = r"[^{quote}\\\x00-\x1f\x7f-\x9f\u2028\u2029]*"
_QUOTED = "|".join(f"{quote}{_TEXT.format(quote=quote)}{quote}" for quote in "\"'")
_FIRST = r"(?:[\w/+.]|-(?=[A-Za-z0-9.]))"
# A colon or a number sign stands here only where YAML takes it for text.
_PLAIN = rf"{_FIRST}[^\s:#]*(?:(?:#|:(?=\S)| +(?=[^\s#]))[^\s:#]*)*"
_WORD = rf"(?:{_FIRST}[A-Za-z0-9_/.+-]*|{_QUOTED})"
_PAIR = rf"({_NAME}): +({_WORD})"
_LIST = rf"\[ *(?:{_WORD}(?: *, *{_WORD})*)? *\]"
_PAIRS = re.sub(r"\((?!\?)", "(?:", rf"\{{ *(?:{_PAIR}(?: *, *{_PAIR})*)? *\}}")
# 48 spaces: no level can be too deep.
_LINE = re.compile(
    rf"^(?:( {{0,48}})({_NAME}):(?: +({_PLAIN}|{_QUOTED}|{_LIST}|{_PAIRS}))?|(---)|)"
    r"(?: *(?<!\S)#.*| *)$",
    re.MULTILINE,
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
    doubtful: bool = False
    broken: bool = False

    @property
    def whole(self) -> Document:
        return _strictly(self.source)[0][self.number]

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


@lru_cache(maxsize=4)  # questions about the documents of one file come together
def _strictly(source: SourceText) -> tuple[list[Document], list[Diagnostic]]:
    from reconciler.manifest.parse import parse  # whose files are all plain needs no YAML parser

    return parse(source)


def plain_documents(source: SourceText) -> list[PlainDocument] | None:
    """The documents of a file that is plain throughout; None for any other.

    Where values are to be put in (``${``) the texts of scalars count: that is not plain either.
    """
    lines: list[tuple[str, str, str, str]] = _LINE.findall(source.text)
    whole = len(lines) == source.text.count("\n") + 1
    if not whole or len(lines) > MOST_LINES or MARK in source.text:
        return None
    found: list[PlainDocument] = []
    line = 0
    while line < len(lines):
        tree: dict[str, Any] = {}
        start, line, doubtful = _document(lines, line, tree)
        if line < 0:
            return None
        if tree:
            where = SourceLocation(source.path, start + 1)
            found.append(PlainDocument(source, len(found), where, tree, doubtful))
    return found


# One loop with everything in locals: a plan of many manifests spends more time here than anywhere.
def _document(  # noqa: C901
    lines: list[tuple[str, str, str, str]], line: int, tree: dict[str, Any]
) -> tuple[int, int, bool]:
    """Fills ``tree`` from the lines of one document, beginning at number ``line``: the line of its
    first key, the line after its last (-1: it is not plain after all), and whether it is doubtful.
    """
    first, doubtful = -1, False
    container, indent, stack = tree, 0, []
    opened = ""  # the key in the line before, when it had no value: a mapping has to follow
    for number in range(line, len(lines)):
        spaces, key, text, end = lines[number]
        if not key:
            if end:
                return first, -1 if opened else number + 1, doubtful
            continue
        if first < 0:
            first = number
        depth = len(spaces)
        if opened:
            if depth <= indent:
                return first, -1, doubtful
            stack.append((container, indent))
            container[opened] = container = {}
            indent, opened = depth, ""
        while depth < indent:
            container, indent = stack.pop()
        if depth != indent or key in container:
            return first, -1, doubtful
        if not text:
            container[key] = opened = key  # keeps its place
        elif text[0] in "\"'":
            container[key] = text[1:-1]
        elif text[0] in "[{":
            if (flat := _flat(text)) is None:
                return first, -1, doubtful
            container[key] = flat
        elif text[0] in AMBIGUOUS:
            container[key] = value = plain_value(text)
            doubtful = doubtful or is_doubtful(value)
        else:
            container[key] = text
    return first, -1 if opened else len(lines), doubtful


def _flat(text: str) -> list[Any] | dict[str, Any] | None:
    """A list or a mapping in brackets, with nothing but scalars in it; None for what is doubtful or
    has a key twice."""
    if text[0] == "[":
        items = [_scalar(word) for word in re.findall(_WORD, text)]
        return None if any(map(is_doubtful, items)) else items
    pairs = [(key, _scalar(word)) for key, word in re.findall(_PAIR, text)]
    found = dict(pairs)
    return found if len(found) == len(pairs) and not any(map(is_doubtful, found.values())) else None


def _scalar(word: str) -> Any:
    return word[1:-1] if word[0] in "\"'" else plain_value(word)
