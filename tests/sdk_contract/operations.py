"""Every request that may be made: what the SDK was seen to send, and the documented rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from tests.sdk_contract.beyond_sdk import BEYOND_METHODS, QUIRKS, BeyondMethod, arguments_beyond
from tests.sdk_contract.sdk_methods import Place, SdkMethod, sdk_methods
from tests.sdk_contract.wire_types import Nothing, fields_of, strict_message, wire_type

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEGMENT = r"[A-Za-z0-9\-._~%]+"  # RFC 3986, unreserved and quoted: what an id may hold in a path


@dataclass(frozen=True, slots=True)
class Operation:
    """One request that may be made: ``query`` and ``body`` read it, ``answer`` what comes back.

    ``body`` is None when there must be none, ``needed`` are its required fields; ``parts`` names
    those of a multipart body.
    """

    label: str
    method: str
    path: re.Pattern[str]
    query: TypeAdapter[Any]
    query_types: Mapping[str, Any]
    body: TypeAdapter[Any] | None
    needed: frozenset[str]
    parts: frozenset[str]
    answer: TypeAdapter[Any]


def find_operation(method: str, path: str) -> Operation | None:
    """The operation that a method and a path mean."""
    matching = (o for o in _index().get(method, ()) if o[0].fullmatch(path))
    found = next(matching, None)
    return None if found is None else _operation(found[1])


def find_quirk(method: str, path: str) -> Operation | None:
    """The operation behind what only the published guides send."""
    spelled = path.rstrip("/")
    if method in QUIRKS and QUIRKS[method].fullmatch(spelled):
        return find_operation("GET", spelled)
    return find_operation(method, spelled) if spelled != path else None


@cache
def _index() -> dict[str, list[tuple[re.Pattern[str], SdkMethod | BeyondMethod]]]:
    """Path patterns by method; the types behind them are made when they are needed."""
    index: dict[str, list[tuple[re.Pattern[str], SdkMethod | BeyondMethod]]] = {}
    known_methods: tuple[SdkMethod | BeyondMethod, ...] = (*sdk_methods(), *BEYOND_METHODS)
    for known in known_methods:
        index.setdefault(known.method, []).append((_pattern(known.path), known))
    return index


def _pattern(template: str) -> re.Pattern[str]:
    literal = re.split(r"\{[a-z_]+\}", template)
    return re.compile(_SEGMENT.join(re.escape(text) for text in literal))


@cache
def _operation(known: SdkMethod | BeyondMethod) -> Operation:
    if isinstance(known, BeyondMethod):
        return _beyond_operation(known)
    fields = _travelling(known, Place.BODY)
    body: Any = strict_message(f"{known.label} body", fields) if fields else None
    needed = frozenset(wire for wire, _, required in fields if required)
    if _travelling(known, Place.WHOLE_BODY):
        body = Nothing  # the SDK takes any object: the messages behind it have no fields
    parts = frozenset(wire for wire, _, _ in _travelling(known, Place.PART))
    return replace(_made(known, _travelling(known, Place.QUERY), body, parts), needed=needed)


def _travelling(known: SdkMethod, place: Place) -> list[tuple[str, Any, bool]]:
    """Wire name, type and need of everything that travels in one place."""
    seen = [(a.wire, a.hint, a.required) for a in known.arguments if a.place is place]
    return [*seen, *arguments_beyond(known.label, place)]


def _beyond_operation(known: BeyondMethod) -> Operation:
    body = None if known.body is None else strict_message(known.label, fields_of(known.body))
    return _made(known, [(wire, hint, False) for wire, hint in known.query], body, frozenset())


def _made(
    known: SdkMethod | BeyondMethod,
    query: list[tuple[str, Any, bool]],
    body: Any,
    parts: frozenset[str],
) -> Operation:
    return Operation(
        label=known.label,
        method=known.method,
        path=_pattern(known.path),
        query=TypeAdapter(strict_message(f"{known.label} query", query)),
        query_types={wire: hint for wire, hint, _ in query},
        body=None if body is None else TypeAdapter(body),
        needed=frozenset(),
        parts=parts,
        answer=TypeAdapter(wire_type(known.answer)),
    )
