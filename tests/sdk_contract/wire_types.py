"""The SDK's types as strict readers of JSON: wire names, no unknown field, no coerced value."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import pydantic
from fireworks._utils import PropertyInfo
from pydantic import AwareDatetime, ConfigDict, StringConstraints
from typing_extensions import is_typeddict

from tests.sdk_contract.beyond_sdk import fields_beyond
from tests.sdk_contract.examples_of_types import LISTS, MAPS, bare, is_moment, is_union

if TYPE_CHECKING:
    from collections.abc import Iterable

_STRICT = ConfigDict(extra="forbid", strict=True)
_DECIMAL = Annotated[str, StringConstraints(pattern=r"^-?(0|[1-9][0-9]{0,18})$")]
INT64_FIELDS = frozenset(
    {
        "acceleratorSeconds",
        "estimatedTokenCount",
        "exampleCount",
        "filenameToSize",
        "parameterCount",
        "units",
    }
)
"""Text to the SDK, but of decimal digits: protobuf's int64 (fact sheet 1.3)."""


class Nothing(pydantic.BaseModel):
    """A message without fields: what the SDK calls ``object`` is ``{}`` on the wire."""

    model_config = _STRICT


Field = tuple[str, Any, bool]
"""Name on the wire, the SDK's type of it, whether it must be there."""


def strict_message(name: str, fields: Iterable[Field]) -> type[pydantic.BaseModel]:
    """A message of exactly these fields. Arguments carry the SDK's types, as it declares them."""
    made: dict[str, Any] = {}
    for number, (wire, hint, required) in enumerate(fields):
        default = ... if required else None
        hint = _int64(wire_type(hint)) if wire in INT64_FIELDS else wire_type(hint)
        made[f"field{number}"] = (hint, pydantic.Field(default, alias=wire))
    message: type[pydantic.BaseModel] = pydantic.create_model(name, __config__=_STRICT, **made)
    return message


def wire_type(hint: Any) -> Any:
    """What reads JSON as the SDK's type says, strictly. Raises TypeError for a type not met yet."""
    hint = bare(hint)
    if is_moment(hint) or hint is datetime:
        return AwareDatetime
    if hint in (str, int, float, bool, type(None)):
        return hint
    if hint is object:
        return Nothing
    if is_union(hint):
        return Union[tuple(wire_type(part) for part in get_args(hint))]  # noqa: UP007  of a tuple
    return _composed(hint)


def _composed(hint: Any) -> Any:
    origin = get_origin(hint) or hint
    if origin is Literal:
        return hint
    if origin in LISTS:
        return list[wire_type(get_args(hint)[0])]  # type: ignore[misc]  # a type made at run time
    if origin in MAPS:
        return dict[str, wire_type(get_args(hint)[1])]  # type: ignore[misc]  # as above
    if is_typeddict(hint) or (isinstance(hint, type) and issubclass(hint, pydantic.BaseModel)):
        return _message(hint)
    raise TypeError(f"the SDK uses a type that this reader does not know: {hint!r}")


def _int64(hint: Any) -> Any:
    """The same type, its texts decimal."""
    if hint is str:
        return _DECIMAL
    if is_union(hint):
        return Union[tuple(_int64(part) for part in get_args(hint))]  # noqa: UP007  of a tuple
    if get_origin(hint) is dict:
        return dict[str, _int64(get_args(hint)[1])]  # type: ignore[misc]  # as above
    return hint


@cache
def _message(sdk_type: Any) -> type[pydantic.BaseModel]:
    fields = [*fields_of(sdk_type), *fields_beyond(type_name(sdk_type))]
    return strict_message(type_name(sdk_type), fields)


def type_name(sdk_type: Any) -> str:
    """``Model``; of a page of them ``SyncCursorModels``."""
    return str(sdk_type.__name__).partition("[")[0]


def fields_of(sdk_type: Any) -> list[Field]:
    """The fields that the SDK itself knows of one of its types."""
    if is_typeddict(sdk_type):
        return _typed_dict_fields(sdk_type)
    return [
        (field.alias or name, field.annotation, field.is_required())
        for name, field in sdk_type.model_fields.items()
    ]


def _typed_dict_fields(sdk_type: Any) -> list[Field]:
    # Not __required_keys__: it is blind where annotations are text, as they are in the SDK.
    hints = get_type_hints(sdk_type, include_extras=True)
    return [
        (_alias(hint) or name, hint, sdk_type.__total__ or get_origin(hint) is Required)
        for name, hint in hints.items()
    ]


def _alias(hint: Any) -> str | None:
    """The wire name that a field of a request type is annotated with."""
    if get_origin(hint) is Required:
        return _alias(get_args(hint)[0])
    infos = getattr(hint, "__metadata__", ())
    return next((info.alias for info in infos if isinstance(info, PropertyInfo)), None)
