"""PATCH: which fields a request changes, and the row after it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from reconciler.emulator.errors import invalid
from reconciler.emulator.schema import Field, Message, Role

if TYPE_CHECKING:
    from reconciler.emulator.decode import Json

WRITABLE = (Role.MUTABLE, Role.WRITE_ONLY)


def patched(message: Message, row: Json, body: Json, mask: str, *, replace: bool) -> Json:
    """The row after a PATCH.

    mask: the updateMask, both spellings; empty means the keys of the body, or with `replace`
    every mutable field. body: decoded. Raises ApiError when an unchangeable field is named.
    """
    result = copy.deepcopy(row)
    if mask and mask != "*":
        for path in mask.split(","):
            _apply(_path(message, path.strip()), result, body)
        return result
    _refuse_changes(message, row, body)
    names = [f.name for f in message.fields if f.role in WRITABLE]
    for name in names:
        if name in body:
            result[name] = body[name]
        elif replace or mask == "*":
            result.pop(name, None)
    return result


def _path(message: Message, path: str) -> list[Field]:
    """The fields along a mask path such as `autoscaling_policy.scale_up_window`."""
    found: list[Field] = []
    inside: object = message
    for part in path.split("."):
        spec = inside.by_key.get(part) if isinstance(inside, Message) else None
        if spec is None:
            raise invalid(f'updateMask: unknown field "{path}"')
        if spec.role not in WRITABLE:
            raise invalid(f'updateMask: field "{path}" is {spec.role.value} and cannot be updated')
        found.append(spec)
        inside = spec.type
    return found


def _apply(path: list[Field], target: Json, source: Json) -> None:
    for spec in path[:-1]:
        target = target.setdefault(spec.name, {})
        source = source.get(spec.name, {})
    last = path[-1].name
    if last in source:
        target[last] = source[last]
    else:
        target.pop(last, None)


def _refuse_changes(message: Message, row: Json, body: Json) -> None:
    """A body may echo what cannot change, but not change it."""
    for name, value in body.items():
        role = message.by_key[name].role
        if role is Role.IMMUTABLE and row.get(name) != value:
            raise invalid(f'field "{name}" is immutable')
