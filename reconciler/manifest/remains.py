"""What is left of a document without its mistakes: the rest is checked in the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.manifest.finding import Finding
    from reconciler.manifest.manifest import Path

_STATE = ("metadata", "state")


def remains(tree: Mapping[str, Any], findings: Iterable[Finding]) -> Mapping[str, Any] | None:
    """The tree without every field that has an error; None when too little is left to judge.

    Whatever stands in the result is as its schema wants it, but a required field may be missing.
    """
    wrong = [finding.path for finding in findings if not finding.warning]
    if any(path == _STATE or (len(path) < 2 and path != ("spec",)) for path in wrong):
        return None
    if not isinstance(tree.get("spec", {}), dict) or not isinstance(tree.get("metadata"), dict):
        return None
    for path in wrong:
        tree = _without(tree, path)
    return tree


def _without(tree: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Without the field at ``path``: a faulty list goes whole, and so does a mapping in a spec
    that lacks what it needs."""
    top = str(path[0])
    if len(path) < 2 or not isinstance(tree.get(top), dict):
        return tree
    return {**tree, top: _pruned(tree[top], path[1:])}


def _pruned(node: Mapping[Any, Any], path: Path) -> dict[Any, Any]:
    step, rest = path[0], path[1:]
    kept = {name: value for name, value in node.items() if name != step}
    inner = node.get(step)
    if rest and isinstance(inner, dict) and (rest[0] in inner or len(rest) > 1):
        return {**kept, step: _pruned(inner, rest)}
    return kept


def concerns(finding: Finding, wrong: Iterable[Finding]) -> bool:
    """Whether a finding in what is left only follows from an error that was taken away: it is
    about that field, about something missing, or a doubt about the whole mapping around it."""
    return finding.code == "missing-field" or any(
        _starts(finding.path, other.path) or (finding.warning and _starts(other.path, finding.path))
        for other in wrong
        if len(other.path) > 1
    )


def _starts(path: Path, start: Path) -> bool:
    return path[: len(start)] == start
