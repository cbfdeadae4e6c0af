"""A saved plan is held to what would be planned now: equal to it, or part of it (contract 4.6).

Works on the documents of schemas/plan.schema.json, so that what was reviewed is what is compared.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconciler.canonical import document_text
from reconciler.errors import StalePlan

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping

Document = dict[str, Any]

HINT = "plan again, review the new plan and apply that"
SHOWN = 5  # differences that a refusal names: no plan stands beside it
BOUND = ("format_version", "tool_version", "account", "base_url")
"""What must be the same for a saved plan to mean anything here."""
MADE = ("create", "run", "replace")
"""Actions of which an interrupted apply may have done a part: what is left is a repair, or none."""


def read_saved(text: str, seal_of: Callable[[Mapping[str, Any]], str]) -> Document:
    """The document of a saved plan. Raises StalePlan (exit 5) when it is not whole or not
    unaltered: no JSON, a member that stands twice, another seal.

    The seal stops accidents, not attackers: a plan file is for its own job or its own person."""
    try:
        document = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise StalePlan("the plan file is damaged: it is not a JSON document", HINT) from None
    if not isinstance(document, dict) or not isinstance(document.get("actions"), list):
        raise StalePlan("the plan file is damaged: it is not a plan", HINT)
    try:
        whole = document.get("seal") == seal_of(document) and document_text(document) == text
    except (ValueError, TypeError, RecursionError):
        whole = False
    if not whole:
        raise StalePlan("the plan file was altered: its digest does not match", HINT)
    return document


def hold_to(saved: Document, now: Document, lifted: Container[str] = ()) -> None:
    """Return when ``now`` is equal to ``saved`` or part of it; else raise StalePlan (exit 5)
    naming the objects and fields that are not as reviewed. Of ``lifted`` refs the refusals may be
    gone: they were allowed since."""
    differences = list(_differences(saved, now, lifted))
    if differences:
        more = f"; and {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""
        raise StalePlan(f"the plan is stale: {'; '.join(differences[:SHOWN])}{more}", HINT)


def _differences(saved: Document, now: Document, lifted: Container[str]) -> Iterator[str]:
    for key in BOUND:
        if saved.get(key) != now.get(key):
            yield f'{key} was "{saved.get(key)}" and is "{now.get(key)}"'
    reviewed = {action["ref"]: action for action in saved["actions"]}
    for action in now["actions"]:
        yield from _of_action(action, reviewed.pop(action["ref"], None), lifted)
    for ref, action in reviewed.items():
        if action["action"] not in ("none", "delete"):  # what is deleted may leave no trace
            yield f"{ref} is in the saved plan, but no manifest here declares it"
    yield from _of_files(saved, now)
    yield from _of_objects(saved, now)


def _of_action(
    action: Mapping[str, Any], reviewed: Mapping[str, Any] | None, lifted: Container[str]
) -> Iterator[str]:
    """What was reviewed as refused does not run because its obstacle has gone meanwhile."""
    if action["action"] == "none":
        return
    ref = action["ref"]
    if reviewed is None:
        yield f"{ref} is not in the saved plan, and would now be: {action['action']}"
    elif reviewed["blocked_by"] and not action["blocked_by"] and ref not in lifted:
        yield f"{ref} was refused, and no longer is: {reviewed['blocked_by'][0]}"
    elif action["blocked_by"] and not reviewed["blocked_by"]:
        yield f"{ref} was not refused, and now is: {action['blocked_by'][0]}"
    elif not _is_part(action, reviewed):
        yield f"{ref} was: {reviewed['action']}, and would now be: {action['action']}"
    elif action["action"] == reviewed["action"]:
        yield from _of_fields(ref, action, reviewed)


def _is_part(action: Mapping[str, Any], reviewed: Mapping[str, Any]) -> bool:
    """The same action, or what an interrupted one has left to do: the same steps, from later on.
    What is refused shows no steps."""
    verbs = [step["verb"] for step in action["steps"]]
    before = [step["verb"] for step in reviewed["steps"]]
    if action["action"] == reviewed["action"]:
        return verbs == before or bool(reviewed["blocked_by"])
    rest = action["action"] in ("repair", "create", "run") and reviewed["action"] in MADE
    return rest and verbs == before[len(before) - len(verbs) :]


def _of_fields(ref: str, action: Mapping[str, Any], reviewed: Mapping[str, Any]) -> Iterator[str]:
    was = {change["path"]: change for change in reviewed["changes"]}
    for change in action["changes"]:
        known = was.pop(change["path"], None)
        if known is None or (known["before"], known["after"]) != (
            change["before"],
            change["after"],
        ):
            yield f"{ref}: {change['path']} is not as in the saved plan"
    for path in was:
        yield f"{ref}: {path} no longer differs"


def _of_files(saved: Document, now: Document) -> Iterator[str]:
    """Manifest, incarnation and local files of a change that is still to come; of a file size and
    digest, where both are known."""
    pending = {action["ref"] for action in now["actions"] if action["action"] != "none"}
    fresh = now.get("fingerprints", {})
    for name, was in saved.get("fingerprints", {}).items():
        ref, _, what = name.partition(":")
        ref = "/".join(ref.split("/")[:2])
        if ref in pending and name in fresh and _other_bytes(was, fresh[name]):
            yield f"{ref}: its {what} has changed" if what else f"{name}: the file has changed"


def _other_bytes(was: str, fresh: str) -> bool:
    known = "unknown" not in was and "unknown" not in fresh
    return was != fresh if known else was.partition(" ")[0] != fresh.partition(" ")[0]


def _of_objects(saved: Document, now: Document) -> Iterator[str]:
    """A live object: its incarnation and what the manifest sets of it. Its state and updateTime
    may move on by themselves; where they matter, the actions differ."""
    fresh = now.get("fingerprints", {})
    for name, was in saved.get("fingerprints", {}).items():
        before, after = _live(was), _live(fresh.get(name, ""))
        if not (before and after):
            continue
        moved = [key for key in ("createTime", "fields") if before.get(key) != after.get(key)]
        if moved:
            yield f"{name}: its {moved[0]} has changed since the plan was made"


def _live(text: str) -> Document:
    """The facts of a live object; empty for what was not there, and for a file."""
    if not text.startswith("{"):
        return {}
    try:
        return dict(json.loads(text))
    except (ValueError, RecursionError):
        raise StalePlan("the plan file is damaged: a fingerprint cannot be read", HINT) from None


def _unique(pairs: list[tuple[str, Any]]) -> Document:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError  # a member stands twice
    return document


def _no_constant(_constant: str) -> None:
    raise ValueError  # NaN and the infinities are no JSON
