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
    if isinstance(status, dict) and (message := status.get("message")):
        body = {**body, "status": {**status, "message": clean(str(message), secrets)}}
    name, state, created, updated = [
        value if isinstance(value := body.get(field), str) else "" for field in _TEXTS
    ]
    return LiveResource(kind_name, name, state, body, created, updated)


_TEXTS = ("name", "state", "createTime", "updateTime")
