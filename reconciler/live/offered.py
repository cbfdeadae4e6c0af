"""Whether the platform has a collection at all: one that it does not offer holds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diagnostic import Diagnostic, Severity
from reconciler.errors import NotFound

if TYPE_CHECKING:
    from reconciler.errors import ApiError
    from reconciler.kinds.kind import Kind

UNIMPLEMENTED = 12
"""The gRPC code of a collection that is gone, as the older job collection may be."""


def is_not_offered(kind: Kind, error: ApiError) -> bool:
    """Whether this answer to a list means that there is no such collection (fact sheet 24-6). 404
    says so of what may be retired, and of nothing else: there it is no answer (R11)."""
    gone = isinstance(error, NotFound) or error.status == 501
    return error.code == UNIMPLEMENTED or (kind.manners.may_be_retired and gone)


def not_offered(kind: Kind) -> Diagnostic:
    said = f"{kind.name}: the platform has no {kind.collection} any more"
    return Diagnostic(Severity.WARNING, "not-offered", said)
