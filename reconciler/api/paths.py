"""Names to paths, and the path templates that messages show."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from reconciler.errors import InvalidArgument

if TYPE_CHECKING:
    from reconciler.kinds.kind import Kind


def collection_path(account: str, kind: Kind) -> str:
    """``/v1/accounts/acme/datasets``: what is listed and created in."""
    return f"/v1/accounts/{_segment(account)}/{kind.collection}"


def resource_path(account: str, kind: Kind, resource_id: str, verb: str = "") -> str:
    """``/v1/accounts/acme/datasets/d``, with ``:verb`` when one is given."""
    suffix = f":{verb}" if verb else ""
    return f"{collection_path(account, kind)}/{_segment(resource_id)}{suffix}"


def name_path(name: str) -> str:
    """The path of a full resource name: ``/v1/`` and the name. Raises InvalidArgument."""
    segments = name.split("/")
    if len(segments) < 4 or segments[0] != "accounts" or len(segments) % 2:
        raise InvalidArgument(f'expected a full resource name, but was "{name[:120]}"')
    return "/v1/" + "/".join(_segment(segment) for segment in segments)


def template(path: str) -> str:
    """The path with ids as placeholders: ``/v1/accounts/{account}/models/{id}:verb``."""
    segments = path.split("/")
    for at, segment in enumerate(segments):
        if at >= 3 and at % 2:  # "", v1, accounts, {account}, models, {id}
            verb = segment.partition(":")[2]
            shown = "{account}" if at == 3 else "{id}"
            segments[at] = f"{shown}:{verb}" if verb else shown
    return "/".join(segments)


def _segment(text: str) -> str:
    """One path segment; an id that would climb the path or be empty is refused."""
    if text in ("", ".", ".."):
        raise InvalidArgument(f'expected an id, but was "{text}"')
    return quote(text, safe="")
