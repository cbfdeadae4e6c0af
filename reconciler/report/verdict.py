"""Why a desired value and a live one count as equal, or do not, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.desired.rules import rule_index
from reconciler.diff.compare import compare
from reconciler.diff.same import SKIPPED, is_zero, same
from reconciler.kinds.field_rule import Shape
from reconciler.kinds.registry import kind as kind_named

if TYPE_CHECKING:
    from reconciler.desired.rules import RuleIndex
    from reconciler.diff.change import Change

EQUAL, SILENT = "equal", "not every answer repeats it"
WITHIN = "what the manifest sets in it is the same"
ALIKE = {
    Shape.RESOURCE_NAME: "a short name and the full one mean the same",
    Shape.VERSIONED_NAME: "the platform adds the version",
    Shape.INT64: "a number and its digits are the same",
    Shape.UNORDERED: "the order does not count",
    Shape.DURATION: "the same time in another spelling",
    Shape.TIMESTAMP: "the same moment in another spelling",
    Shape.PLAIN: "the same number in another spelling",
}


def differing(change: Change) -> frozenset[str]:
    """The paths at which the diff tells desired and live apart."""
    live = change.live
    return frozenset(each.path for each in compare(change.resource, live)) if live else frozenset()


def verdict(change: Change, path: str, want: Any, have: Any) -> str:
    """Of one field that the manifest sets: ``equal``, ``equal: the platform adds the version``,
    ``differs: changed in place``, ``not compared: a secret``; "" where nothing is live."""
    if change.live is None:
        return ""
    rules = rule_index(kind_named(change.ref.kind))
    rule, ignored = rules.rule(path), change.resource.manifest.lifecycle.ignore_changes
    if any(f"{path}.".startswith(f"{each}.") for each in ignored):
        return "not compared: lifecycle.ignoreChanges"
    if rule is not None and rule.field_class in SKIPPED:
        return f"not compared: {rule.reason}"
    if any(f"{each}.".startswith((f"{path}.", f"{path}[")) for each in differing(change)):
        return f"differs: {rule.reason}" if rule else "differs"
    return EQUAL if want == have else f"{EQUAL}: {_why(want, have, path, rules)}"


def _why(want: Any, have: Any, path: str, rules: RuleIndex) -> str:
    if not same(want, have, path, rules):
        silent = is_zero(have) or have == "0"  # an int64 is text
        return SILENT if silent else "another name of the same content"
    if is_zero(want) and is_zero(have):
        return "an answer does not tell zero and unset apart"
    rule = rules.rule(path)
    shape = rule.shape if rule else Shape.PLAIN
    if shape is Shape.PLAIN and isinstance(want, (dict, list, tuple)):
        return WITHIN
    return ALIKE[shape]
