"""Where the files are that a job leaves: its loss curve, in a field of the record or behind a verb
that answers a URL, and what its trainer wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.api.call import Call
from reconciler.api.paths import resource_path
from reconciler.errors import FailedPrecondition, NotFound, ReconcilerError
from reconciler.live.said import LOG_FIELD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.api.client import ControlClient
    from reconciler.api.control_plane import ControlPlane
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource


def metrics_url(
    plane: ControlPlane, client: ControlClient, kind: Kind, job_id: str
) -> Mapping[str, str]:
    """The file's key and signed URL. Raises ReconcilerError when there is no such job or no file
    yet, ApiError."""
    field, verb = kind.manners.metrics_field, kind.manners.metrics_verb
    live = _job(plane, kind, job_id)
    url = _asked(plane, client, kind, job_id) if verb else live.body.get(field)
    if not isinstance(url, str) or not url:
        text = f"{kind.name}/{job_id} has no loss curve ({live.state})"
        raise ReconcilerError(text, "the platform writes it when the job is done")
    return {"metrics": url}


def log_url(plane: ControlPlane, kind: Kind, job_id: str) -> Mapping[str, str]:
    """The key and signed URL of its trainer's log. Raises ReconcilerError when there is no such job
    or none that this account may read, ApiError."""
    live = _job(plane, kind, job_id)
    url = live.body.get(LOG_FIELD)
    if not isinstance(url, str) or not url:
        text = f"{kind.name}/{job_id} has no log ({live.state})"
        raise ReconcilerError(text, "the platform shows it to accounts that may read trainer logs")
    return {"log": url}


def _job(plane: ControlPlane, kind: Kind, job_id: str) -> LiveResource:
    live = plane.read(kind, job_id)
    if live is None:
        raise ReconcilerError(f"{kind.name}/{job_id} is not in the account")
    return live


def _asked(plane: ControlPlane, client: ControlClient, kind: Kind, job_id: str) -> Any:
    path = resource_path(plane.account, kind, job_id, kind.manners.metrics_verb)
    try:
        return client.call(Call("GET", path)).get("signedUrl")
    except (FailedPrecondition, NotFound):
        return None
