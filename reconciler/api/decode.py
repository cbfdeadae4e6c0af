"""A JSON answer as a LiveResource; never fails on what it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.api.redact import clean
from reconciler.live.state import LiveResource

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.api.redact import Scrubber


def live_resource(
    kind_name: str, body: Mapping[str, Any], secrets: Iterable[Scrubber] = ()
) -> LiveResource:
    """The answer as a value: name, state and times picked out, everything else verbatim.

    But for ``status.message``: text that is only ever shown, and that may repeat a credential
    which a job was given (a signed URL, the key of another service).
    """
    status = body.get("status")
    message = status.get("message") if isinstance(status, dict) else None
    if isinstance(status, dict) and message:
        body = {**body, "status": {**status, "message": clean(str(message), secrets)}}
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
