"""What a collection is: its path, its fields, where its ids come from, what it can do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.emulator.call import Call
    from reconciler.emulator.decode import Json
    from reconciler.emulator.lifecycle import Arrival
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.schema import Message
    from reconciler.emulator.store import Record


class IdFrom(Enum):
    """Where a create request brings the id (fact sheet 1.5)."""

    BODY = "body"
    QUERY = "query"
    NAME = "name"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Creation:
    """A create request after decoding.

    id: chosen by the client or made here. request: fields of the wrapper beside the
    resource, such as `sourceDatasetId`.
    """

    call: Call
    name: str
    fields: Json
    request: Json


@dataclass(frozen=True, slots=True)
class Verb:
    """A custom verb on one resource: the method that it takes and what it answers."""

    method: str
    act: Callable[[Platform, Record, Call], Json]


def _accept(_platform: Platform, _creation: Creation) -> None:
    """No rule."""


def _echo(_platform: Platform, _record: Record, row: Json) -> Json:
    """The row as it is."""
    return row


@dataclass(frozen=True, slots=True)
class Collection:
    """One kind of resource.

    segment: path segment and list key. noun: how errors call one of them. id_key: the
    field or query parameter with the id. wrapper: the create body's field that holds the
    resource, empty when the body is the resource itself. extras: other create fields.
    create, patch, remove: whether the API has them. preview: an answer instead of creating.
    check: refuse a create. created: after the row is stored. updated: after a PATCH.
    delete: instead of removing at once. shown: last word on a single GET's row.
    """

    segment: str
    noun: str
    message: Message
    id_from: IdFrom
    id_key: str = ""
    wrapper: str = ""
    extras: Message | None = None
    create_segment: str = ""
    create: bool = True
    patch: bool = True
    remove: bool = True
    order: str = "name"
    check: Callable[[Platform, Creation], None] = _accept
    existing: Callable[[Platform, Record, Creation], Record | None] | None = None
    created: Callable[[Platform, Record, Creation], None] = lambda _p, _r, _c: None
    check_update: Callable[[Platform, Record, Json], None] = lambda _p, _r, _n: None
    preview: Callable[[Platform, Creation], Json | None] = lambda _p, _c: None
    updated: Callable[[Platform, Record, Call], None] = lambda _p, _r, _c: None
    delete: Callable[[Platform, Record, Call], None] | None = None
    listed: Callable[[Platform, Record, Call], bool] = lambda _p, _r, _c: True
    shown: Callable[[Platform, Record, Json], Json] = _echo
    arrival: Arrival | None = None
    verbs: Mapping[str, Verb] = field(default_factory=lambda: MappingProxyType({}))
    children: Mapping[str, Callable[[Platform, Record, Call], Json]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Lists below one resource, such as `checkpoints`."""
    post_reads: bool = False
    """POST on a resource answers like GET (the fine-tuning guide does so)."""
    seeds: Callable[[Platform], None] | None = None
    """Rows that are there from the beginning."""
