"""Reads protobuf JSON strictly: both spellings, checked types, no unknown fields."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from reconciler.emulator.clock import epoch
from reconciler.emulator.errors import invalid
from reconciler.emulator.schema import EnumType, Field, ListOf, MapOf, Message, Role, Scalar, Type

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
_INTEGER = re.compile(r"-?[0-9]+\Z")
_DURATION = re.compile(r"-?[0-9]+(\.[0-9]{1,9})?s\Z")


def parse_body(body: bytes) -> Json:
    """The JSON object in a request body; an empty body is `{}`. Raises ApiError."""
    if not body.strip():
        return {}
    try:
        value = json.loads(body, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise invalid(f"invalid JSON in the request body: {error}") from None
    if not isinstance(value, dict):
        raise invalid("the request body must be a JSON object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> Json:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("duplicate field")
    return result


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


def decode(message: Message, raw: Any, path: str = "", *, outputs: bool = False) -> Json:
    """A request object in normal form: camelCase keys, int64 as string, unset left out.

    outputs: let output-only fields pass (an update may echo them). Raises ApiError.
    """
    if not isinstance(raw, dict):
        raise invalid(f"{path or message.name}: expected an object")
    result: Json = {}
    for key, value in raw.items():
        spec = message.by_key.get(key)
        if spec is None:
            raise invalid(f'unknown field "{path}{key}" in {message.name}')
        if spec.name in result:
            raise invalid(f'duplicate field "{path}{spec.name}"')
        if value is not None:
            result[spec.name] = _field(spec, value, f"{path}{spec.name}", outputs)
    _demand(message, result, path)
    return result


def _demand(message: Message, result: Json, path: str) -> None:
    for name in message.required:
        if result.get(name) in (None, "", []):
            raise invalid(f"{path}{name} is required")


def _field(spec: Field, value: Any, path: str, outputs: bool) -> Any:
    if spec.role is Role.OUTPUT and not outputs:
        raise invalid(f'field "{path}" is output only and must not be set')
    decoded = _value(spec.type, value, path, outputs)
    problem = spec.check(decoded) if spec.check else None
    if problem:
        raise invalid(f"{path} {problem}")
    return decoded


def _value(kind: Type, value: Any, path: str, outputs: bool) -> Any:
    if isinstance(kind, Message):
        return decode(kind, value, f"{path}.", outputs=outputs)
    if isinstance(kind, EnumType):
        return _enum(kind, value, path)
    if isinstance(kind, ListOf):
        items = _expect(list, value, path, "a list")
        return [_value(kind.item, v, f"{path}[{i}]", outputs) for i, v in enumerate(items)]
    if isinstance(kind, MapOf):
        entries = _expect(dict, value, path, "an object")
        return {k: _value(kind.value, v, f'{path}["{k}"]', outputs) for k, v in entries.items()}
    return _SCALARS[kind](value, path)


def _expect(kind: type[Any], value: Any, path: str, noun: str) -> Any:
    if not isinstance(value, kind):
        raise invalid(f"{path}: expected {noun}")
    return value


def _enum(kind: EnumType, value: Any, path: str) -> str:
    if isinstance(value, str) and value in kind.values:
        return value
    raise invalid(f"{path}: invalid value for enum: {json.dumps(value)[:80]}")


def _integer(value: Any, path: str, bits: int) -> int:
    number = value
    if isinstance(value, str) and _INTEGER.match(value):
        number = int(value[:32])
    elif isinstance(value, float) and value.is_integer():
        number = int(value)
    if isinstance(number, bool) or not isinstance(number, int):
        raise invalid(f"{path}: expected an int{bits}, but was {json.dumps(value)[:80]}")
    if not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise invalid(f"{path}: out of range for int{bits}")
    return number


def _string(value: Any, path: str) -> str:
    return str(_expect(str, value, path, "a string"))


def _bool(value: Any, path: str) -> bool:
    return bool(_expect(bool, value, path, "true or false"))


def _double(value: Any, path: str) -> float:
    try:
        number = float("nan") if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise invalid(f"{path}: expected a number")
    return value if isinstance(value, (int, float)) else number


def _timestamp(value: Any, path: str) -> str:
    text = _string(value, path)
    try:
        epoch(text)
    except ValueError:
        raise invalid(f"{path}: expected an RFC 3339 timestamp") from None
    return text


def _duration(value: Any, path: str) -> str:
    text = _string(value, path)
    if not _DURATION.match(text):
        raise invalid(f'{path}: expected a duration such as "600s"')
    return text


def _object(value: Any, path: str) -> Json:
    return dict(_expect(dict, value, path, "an object"))


_SCALARS: dict[Scalar, Callable[[Any, str], Any]] = {
    Scalar.STRING: _string,
    Scalar.BOOL: _bool,
    Scalar.INT32: lambda value, path: _integer(value, path, 32),
    Scalar.INT64: lambda value, path: str(_integer(value, path, 64)),
    Scalar.DOUBLE: _double,
    Scalar.TIMESTAMP: _timestamp,
    Scalar.DURATION: _duration,
    Scalar.OBJECT: _object,
}
