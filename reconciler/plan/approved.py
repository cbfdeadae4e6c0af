"""What an approval by digest stands for: all that a plan would do, and nothing besides.

Works on the documents of schemas/plan.schema.json, so that anybody can compute it from one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reconciler.errors import StalePlan, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.plan.saved import Document

BOUND = ("format_version", "account", "base_url", "complete")
SPELLING = re.compile(r"sha256:[0-9a-f]{64}")
SHOWN = 5  # changes that a refusal names; the plan above it names all


def essence(document: Mapping[str, Any]) -> Document:
    """The part of a plan's document that its digest is over.

    Of each change: what is done in which steps, the values, whether a guard refuses it, what the
    manifest and its files hold, and which incarnation of a live object is meant. Not: commit, time,
    place in a file, cost, reasons, order, and whatever is as it should be. So the plan of a pull
    request and the plan after its merge have one digest while the account stays as it was.
    """
    pending = {action["ref"]: action for action in document["actions"] if _does_something(action)}
    read = document.get("fingerprints", {})
    return {
        **{key: document[key] for key in BOUND},
        "actions": [_of_action(pending[ref]) for ref in sorted(pending)],
        "fingerprints": {name: read[name] for name in read if _ref_of(name) in pending},
    }


def check_spelling(approved: str) -> None:
    """Raise UsageError for what cannot be a digest."""
    if not SPELLING.fullmatch(approved):
        hint = "copy it from the reviewed plan: sha256: and 64 hex digits"
        raise UsageError("--approve-digest needs the whole digest of a plan", hint)


def hold_to_digest(approved: str, document: Mapping[str, Any]) -> None:
    """Return when the plan is the approved one, or has nothing left to do; else raise StalePlan
    (exit 5) with what it would do."""
    pending = [action for action in document["actions"] if _does_something(action)]
    nothing_left = document["complete"] and not pending
    if document["digest"] == approved or nothing_left:
        return
    named = ", ".join(f"{action['action']} {action['ref']}" for action in pending[:SHOWN])
    more = f" and {len(pending) - SHOWN} more" if len(pending) > SHOWN else ""
    raise StalePlan(
        f"the approved plan is {approved}, but the plan made now is {document['digest']}: "
        f"{named or 'not complete'}{more}",
        "review the plan made now, and approve its digest",
    )


def _does_something(action: Mapping[str, Any]) -> bool:
    return bool(action["action"] != "none")


def _ref_of(fingerprint: str) -> str:
    """The ref of ``Kind/name:what`` and of ``Kind/name/file``."""
    return "/".join(fingerprint.partition(":")[0].split("/")[:2])


def _of_action(action: Mapping[str, Any]) -> Document:
    return {
        "ref": action["ref"],
        "action": action["action"],
        "steps": [step["verb"] for step in action["steps"]],
        "changes": [[each["path"], each["before"], each["after"]] for each in action["changes"]],
        "blocked": bool(action["blocked_by"]),
    }
