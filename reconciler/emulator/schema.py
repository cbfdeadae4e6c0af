"""Words to state a resource's fields with: scalar types, enums, lists, maps, messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum


class Scalar(Enum):
    """How a single value travels in protobuf JSON."""

    STRING = "string"
    BOOL = "bool"
    INT32 = "int32"
    INT64 = "int64"
    DOUBLE = "double"
    TIMESTAMP = "timestamp"
    DURATION = "duration"
    OBJECT = "object"
    """Any JSON object, kept as it is."""


class Role(Enum):
    """Who may write a field, and when."""

    MUTABLE = "mutable"
    IMMUTABLE = "immutable"
    OUTPUT = "output"
    WRITE_ONLY = "write-only"


@dataclass(frozen=True, slots=True)
class EnumType:
    """A protobuf enum; the first value is the zero."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A repeated field."""

    item: Type


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map from string."""

    value: Type


Check = Callable[[object], str | None]
"""Says what is wrong with a value ("must be …"), or None."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message. `sparse`: left out of answers while unset (oneof, optional)."""

    name: str
    type: Type
    role: Role = Role.MUTABLE
    check: Check | None = None
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A protobuf message; fields are found by camelCase and by snake_case."""

    name: str
    fields: tuple[Field, ...]
    required: tuple[str, ...] = ()
    by_key: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keys = {f.name: f for f in self.fields}
        keys |= {snake(f.name): f for f in self.fields}
        object.__setattr__(self, "by_key", keys)


Type = Scalar | EnumType | ListOf | MapOf | Message


def snake(camel: str) -> str:
    """`displayName` as `display_name`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in camel)


def many(kind: Type, role: Role, names: str, check: Check | None = None) -> tuple[Field, ...]:
    """Several fields of one type and role; `names` are separated by blanks."""
    return tuple(Field(name, kind, role, check) for name in names.split())


def enum(values: str) -> EnumType:
    """An enum from its values, separated by blanks, zero first."""
    return EnumType(tuple(values.split()))


def shorter_than(length: int) -> Check:
    """Fewer than `length` characters."""

    def check(value: object) -> str | None:
        too_long = len(str(value)) >= length
        return f"must be fewer than {length} characters long" if too_long else None

    return check


def between(low: float, high: float) -> Check:
    """A number from `low` to `high`, both included."""

    def check(value: object) -> str | None:
        fine = isinstance(value, (int, float)) and low <= value <= high
        return None if fine else f"must be between {low:g} and {high:g}"

    return check
