"""Compares what a manifest sets with what is live, field by field; ``==`` first, deepdiff last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.desired.fields import dotted
from reconciler.desired.rules import rule_index
from reconciler.diff.change import FieldChange
from reconciler.diff.deep import changed_places
from reconciler.diff.same import SKIPPED, is_zero, same
from reconciler.kinds import registry
from reconciler.kinds.field_rule import FieldClass
from reconciler.manifest.manifest import IdStrategy

if TYPE_CHECKING:
    from reconciler.desired.fields import Place
    from reconciler.desired.resource import Resource
    from reconciler.desired.rules import RuleIndex
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource

UNLISTED = "no rule is known for this field: treated as immutable"
DERIVED = "derived from the files of spec.source, whose bytes are fixed at creation"


@dataclass(frozen=True, slots=True)
class Difference:
    """A changed field with its class; ``derived``: it stands in no manifest, the files say it."""

    change: FieldChange
    field_class: FieldClass
    derived: bool = False

    @property
    def in_place(self) -> bool:
        """Whether a PATCH may change it."""
        mutable = (FieldClass.MUTABLE, FieldClass.UNPROVED)
        return self.field_class in mutable and not self.derived


def compare(resource: Resource, live: LiveResource) -> tuple[FieldChange, ...]:
    """The fields that the manifest sets and in which ``live`` differs; empty: nothing to do."""
    return tuple(difference.change for difference in differences(resource, live))


def differences(resource: Resource, live: LiveResource) -> tuple[Difference, ...]:
    """The same with the class of each field. Secrets and create parameters are never compared,
    fields of ``ignoreChanges`` neither."""
    rules, body, spec = rule_index(registry.kind(resource.ref.kind)), live.body, resource.spec
    changed = [
        key
        for key, want in spec.items()
        if want != (have := body.get(key)) and not same(want, have, key, rules)
    ]
    return _details(resource, body, changed, rules) if changed else ()


def same_at(path: str, resource: Resource, live: LiveResource, kind: Kind) -> bool:
    """Whether one top-level field agrees; a field that the manifest does not set does."""
    want = resource.spec.get(path)
    return want is None or same(want, live.body.get(path), path, rule_index(kind))


def _details(
    resource: Resource, body: Mapping[str, Any], changed: list[str], rules: RuleIndex
) -> tuple[Difference, ...]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for key in changed:
        before[key], after[key] = _pair(resource.spec[key], body.get(key), key, rules)
    found = (
        _difference(resource, place, before, after, rules)
        for place in changed_places(before, after)
    )
    return tuple(difference for difference in found if _counts(difference, resource, rules.kind))


def _pair(want: Any, have: Any, path: str, rules: RuleIndex) -> tuple[Any, Any]:
    """Live and desired side by side, identical wherever they say the same."""
    if same(want, have, path, rules):
        return want, want
    if isinstance(want, Mapping):
        below = have if isinstance(have, Mapping) else {}
        return _pairs(want, below, path, rules)
    if _both_mappings(want, have):
        items = [_pair(a, b, f"{path}[]", rules) for a, b in zip(want, have, strict=True)]
        return [item[0] for item in items], [item[1] for item in items]
    return (None if is_zero(have) else have), want


def _pairs(
    want: Mapping[str, Any], have: Mapping[str, Any], path: str, rules: RuleIndex
) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = {}, {}
    for key, item in want.items():
        rule = rules.rule(f"{path}.{key}")
        if rule is None or rule.field_class not in SKIPPED:
            before[key], after[key] = _pair(item, have.get(key), f"{path}.{key}", rules)
    return before, after


def _both_mappings(want: Any, have: Any) -> bool:
    lists = isinstance(want, (list, tuple)) and isinstance(have, (list, tuple))
    return lists and len(want) == len(have) and all(isinstance(i, Mapping) for i in (*want, *have))


def _difference(
    resource: Resource,
    place: Place,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    rules: RuleIndex,
) -> Difference:
    rule = rules.rule(_rule_path(place))
    derived = resource.files is not None and _missing(resource.manifest.spec, place)
    reason = DERIVED if derived else rule.reason if rule is not None else UNLISTED
    change = FieldChange(dotted(place), _at(before, place), _at(after, place), reason)
    return Difference(change, rule.field_class if rule else FieldClass.IMMUTABLE, derived)


def _counts(difference: Difference, resource: Resource, kind: Kind) -> bool:
    """Whether a difference is one: not when the user said to ignore it, nor when the server is
    silent on what it was not asked to tell, nor when equal content stands behind another name."""
    path = difference.change.path
    if any(path == p or path.startswith((f"{p}.", f"{p}[")) for p in _ignored(resource)):
        return False
    silent = difference.change.before in (None, "0")
    if silent and (difference.derived or path == kind.output_model):
        return False  # not every answer repeats them; some jobs name their model when it is done
    return difference.in_place or not _equal_content(resource, path, kind)


def _ignored(resource: Resource) -> tuple[str, ...]:
    return resource.manifest.lifecycle.ignore_changes


def _equal_content(resource: Resource, path: str, kind: Kind) -> bool:
    """Whether the id proves that the reference means equal content: a dataset under a new name."""
    if resource.manifest.id_strategy is not IdStrategy.CONTENT_HASH:
        return False
    bare = path.partition("[")[0]
    return any(reference.path.partition("[")[0] == bare for reference in kind.references)


def _rule_path(place: Place) -> str:
    text = ""
    for part in place:
        text += "[]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _missing(spec: Any, place: Place) -> bool:
    for part in place:
        if isinstance(part, int):
            return False
        if not isinstance(spec, Mapping) or part not in spec:
            return True
        spec = spec[part]
    return False


def _at(value: Any, place: Place) -> Any:
    for part in place:
        value = value[part]
    return value
