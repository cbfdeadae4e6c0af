"""A plan for machines: the document of schemas/plan.schema.json, with a digest of itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from reconciler.canonical import document_text
from reconciler.plan.approved import essence
from reconciler.plan.content import content_counts
from reconciler.report.counts import summary, unmanaged_document
from reconciler.report.diagnostics import diagnostic_document
from reconciler.report.drift import drift_document
from reconciler.report.words import named_by_server
from reconciler.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.diagnostic import SourceLocation
    from reconciler.manifest.row_change import RowChange
    from reconciler.plan.plan import Leg, Plan, PlannedChange

FORMAT_VERSION = "1.0"


def plan_json(plan: Plan) -> str:
    """The document as text: the same plan gives the same bytes, ``created_at`` aside."""
    return document_text(plan_document(plan))


def saved_json(plan: Plan, request: Mapping[str, Any]) -> str:
    """What ``plan --out`` writes: the document, the flags it was made with, and a seal over all."""
    document = plan_document(plan) | {"request": dict(request)}
    return document_text(document | {"seal": seal(document)})


def seal(document: Mapping[str, Any]) -> str:
    """``sha256:...`` over the canonical JSON of everything but the seal itself."""
    return _sha256({key: value for key, value in document.items() if key != "seal"})


def plan_document(plan: Plan) -> dict[str, Any]:
    """The whole plan (contract 4.5). ``none`` actions are listed too: unchanged is a finding."""
    document: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "tool_version": VERSION,
        "account": plan.account,
        "base_url": plan.base_url,
        "commit": plan.commit,
        **({"base": plan.base} if plan.base else {}),
        "created_at": plan.created_at,
        "digest": "",
        "complete": plan.complete,
        **({"shard": str(plan.shard)} if plan.shard else {}),
        "summary": summary(plan),
        "actions": [_action(change) for change in plan.changes],
        "critical_path": [_leg(leg) for leg in plan.critical_path],
        "drift": [drift_document(planned.change) for planned in plan.drift],
        "content": asdict(content_counts(plan)),
        "unmanaged": unmanaged_document(plan),
        "diagnostics": [diagnostic_document(found) for found in plan.diagnostics],
        "fingerprints": dict(sorted(plan.fingerprints.items())),
    }
    return document | {"digest": digest(document)}


def digest(document: Mapping[str, Any]) -> str:
    """``sha256:…`` over the canonical JSON of what the plan would do (plan/approved.py)."""
    return _sha256(essence(document))


def _sha256(value: Mapping[str, Any]) -> str:
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def _action(planned: PlannedChange) -> dict[str, Any]:
    change, cost = planned.change, planned.cost
    return {
        "ref": str(planned.ref),
        "action": planned.action.word,
        "steps": [
            {"verb": s.verb.value, "detail": s.detail, "files": s.files, "bytes": s.bytes}
            for s in planned.steps
        ],
        "reason": {"code": change.reason.code, "text": change.reason.text},
        "source": _source(change.resource.location),
        "changes": [
            {"path": f.path, "before": f.before, "after": f.after, "reason": f.reason}
            for f in change.fields
        ],
        "depends_on": [str(ref) for ref in planned.depends_on],
        "blocked_by": list(planned.blocked_by),
        "cost": cost and {"usd_low": cost.usd_low, "usd_high": cost.usd_high, "basis": cost.basis},
        "risk": list(planned.risk),
        **({"rows": _rows(change.rows)} if change.rows else {}),
        **({"group": planned.group.value} if planned.group else {}),
        **({"known_after_apply": later} if (later := _known_after(planned)) else {}),
    }


def _known_after(planned: PlannedChange) -> list[dict[str, str]]:
    """Ids are chosen beforehand; only what the platform chooses, or a job leaves behind, is not
    known yet, and ``ref`` is what has to be made first."""
    own = [{"path": "name", "ref": str(planned.ref)}] if named_by_server(planned) else []
    later = [(f.path, f.known_after) for f in planned.change.fields if f.known_after]
    return [*own, *({"path": f"spec.{path}", "ref": str(ref)} for path, ref in later)]


def _leg(leg: Leg) -> dict[str, Any]:
    return {"ref": str(leg.ref), "bytes": leg.bytes, "seconds": leg.seconds, "like": leg.like}


def _source(where: SourceLocation) -> dict[str, Any]:
    return {"file": where.path, "line": where.line, "column": where.column}


def _rows(rows: RowChange) -> dict[str, Any]:
    sides = {"added": rows.added, "removed": rows.removed, "changed": rows.changed}
    told = {word: {"count": side.count, "first": list(side.first)} for word, side in sides.items()}
    return {**told, "since": rows.since}
