"""Values for the arguments of SDK methods: two different ones for every type they declare."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Required, Union, get_args, get_origin

from fireworks._types import FileTypes, NotGiven, Omit
from typing_extensions import is_typeddict

LISTS = (list, Iterable, Sequence)
MAPS = (dict, Mapping)
_FILE = frozenset(get_args(FileTypes))


def given(hint: Any) -> Any:
    """What a caller may give: the hint without the SDK's marks for an argument left out."""
    hint = bare(hint)
    if not is_union(hint):
        return hint
    left = tuple(p for p in get_args(hint) if p not in (Omit, NotGiven, type(None)))
    return left[0] if len(left) == 1 else Union[left]  # noqa: UP007  made of a tuple


def bare(hint: Any) -> Any:
    """The hint inside Required and Annotated."""
    while get_origin(hint) in (Required, Annotated):
        hint = get_args(hint)[0]
    return hint


def is_union(hint: Any) -> bool:
    """Whether the hint names alternatives."""
    return get_origin(hint) in (Union, types.UnionType)


def is_moment(hint: Any) -> bool:
    """Whether it is how the SDK writes a timestamp: text or a datetime."""
    return is_union(hint) and set(get_args(hint)) == {str, datetime}


def is_file(hint: Any) -> bool:
    """Whether it is a file of a multipart body."""
    return is_union(hint) and set(get_args(hint)) == _FILE


def example(hint: Any, number: int, name: str) -> Any:
    """Example 1 or 2 of a type; the two differ. Raises TypeError for a type not met before."""
    hint = given(hint)
    if hint is str or is_moment(hint):
        return f"example{number}-of-{name.replace('_', '-')}-"
    if hint in _SCALARS:
        return _SCALARS[hint][number - 1]
    if is_file(hint):
        return b"example" * number
    return _composed(hint, number, name)


_SCALARS: dict[Any, tuple[Any, Any]] = {int: (1, 2), float: (0.5, 1.5), bool: (False, True)}


def _composed(hint: Any, number: int, name: str) -> Any:
    origin = get_origin(hint) or hint
    if origin is Literal:
        return get_args(hint)[number - 1]
    if origin in LISTS:
        return [example(get_args(hint)[0], number, name)]
    if origin in MAPS or hint is object or is_typeddict(hint):
        return {"example": number}  # the SDK passes unknown keys on
    raise TypeError(f"no example for {hint!r}, the type of {name}")
