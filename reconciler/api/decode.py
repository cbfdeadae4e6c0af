"""A JSON answer as a LiveResource; never fails on what it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.live.state import LiveResource

if TYPE_CHECKING:
    from collections.abc import Mapping


def live_resource(kind_name: str, body: Mapping[str, Any]) -> LiveResource:
    """The answer as a value: name, state and times picked out, everything else verbatim."""
    return LiveResource(
        kind=kind_name,
        name=_text(body, "name"),
        state=_text(body, "state"),
        body=body,
        create_time=_text(body, "createTime"),
        update_time=_text(body, "updateTime"),
    )


def _text(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    return value if isinstance(value, str) else ""
