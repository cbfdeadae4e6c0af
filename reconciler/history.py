"""What git history remembers of a resource: the protection of the last revision that declared it.

A tombstone replaces the declaration in its file, so the protection it had can only be read from
history (contract section 5). What cannot be read counts as protected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.git import file_at, git, history_is_whole, revisions_of_yaml
from reconciler.manifest.manifest import Lifecycle
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

UNREADABLE = Lifecycle(prevent_destroy=True)
"""An old revision that does not parse: nobody can say that protection was off."""


def last_declared(root: Path, refs: Iterable[ResourceRef]) -> dict[ResourceRef, Lifecycle]:
    """The lifecycle of each ref in the newest revision that declared it.

    Reads the tree at HEAD, then every older revision of the YAML files that history touched,
    until each ref is found. A ref that no revision declared is absent from the answer; one that
    a revision may have declared which this clone does not hold counts as protected.
    """
    missing = set(refs)
    found: dict[ResourceRef, Lifecycle] = {}
    for text in _texts(root) if missing else ():
        if not any(ref.name in text for ref in missing):
            continue
        for ref, lifecycle in _declarations(text, missing):
            found.setdefault(ref, lifecycle)
        missing -= found.keys()
        if not missing:
            break
    if missing and not history_is_whole(root):
        found.update(dict.fromkeys(missing, UNREADABLE))
    return found


def _texts(root: Path) -> Iterator[str]:
    """YAML files as they are at HEAD, then as they were before each change, newest first."""
    listed = git(root, "ls-tree", "-r", "-z", "--name-only", "HEAD") or ""
    for path in listed.split("\0"):
        if path.endswith((".yaml", ".yml")):
            yield file_at(root, "HEAD", f"./{path}") or ""
    for commit, path in revisions_of_yaml(root):
        yield file_at(root, f"{commit}^", path) or ""


def _declarations(text: str, refs: set[ResourceRef]) -> Iterator[tuple[ResourceRef, Lifecycle]]:
    import yaml

    try:
        documents = list(yaml.load_all(text, Loader=_loader()))
    except Exception:
        yield from ((ref, UNREADABLE) for ref in refs if ref.name in text)
        return
    for document in documents:
        ref = _ref(document)
        if ref in refs and document["metadata"].get("state") != "absent":
            yield ref, _lifecycle(document["metadata"].get("lifecycle"))


def _loader() -> Any:
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _ref(document: Any) -> ResourceRef | None:
    if not isinstance(document, dict) or not isinstance(document.get("metadata"), dict):
        return None
    return ResourceRef(str(document.get("kind")), str(document["metadata"].get("name")))


def _lifecycle(written: Any) -> Lifecycle:
    if not isinstance(written, dict):
        return Lifecycle()
    prevent = written.get("preventDestroy")
    return Lifecycle(prevent_destroy=None if prevent is None else bool(prevent))
