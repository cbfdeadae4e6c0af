"""The account's rows: what the control plane remembers, by resource name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.emulator.decode import Json


@dataclass(slots=True)
class Record:
    """One resource: its fields in normal form, and what only the emulator knows of it.

    meta: `uid` (incarnation), `born` (epoch seconds), `script` (states to come), and what
    a collection keeps for itself; all of it JSON.
    """

    name: str
    fields: Json
    meta: Json = field(default_factory=dict)

    @property
    def parent(self) -> str:
        """The collection's path, such as `accounts/acme/models`."""
        return self.name.rsplit("/", 1)[0]


Journal = Callable[[str, Record | None], None]
"""Called after every change with the name and the new record, or None when it is gone."""


@dataclass(slots=True)
class Ghost:
    """A deleted record that lists may still show."""

    record: Record
    died: float


class Store:
    """Records by name; the caller holds the platform's lock."""

    def __init__(self, journal: Journal | None = None) -> None:
        self._rows: dict[str, dict[str, Record]] = {}
        self._versions: Counter[str] = Counter()
        self.journal = journal
        self._counter = 0
        self.ghosts: list[Ghost] = []
        self.moving: dict[str, Record] = {}
        """Records whose `script` has states to come."""

    def find(self, name: str) -> Record | None:
        """The record of that name, or None."""
        return self._rows.get(name.rsplit("/", 1)[0], {}).get(name)

    def children(self, parent: str) -> list[Record]:
        """All records of a collection such as `accounts/acme/models`, oldest first."""
        return list(self._rows.get(parent, {}).values())

    def version(self, parent: str) -> int:
        """Another number after every change in a collection."""
        return self._versions[parent]

    def segment(self, segment: str) -> Iterator[Record]:
        """All records of one kind over every account."""
        for parent, rows in self._rows.items():
            if parent.rsplit("/", 1)[-1] == segment:
                yield from rows.values()

    def next_uid(self) -> str:
        """Another incarnation number."""
        self._counter += 1
        return f"{self._counter:06d}"

    def save(self, record: Record) -> None:
        """Insert or update; also after changing a record in place."""
        self.restore(record)
        if self.journal:
            self.journal(record.name, record)

    def restore(self, record: Record) -> None:
        """Insert without telling the journal."""
        self._rows.setdefault(record.parent, {})[record.name] = record
        self._versions[record.parent] += 1
        self._counter = max(self._counter, int(record.meta.get("uid", "0")))
        if record.meta.get("script"):
            self.moving[record.name] = record
        else:
            self.moving.pop(record.name, None)

    def drop(self, name: str, died: float = 0.0) -> None:
        """Remove the record; lists may show its ghost for a while."""
        record = self._rows.get(name.rsplit("/", 1)[0], {}).pop(name, None)
        self.moving.pop(name, None)
        if record is None:
            return
        self._versions[record.parent] += 1
        if died:
            self.ghosts.append(Ghost(record, died))
        if self.journal:
            self.journal(name, None)
