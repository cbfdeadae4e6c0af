"""What in the account is no longer as declared, as values for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciler.diff.change import Change
    from reconciler.live.verdicts import FileVerdict


def drift_document(change: Change) -> dict[str, Any]:
    """One item of ``drift[]``: which resource, why, and what is declared and stored."""
    drift, where = change.drift, change.resource.location
    files = drift.files if drift is not None else ()
    return {
        "ref": str(change.ref),
        "reason": {
            "code": drift.code if drift is not None else "",
            "text": drift.text if drift is not None else "",
        },
        "source": {"file": where.path, "line": where.line, "column": where.column},
        "files": [file_document(each) for each in files],
    }


def file_document(each: FileVerdict) -> dict[str, Any]:
    """What is known of one file: the verdict, and what each side says of its bytes."""
    return {
        "key": each.key,
        "verdict": each.verdict.value,
        "declared": _digests(each.local),
        "stored": _digests(each.stored),
    }


def _digests(side: Any) -> dict[str, Any] | None:
    """Size in bytes, crc32c and md5 in base64; None: there is nothing on this side."""
    if side is None:
        return None
    return {"size": side.size, "crc32c": side.crc32c, "md5": side.md5}
