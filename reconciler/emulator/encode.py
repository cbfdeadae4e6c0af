"""Writes protobuf JSON as the service does: camelCase, defaults emitted, secrets left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.emulator.schema import EnumType, ListOf, MapOf, Message, Role, Scalar, Type

if TYPE_CHECKING:
    from reconciler.emulator.decode import Json

_ZERO: dict[Scalar, Any] = {
    Scalar.STRING: "",
    Scalar.BOOL: False,
    Scalar.INT32: 0,
    Scalar.INT64: "0",
    Scalar.DOUBLE: 0,
    Scalar.TIMESTAMP: None,
    Scalar.DURATION: None,
    Scalar.OBJECT: None,
}

_BOOKKEEPING = frozenset({"createTime", "updateTime", "jobProgress"})


def encode(message: Message, row: Json) -> Json:
    """The answer for a stored row.

    Unset fields appear as their proto default, except sparse ones. Keys that no field
    names stay as they are: a newer service sends fields and enum values of its own. What
    every row or job has is our bookkeeping: a message that does not name it does not show it.
    """
    unnamed = row.keys() - message.by_key.keys() - _BOOKKEEPING
    result = {key: row[key] for key in row if key in unnamed}
    for spec in message.fields:
        if spec.role is Role.WRITE_ONLY:
            continue
        if spec.name in row:
            result[spec.name] = _value(spec.type, row[spec.name])
        elif not spec.sparse:
            result[spec.name] = _zero(spec.type)
    return result


def _value(kind: Type, value: Any) -> Any:
    if isinstance(kind, Message) and isinstance(value, dict):
        return encode(kind, value)
    if isinstance(kind, ListOf) and isinstance(kind.item, Message):
        return [_value(kind.item, item) for item in value]
    return value


def _zero(kind: Type) -> Any:
    if isinstance(kind, Scalar):
        return _ZERO[kind]
    if isinstance(kind, EnumType):
        return kind.values[0]
    if isinstance(kind, ListOf):
        return []
    return {} if isinstance(kind, MapOf) else None
