"""The same explanations for machines: a kind, a field, or one resource as JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.live.said import estimated_usd, progress_words, status_message
from reconciler.report.drift import file_document
from reconciler.report.explain import (
    class_of,
    compared,
    fields_of,
    if_changed,
    secret_paths,
    type_of,
)
from reconciler.report.verdict import verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource
    from reconciler.plan.plan import PlannedChange


def kind_document(kind: Kind, schema: Mapping[str, Any]) -> dict[str, Any]:
    """``kind``, ``collection``, ``docs`` and ``fields[]``."""
    paths = [path for path, _ in fields_of(schema, "")]
    return {
        "kind": kind.name,
        "collection": kind.collection,
        "docs": kind.docs,
        "fields": [field_document(kind, schema, path) for path in paths],
    }


def field_document(kind: Kind, schema: Mapping[str, Any], path: str) -> dict[str, Any]:
    """``path``, ``type``, ``required``, ``description``, ``values``, ``class`` and ``reason``."""
    field = dict(fields_of(schema, "")).get(path, {})
    rule = kind.rule(path)
    return {
        "path": path,
        "type": type_of(field) if field else None,
        "required": path in schema.get("required", ()),
        "description": field.get("description"),
        "values": field.get("enum"),
        "class": class_of(kind, path),
        "reason": rule.reason if rule else None,
    }


def resource_document(planned: PlannedChange) -> dict[str, Any]:
    """One resource: what the plan says of it, each field that the manifest sets as desired and as
    live, and each file as declared and as stored; secret fields are left out."""
    change = planned.change
    live = change.live
    secrets = secret_paths(change)
    return {
        "ref": str(planned.ref),
        "name": change.resource.name,
        "declared": str(change.resource.location),
        "live": live and _live(live),
        "action": change.action.word,
        "reason": {"code": change.reason.code, "text": change.reason.text},
        "blocked_by": list(planned.blocked_by),
        "fields": [
            {
                "path": path,
                "desired": value,
                "live": found,
                "verdict": verdict(change, path, value, found),
                "if_changed": if_changed(change, path),
            }
            for path, value, found in compared(change)
            if not path.startswith(secrets)
        ],
        "files": [file_document(each) | {"why": each.why} for each in change.content],
    }


def _live(live: LiveResource) -> dict[str, Any]:
    """The record's state, and what it says of itself beside it; "" and None: nothing."""
    return {
        "state": live.state,
        "create_time": live.create_time,
        "progress": progress_words(live.body),
        "message": status_message(live),
        "estimated_usd": estimated_usd(live.body),
    }
