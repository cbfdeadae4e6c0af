"""Whether another project of the same repository declares what this one declares no more."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.errors import ReconcilerError
from reconciler.git.command import BLOCK
from reconciler.git.commits import top_of, tree_of
from reconciler.git.yaml_files import unsearched_yaml_files, yaml_files_with
from reconciler.manifest.files import DISK
from reconciler.manifest.parse import parse
from reconciler.manifest.project_file import read_spec
from reconciler.manifest.project_root import PROJECT_FILE
from reconciler.manifest.source_text import SourceText, decode
from reconciler.past.files import CommittedFiles
from reconciler.past.history import NEWEST
from reconciler.past.spelling import SIGN, spelled_out
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.files import Files
    from reconciler.past.history import History
    from reconciler.past.objects import GitObjects


Keys = Mapping[ResourceRef, Mapping[str, str]]
"""Resources, each with the ids at the paths that it is known by where the server names it; none
where its own name is its id."""

_INSTALLED = ("site-packages", "node_modules")
"""Folders of what was installed, examples of manifests too: of what git ignores they do not count,
nor do hidden ones."""


def declared_elsewhere(
    keys: Keys, history: History, objects: GitObjects, account: str
) -> dict[ResourceRef, str]:
    """Those of ``keys`` that a YAML file declares, with that file's path: one of the work tree,
    whether git knows it or not, or of the commit where the history begins at an earlier one.

    Files of a project whose ``reconciler.yaml`` names other accounts only do not count; neither do
    those of this project when all of it was planned: its globs leave them out on purpose. A file
    that cannot be read counts as declaring what it mentions. Raises ReconcilerError.
    """
    top = top_of(history.root) if keys else None
    if top is None:
        return {}
    names = {word for ref, ids in keys.items() for word in (ref.name, *ids.values())}
    found: dict[ResourceRef, str] = {}
    look = _Look(os.path.realpath(top), _tree(history, objects, top), history, account)
    for path in _listed(Path(top), [*sorted(names), SIGN], history):
        place = os.path.join(look.top, path)
        if look.counts(place):
            for ref in look.declares(place, keys):
                found.setdefault(ref, path)
    return found


def _tree(history: History, objects: GitObjects, top: str) -> Files:
    if history.head == NEWEST:
        return DISK
    return CommittedFiles(objects, os.path.realpath(top), tree_of(history.root, history.head) or "")


def _listed(top: Path, words: list[str], history: History) -> list[str]:
    """The files that have one of the words, or may have."""
    commit = "" if history.head == NEWEST else history.head
    listed = yaml_files_with(top, words, commit)
    others = () if commit else unsearched_yaml_files(top)
    if listed is None or others is None:
        raise ReconcilerError("git cannot search the checkout", "git status")
    return [*listed, *(path for path in others if _may_count(top, path, words))]


def _may_count(top: Path, path: str, words: list[str]) -> bool:
    folders = path.split("/")
    if any(folder.startswith(".") or folder in _INSTALLED for folder in folders):
        return False
    return _holds(os.path.join(top, path), words)


def _holds(place: str, sought: list[str]) -> bool:
    """Whether a file of the disk holds one of the words, whatever its size. One that cannot be read
    may; what is no file (a broken link or to a folder, a pipe) does not."""
    words = [word.encode() for word in sought]
    try:
        if not stat.S_ISREG(os.stat(place).st_mode):
            return False
        with open(place, "rb") as file:
            before = b""
            while block := file.read(BLOCK):
                if any(word in before + block for word in words):
                    return True
                before = block[-max(map(len, words)) :]
    except OSError as error:
        return error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
    return False


@dataclass(frozen=True, slots=True)
class _Look:
    """Reads the files of one tree, whose top folder is ``top``."""

    top: str
    tree: Files
    history: History
    account: str

    def counts(self, place: str) -> bool:
        """Whether the project that a file belongs to may be about this account."""
        folder = self._root_of(place)
        if folder == str(self.history.root):
            return bool(self.history.paths)
        file = os.path.join(folder, PROJECT_FILE)
        spec = read_spec(Path(file), file, self.tree)[0] if self.tree.lexists(file) else {}
        others = (_account(each) for each in spec.get("environments", {}).values())
        known = {name for name in (spec.get("account"), *others) if name}
        return not known or self.account in known

    def _root_of(self, place: str) -> str:
        """The folder of the project file above, else the top."""
        folder = os.path.dirname(place)
        while folder != self.top and not self.tree.lexists(os.path.join(folder, PROJECT_FILE)):
            folder = os.path.dirname(folder)
        return folder

    def declares(self, place: str, keys: Keys) -> Iterator[ResourceRef]:
        raw = self.tree.read(place, place)
        if not isinstance(raw, bytes):  # too large, or not to be read
            yield from (ref for ref, ids in keys.items() if self._has(place, ref, ids))
            return
        text = spelled_out(raw.decode("utf-8", "replace"))
        mentioned = [ref for ref, ids in keys.items() if _mentions(text, ref, ids)]
        if not mentioned:  # listed for some escape
            return
        source = decode(place, raw)
        documents, problems = parse(source) if isinstance(source, SourceText) else ([], [source])
        if problems:
            yield from mentioned
        for document in documents:
            tree = document.tree if isinstance(document.tree, dict) else {}
            metadata = tree.get("metadata")
            if isinstance(metadata, dict) and "state" not in metadata:
                ref = ResourceRef(str(tree.get("kind")), str(metadata.get("name")))
                yield from (one for one, ids in keys.items() if one == ref or _is(tree, one, ids))

    def _has(self, place: str, ref: ResourceRef, ids: Mapping[str, str]) -> bool:
        """Whether a file too large for us holds a word for it; so if git cannot tell."""
        words = [ref.name, *ids.values()]
        if self.history.head == NEWEST:
            return _holds(place, words)
        found = yaml_files_with(Path(self.top), words, self.history.head)
        return found is None or os.path.relpath(place, self.top) in found


def _account(environment: Any) -> str | None:
    return environment.get("account") if isinstance(environment, dict) else None


def _mentions(text: str, ref: ResourceRef, ids: Mapping[str, str]) -> bool:
    return ref.name in text or (bool(ids) and all(one in text for one in ids.values()))


def _is(tree: Mapping[str, Any], ref: ResourceRef, ids: Mapping[str, str]) -> bool:
    """Whether a document under another name means the same, by what it is made of."""
    spec = tree.get("spec")
    if not ids or tree.get("kind") != ref.kind or not isinstance(spec, dict):
        return False
    return all(str(spec.get(path)).rpartition("/")[2] == one for path, one in ids.items())
