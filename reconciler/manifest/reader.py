"""Strict YAML: libyaml's events become trees with a position for every node.

Refused with their place: duplicate keys, anchors, aliases, merge keys, tags, keys that are not
plain text, more than 50 levels or 100,000 nodes (contract 1.5). Reading goes on where it can.
"""

from __future__ import annotations

from array import array
from sys import intern
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
)

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.manifest.document import Discarded, Document, Locator, Slot, without_discarded
from reconciler.manifest.quoting import escaped, quoted
from reconciler.manifest.scalars import AMBIGUOUS, plain_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.manifest.source_text import SourceText

MAX_DEPTH = 50
MAX_NODES = 100_000
MAX_PROBLEMS = 1000
_ITEM = object()  # the pending key of a list: always an item


class Stop(Exception):
    """The rest of the file cannot be read; what was found is in the diagnostics."""


class Reader:
    """Collects the documents of one file.

    ``start_mark.index`` counts characters; our lines and columns are made of it, so that only
    LF and CRLF end a line whatever libyaml thinks of U+0085, U+2028 and U+2029, which
    ``restore`` puts back into scalars.
    """

    def __init__(self, source: SourceText, restore: dict[int, str] | None = None) -> None:
        self.documents: list[Document] = []
        self.diagnostics: list[Diagnostic] = []
        self._source = source
        self._restore = restore
        self._nodes = 0
        self._open: list[tuple[Any, Any]] = []
        self._opened_at: list[int] = []
        # Few files have either character at all: the others need not ask every scalar.
        self._may_have_properties = "&" in source.text or "!" in source.text

    @property
    def open_collection(self) -> int | None:
        """Where the innermost mapping or list that has not ended begins."""
        return self._opened_at[len(self._open) - 1] if self._open else None

    def run(self, next_event: Callable[[], Any]) -> None:
        """Reads all documents. Raises ``Stop`` and whatever the parser raises."""
        while (event := next_event()) is not None:
            if type(event) is DocumentStartEvent:
                if event.tags:
                    self._refuse(event, "a %TAG directive: tags are not used here")
                self._document(next_event)

    # One loop with everything in locals: of all the time spent on a manifest most is spent here.
    def _document(self, next_event: Callable[[], Any]) -> None:  # noqa: C901
        positions = array("I")
        add, stack = positions.append, self._begin()
        root: list[Any] = []
        written: dict[Slot, str] = {}
        container: Any = root
        key: Any = _ITEM
        restore, check_properties = self._restore, self._may_have_properties
        doubtful = False
        while (kind := type(event := next_event())) is not DocumentEndEvent:
            if kind is ScalarEvent:
                add(event.start_mark.index)
                if check_properties:
                    self._check_properties(event)
                value = event.value
                if restore:
                    value = value.translate(restore)
                if key is None:
                    key = (
                        intern(value)
                        if value not in container and value != "<<"
                        else (self._odd_key(event, value in container))
                    )
                    continue
                if not event.style and (not value or value[0] in AMBIGUOUS):
                    text, value = value, plain_value(value)
                    if type(value) is not str:
                        written[id(container), len(container) if key is _ITEM else key] = text
                        if value is None or (type(value) is float and value.is_integer()):
                            doubtful = True
                if key is _ITEM:
                    container.append(value)
                else:
                    container[key] = value
                    key = None
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                container, key = stack.pop()
            else:
                add(event.start_mark.index)
                container, key = self._enter(event, kind, container, key)
        self._end(root, positions, written, doubtful or self._aliased)

    def _begin(self) -> list[tuple[Any, Any]]:
        self._problems_before = len(self.diagnostics)
        self._discarded = self._aliased = False
        self._start: SourceLocation | None = None
        self._open, self._opened_at = [], []
        return self._open

    def _enter(self, event: Any, kind: type, container: Any, key: Any) -> tuple[Any, Any]:
        """Puts a new mapping or list in its place: the container and key that come next."""
        if key is None:
            self._stop(event, "a key must be text, not a mapping, a list or an alias")
        if kind is not AliasEvent:
            self._check_properties(event)
        new = self._new(event, kind)
        if key is _ITEM:
            container.append(new)
            after = key
        else:
            container[key] = new
            after = None
        if new is None:
            return container, after
        self._open.append((container, after))
        if len(self._open) > MAX_DEPTH:
            self._stop(event, f"nested deeper than {MAX_DEPTH} levels", "limit")
        return new, (None if kind is MappingStartEvent else _ITEM)

    def _new(self, event: Any, kind: type) -> Any:
        """An empty mapping or list; None for an alias, which stands for nothing."""
        if kind is AliasEvent:
            self._aliased = True
            self._refuse(event, "aliases are not allowed: write it out")
            return None
        mark = event.start_mark
        del self._opened_at[len(self._open) :]
        self._opened_at.append(mark.index)
        if not self._open:  # libyaml counts lines anyway; only LF and CRLF are left to end one
            self._start = SourceLocation(self._source.path, mark.line + 1, mark.column + 1)
        return {} if kind is MappingStartEvent else []

    def _odd_key(self, event: Any, twice: bool) -> str:
        if twice:
            message = f"{escaped(event.value)}: duplicate key"
            self._refuse(event, message, "duplicate-key")
        elif event.style:
            return str(event.value)
        else:
            self._refuse(event, "merge keys (<<) are not allowed: write it out")
        self._discarded = True
        return Discarded(event.value)

    def _end(
        self, root: list[Any], positions: array[int], written: dict[Slot, str], doubtful: bool
    ) -> None:
        self._nodes += len(positions)
        if self._nodes > MAX_NODES:
            message = f"more than {MAX_NODES:,} nodes in one file"
            where = self._source.location(positions[-1])
            self.diagnostics.append(Diagnostic(Severity.ERROR, "limit", message, where))
            raise Stop
        tree = root[0]
        if tree is None and not written.get((id(root), 0)):
            return  # an empty document
        if self._discarded:
            positions = without_discarded(tree, positions)
        start = self._start or self._source.location(positions[0])
        broken = len(self.diagnostics) > self._problems_before
        locator = Locator(self._source, tree, positions)
        self.documents.append(Document(locator, start, tree, written, doubtful, broken))

    def _check_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "anchors are not allowed")
        if event.tag is not None:
            self._refuse(event, f"the tag {quoted(event.tag)} is not allowed")

    def _refuse(self, event: Any, message: str, code: str = "invalid-yaml") -> None:
        where = self._source.location(event.start_mark.index)
        self.diagnostics.append(Diagnostic(Severity.ERROR, code, message, where))
        if len(self.diagnostics) >= MAX_PROBLEMS:
            raise Stop

    def _stop(self, event: Any, message: str, code: str = "invalid-yaml") -> None:
        self._refuse(event, message, code)
        raise Stop


def new_parser(text: str) -> Any:
    """libyaml's event parser; PyYAML's own, about eight times slower, where libyaml is missing."""
    # CParser alone: a whole loader would resolve and construct what we never ask for.
    return yaml.cyaml.CParser(text) if yaml.__with_libyaml__ else yaml.SafeLoader(text)  # type: ignore[attr-defined]
