"""What was read of the account and of the files, so that a saved plan can be held to it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.desired.resource import Resource
    from reconciler.diff.change import Change
    from reconciler.live.state import LiveResource


def fingerprints(changes: Iterable[Change]) -> dict[str, str]:
    """Full resource names to what was read of them, "" where nothing was there (by ref where the
    server is to choose the name); ``Kind/name/file`` to the size and the digest of each file, and
    ``Kind/name:manifest`` to the digest of what the manifest wants, and ``Kind/name:incarnation``
    to the createTime of what is live."""
    found: dict[str, str] = {}
    for change in changes:
        resource, live = change.resource, change.live
        name = live.name if live is not None else resource.name or str(resource.ref)
        found[name] = of_live(resource, live)
        wanted = {"name": resource.name, "spec": dict(resource.spec)}
        found[f"{resource.ref}:manifest"] = f"sha256:{sha256(_bytes(wanted)).hexdigest()}"
        if live is not None:
            found[f"{resource.ref}:incarnation"] = live.create_time
        for file in resource.files.files if resource.files is not None else ():
            found[f"{resource.ref}/{file.key}"] = f"{file.size} sha256:{file.sha256 or 'unknown'}"
    return found


def of_live(resource: Resource, live: LiveResource | None) -> str:
    """``createTime``, ``updateTime``, ``state`` and the digest of the fields that the manifest
    sets, as JSON, so that a difference can be named."""
    if live is None:
        return ""
    compared = {key: live.body.get(key) for key in resource.spec}
    return _bytes(
        {
            "createTime": live.create_time,
            "fields": sha256(_bytes(compared)).hexdigest(),
            "state": live.state,
            "updateTime": live.update_time,
        }
    ).decode()


def _bytes(value: Mapping[str, Any]) -> bytes:
    """Compact JSON with sorted keys, in ASCII: a server's text may be no valid Unicode."""
    return json.dumps(value, default=str, sort_keys=True, separators=(",", ":")).encode()
