"""Strict YAML: libyaml's events become trees with a position for every node.

Refused with their place: duplicate keys, anchors, aliases, merge keys, tags, keys that are not
plain text, more than 50 levels or 100,000 nodes (contract 1.5). Reading goes on where it can.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.manifest.document import Document, Locator, Slot
from reconciler.manifest.quoting import escaped, quoted
from reconciler.manifest.scalars import AMBIGUOUS, plain_value

if TYPE_CHECKING:
    from reconciler.manifest.source_text import SourceText

MAX_DEPTH = 50
MAX_NODES = 100_000
_ITEM = object()  # the pending key of a list: always an item


class _Discard:
    """The pending key of a value nobody keeps: it and its positions go when it is complete."""

    __slots__ = ("start",)

    def __init__(self, start: int) -> None:
        self.start = start


class Stop(Exception):
    """The rest of the file cannot be read; what was found is in the diagnostics."""


class Reader:
    """Collects the documents of one file; feed it every event through ``handle``.

    ``start_mark.index`` counts characters; our lines and columns are made of it, so that only
    LF and CRLF end a line whatever libyaml thinks of U+0085, U+2028 and U+2029.
    """

    def __init__(self, source: SourceText, restore: dict[int, str] | None = None) -> None:
        self.source = source
        self.documents: list[Document] = []
        self.diagnostics: list[Diagnostic] = []
        self._restore = restore
        self._nodes_before = 0
        self._open_document()
        self.handlers: dict[type, Any] = {
            ScalarEvent: self._scalar if restore is None else self._restored_scalar,
            MappingStartEvent: self._mapping_start,
            MappingEndEvent: self._collection_end,
            SequenceStartEvent: self._sequence_start,
            SequenceEndEvent: self._collection_end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document_start,
            DocumentEndEvent: self._document_end,
            StreamStartEvent: _nothing,
            StreamEndEvent: _nothing,
        }

    def _open_document(self) -> None:
        self._start = SourceLocation(self.source.path)
        self._root: list[Any] = []
        self._container: Any = self._root
        self._key: Any = _ITEM
        self._stack: list[tuple[Any, Any, Any]] = []
        self._positions = array("I")
        self._written: dict[Slot, str] = {}
        self._doubtful = False
        self._problems_before = len(self.diagnostics)

    def _document_start(self, event: Any) -> None:
        if event.tags:
            self._refuse(event, "invalid-yaml", "a %TAG directive: tags are not used here")

    def _document_end(self, _event: Any) -> None:
        tree = self._root[0]
        if tree is not None or self._written.get((id(self._root), 0)):
            broken = len(self.diagnostics) > self._problems_before
            locator = Locator(self.source, tree, self._positions)
            self.documents.append(
                Document(locator, self._start, tree, self._written, self._doubtful, broken)
            )
        self._nodes_before += len(self._positions)
        self._open_document()

    def _scalar(self, event: Any) -> None:
        self._positions.append(event.start_mark.index)
        if event.anchor is not None or event.tag is not None:
            self._refuse_property(event)
        key = self._key
        if key is None:
            self._take_key(event)
            return
        value = text = event.value
        if not event.style and (not text or text[0] in AMBIGUOUS):
            value = plain_value(text)
            if value is not text:
                self._note(key, text, value)
        if key is _ITEM:
            self._container.append(value)
        elif type(key) is str:
            self._container[key] = value
            self._key = None
        else:
            self._forget(key)

    def _restored_scalar(self, event: Any) -> None:
        event.value = event.value.translate(self._restore)
        self._scalar(event)

    def _note(self, key: Any, text: str, value: Any) -> None:
        place = len(self._container) if key is _ITEM else key
        if type(key) is not _Discard:
            self._written[(id(self._container), place)] = text
            if value is None or (type(value) is float and value.is_integer()):
                self._doubtful = True

    def _take_key(self, event: Any) -> None:
        text = event.value
        if text in self._container:
            self._refuse(event, "duplicate-key", f"{escaped(text)}: the key stands here twice")
        elif text == "<<" and not event.style:
            self._refuse(event, "invalid-yaml", "merge keys (<<) are not allowed: write it out")
        else:
            self._key = text
            return
        self._key = _Discard(len(self._positions) - 1)

    def _mapping_start(self, event: Any) -> None:
        self._push(event, {}, None)

    def _sequence_start(self, event: Any) -> None:
        self._push(event, [], _ITEM)

    def _push(self, event: Any, new: Any, pending: object) -> None:
        mark = event.start_mark
        self._positions.append(mark.index)
        if event.anchor is not None or event.tag is not None:
            self._refuse_property(event)
        key = self._key
        if key is _ITEM:
            self._container.append(new)
        elif type(key) is str:
            self._container[key] = new
        elif key is None:
            self._stop(event, "invalid-yaml", "a key must be text, not a mapping or a list")
        self._stack.append((self._container, key, mark))
        self._container = new
        self._key = pending
        depth = len(self._stack)
        if depth == 1:  # counted from the file's start once a document, not once a question
            self._start = SourceLocation(self.source.path, mark.line + 1, mark.column + 1)
        elif depth > MAX_DEPTH:
            self._stop(event, "limit", f"nested deeper than {MAX_DEPTH} levels")

    @property
    def open_collection(self) -> int | None:
        """Where the innermost mapping or list that has not ended begins."""
        return self._stack[-1][2].index if self._stack else None

    def _collection_end(self, event: Any) -> None:
        self._container, key, _ = self._stack.pop()
        self._key = key if key is _ITEM else None
        if type(key) is _Discard:
            self._forget(key)
        if self._nodes_before + len(self._positions) > MAX_NODES:
            self._stop(event, "limit", f"more than {MAX_NODES:,} nodes in one file")

    def _forget(self, discard: _Discard) -> None:
        del self._positions[discard.start :]
        self._key = None

    def _alias(self, event: Any) -> None:
        if self._key is None:
            self._stop(event, "invalid-yaml", "aliases are not allowed: write it out")
        self._refuse(event, "invalid-yaml", "aliases are not allowed: write it out")
        self._positions.append(event.start_mark.index)
        self._doubtful = True
        if self._key is _ITEM:
            self._container.append(None)
        elif type(self._key) is str:
            self._container[self._key] = None
            self._key = None
        else:
            self._forget(self._key)

    def _refuse_property(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "invalid-yaml", "anchors are not allowed")
        if event.tag is not None:
            self._refuse(event, "invalid-yaml", f"the tag {quoted(event.tag)} is not allowed")

    def _refuse(self, event: Any, code: str, message: str) -> None:
        where = self.source.location(event.start_mark.index)
        self.diagnostics.append(Diagnostic(Severity.ERROR, code, message, where))

    def _stop(self, event: Any, code: str, message: str) -> None:
        self._refuse(event, code, message)
        raise Stop


def _nothing(_event: Any) -> None:
    """The stream's own ends carry nothing."""


def new_parser(text: str) -> Any:
    """libyaml's event parser; PyYAML's own, about eight times slower, where libyaml is missing."""
    # CParser alone: a whole loader would resolve and construct what we never ask for.
    return yaml._yaml.CParser(text) if yaml.__with_libyaml__ else yaml.SafeLoader(text)
