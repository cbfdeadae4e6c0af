"""The only key of any mapping over resources: a kind and a name."""

from __future__ import annotations

from typing import NamedTuple


class ResourceRef(NamedTuple):
    """A resource of the project, e.g. ``Dataset/support-chat``.

    ``name`` is ``metadata.name`` of the manifest, not the id in the account: a
    ``contentHash`` resource keeps its ref while its id changes with its content. A tuple, for it
    is looked up dozens of times per resource, and a tuple is hashed and compared in C.
    """

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> ResourceRef:
        """Read ``Kind/name``; raises ``ValueError`` when either half is missing."""
        kind, slash, name = text.partition("/")
        if not (kind and slash and name) or "/" in name:
            raise ValueError(f'expected Kind/name, but was "{text}"')
        return cls(kind, name)
