"""Whether another project of the same repository declares what this one declares no more."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.errors import ReconcilerError, UsageError
from reconciler.git import yaml_files_with
from reconciler.manifest.parse import parse
from reconciler.manifest.project_file import read_spec
from reconciler.manifest.project_root import find_root
from reconciler.manifest.read_file import read_bounded
from reconciler.manifest.source_text import SourceText, decode
from reconciler.past.objects import top_of
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.project import Project


Keys = Mapping[ResourceRef, Mapping[str, str]]
"""Resources, each with the ids at the paths that it is known by where the server names it; none
where its own name is its id."""


def declared_elsewhere(
    keys: Keys, project: Project, account: str, *, whole: bool
) -> dict[ResourceRef, str]:
    """Those of ``keys`` that a YAML file of the checkout declares, with that file's path.

    Files of a project whose ``reconciler.yaml`` names other accounts only do not count; neither do
    those of this project when all of it was planned (``whole``): its globs leave them out on
    purpose. A file that cannot be read counts as declaring what it mentions.
    """
    top = top_of(project.root) if keys else None
    if top is None:
        return {}
    found: dict[ResourceRef, str] = {}
    names = sorted({word for ref, ids in keys.items() for word in (ref.name, *ids.values())})
    listed = yaml_files_with(Path(top), names)
    if listed is None:
        raise ReconcilerError("git cannot search the checkout", "git status")
    for path in listed:
        place = Path(top, path)
        if _counts(place, project, account, whole=whole):
            for ref in _declares(place, keys):
                found.setdefault(ref, path)
    return found


def _counts(place: Path, project: Project, account: str, *, whole: bool) -> bool:
    try:
        root, file = find_root([place], place.parent)
    except UsageError:
        return False  # gone since
    if root == project.root:
        return not whole
    spec = read_spec(file, str(file))[0] if file is not None else {}
    accounts = {spec.get("account"), *(_account(e) for e in spec.get("environments", {}).values())}
    known = {name for name in accounts if name}
    return not known or account in known


def _account(environment: Any) -> str | None:
    return environment.get("account") if isinstance(environment, dict) else None


def _declares(place: Path, keys: Keys) -> Iterator[ResourceRef]:
    raw = read_bounded(os.fspath(place), str(place))
    source = decode(str(place), raw) if isinstance(raw, bytes) else raw
    documents, problems = parse(source) if isinstance(source, SourceText) else ([], [source])
    if problems:
        yield from (ref for ref, ids in keys.items() if _mentions(_text(raw), ref, ids))
    for document in documents:
        tree = document.tree if isinstance(document.tree, dict) else {}
        metadata = tree.get("metadata")
        if isinstance(metadata, dict) and "state" not in metadata:
            ref = ResourceRef(str(tree.get("kind")), str(metadata.get("name")))
            yield from (one for one, ids in keys.items() if one == ref or _is(tree, one, ids))


def _mentions(text: str, ref: ResourceRef, ids: Mapping[str, str]) -> bool:
    return ref.name in text or (bool(ids) and all(one in text for one in ids.values()))


def _is(tree: Mapping[str, Any], ref: ResourceRef, ids: Mapping[str, str]) -> bool:
    """Whether a document under another name means the same, by what it is made of."""
    spec = tree.get("spec")
    if not ids or tree.get("kind") != ref.kind or not isinstance(spec, dict):
        return False
    return all(str(spec.get(path)).rpartition("/")[2] == one for path, one in ids.items())


def _text(raw: object) -> str:
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
