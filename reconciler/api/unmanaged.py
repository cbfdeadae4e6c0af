"""Resources of collections that no kind here manages (secrets, evaluators), by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.api.call import Call
from reconciler.api.pages import PAGE_SIZE, list_rows
from reconciler.api.paths import name_path
from reconciler.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.api.client import ControlClient

INTERNAL = 500
TRIES = 2  # the list has spoken already


def read_unmanaged(client: ControlClient, name: str) -> Mapping[str, Any] | None:
    """The resource as its list shows it, else as GET answers; None when both say that it is not
    there. A missing secret may answer 500 instead of 404 (eval-protocol's client handles both),
    so a list without it and a 500 are taken for absent. Raises ApiError.
    """
    parent, _, _ = name_path(name).rpartition("/")

    def fetch(token: str) -> Mapping[str, Any]:
        query = {"pageSize": str(PAGE_SIZE), **({"pageToken": token} if token else {})}
        return client.call(Call("GET", parent, query))

    row = list_rows(fetch, name.split("/")[-2]).get(name)
    return row if row is not None else _get(client, name)


def _get(client: ControlClient, name: str) -> Mapping[str, Any] | None:
    """Lists lag: what one does not show is asked for by name."""
    try:
        return client.call(Call("GET", name_path(name), tries=TRIES))
    except NotFound:
        return None
    except Unavailable as error:
        if error.status != INTERNAL:
            raise
        return None
