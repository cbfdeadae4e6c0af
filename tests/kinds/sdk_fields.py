"""What the official SDK's types say: the fields of a request or an answer, in wire spelling."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Required,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import BaseModel
from typing_extensions import is_typeddict

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH_PARAMETERS = frozenset(("account_id",))


def request_fields(typed: type, prefix: str = "") -> Iterator[str]:
    """Dotted paths of a parameter type; below lists and objects of its own too."""
    for name, hint in get_type_hints(typed, include_extras=True).items():
        if name not in PATH_PARAMETERS:
            path = prefix + _alias(hint, name)
            yield path
            for inner in _inner(hint):
                yield from request_fields(inner, f"{path}.")


def answer_fields(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Dotted paths of a response type."""
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        yield path
        for inner in _inner(field.annotation):
            yield from answer_fields(inner, f"{path}.")


def request_choices(typed: type, prefix: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """(dotted path, values) of every enumeration of a parameter type."""
    for name, hint in get_type_hints(typed, include_extras=True).items():
        path = prefix + _alias(hint, name)
        values = frozenset(_values(hint))
        if values:
            yield path, values
        for inner in _inner(hint):
            yield from request_choices(inner, f"{path}.")


def _values(hint: Any) -> Iterator[str]:
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    elif get_origin(hint) in (Annotated, Required):
        yield from _values(get_args(hint)[0])


def _alias(hint: Any, name: str) -> str:
    if get_origin(hint) is Annotated:
        return next((m.alias for m in hint.__metadata__ if getattr(m, "alias", None)), name)
    inner = [_alias(argument, name) for argument in get_args(hint)]
    return next((alias for alias in inner if alias != name), name)


def _inner(hint: Any) -> Iterator[type]:
    """The structured types inside a hint, through Optional, Annotated, Required, List."""
    if isinstance(hint, type) and (is_typeddict(hint) or issubclass(hint, BaseModel)):
        yield hint
    for argument in get_args(hint):
        yield from _inner(argument)
