"""Where the file of a job's loss curve is: a field of the record, or a verb that answers a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.api.call import Call
from reconciler.api.paths import resource_path
from reconciler.errors import FailedPrecondition, NotFound, ReconcilerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.api.client import ControlClient
    from reconciler.api.control_plane import ControlPlane
    from reconciler.kinds.kind import Kind


def metrics_url(
    plane: ControlPlane, client: ControlClient, kind: Kind, job_id: str
) -> Mapping[str, str]:
    """The file's key and signed URL. Raises ReconcilerError when there is no such job or no file
    yet, ApiError."""
    field, verb = kind.manners.metrics_field, kind.manners.metrics_verb
    live = plane.read(kind, job_id)
    if live is None:
        raise ReconcilerError(f"{kind.name}/{job_id} is not in the account")
    url = _asked(plane, client, kind, job_id) if verb else live.body.get(field)
    if not isinstance(url, str) or not url:
        text = f"{kind.name}/{job_id} has no loss curve ({live.state})"
        raise ReconcilerError(text, "the platform writes it when the job is done")
    return {"metrics": url}


def _asked(plane: ControlPlane, client: ControlClient, kind: Kind, job_id: str) -> Any:
    path = resource_path(plane.account, kind, job_id, kind.manners.metrics_verb)
    try:
        return client.call(Call("GET", path)).get("signedUrl")
    except (FailedPrecondition, NotFound):
        return None
