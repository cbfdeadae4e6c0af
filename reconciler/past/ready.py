"""Whether git history can be trusted to say what is declared no more; a doubt deletes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import Refused
from reconciler.git.commits import commit_of, history_is_whole, is_ancestor, top_of
from reconciler.git.yaml_files import left_out

if TYPE_CHECKING:
    from reconciler.desired.resource import DesiredState

WHOLE = "git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0)"


def require_history(root: Path, desired: DesiredState) -> None:
    """Return when ``--prune`` may ask the history of ``root``. Raises Refused."""
    if not declares_anything(desired):
        hint = "reconciler destroy deletes everything that a project declares"
        raise Refused("--prune: no manifest is left, so everything would go", hint)
    top = top_of(root)
    if top is None or commit_of(root, "HEAD") is None:
        hint = "a tombstone (metadata.state: absent) needs no history"
        raise Refused(f"--prune: {root} is not in a git checkout with a commit", hint)
    if not history_is_whole(root):
        raise Refused("--prune: this checkout is shallow or partial: history is missing", WHOLE)
    missing = left_out(Path(top))  # another project's manifests count too
    if missing:
        said = f"--prune: a sparse checkout leaves out manifests, such as {missing[0][:120]}"
        raise Refused(said, "git sparse-checkout disable")


def declares_anything(desired: DesiredState) -> bool:
    """Whether a manifest is left that is no tombstone."""
    return any(not resource.absent for resource in desired.resources.values())


def commit_since(root: Path, revision: str) -> str:
    """The commit that ``--since`` means. Raises Refused: there is none, or HEAD does not come
    from it, because history was rewritten or it is of another branch."""
    commit = commit_of(root, revision)
    if commit is None:
        raise Refused(f"--since {revision[:120]}: there is no such commit in this checkout", WHOLE)
    if not is_ancestor(root, commit):
        said = f"--since {revision[:120]}: not an ancestor of HEAD: was history rewritten?"
        raise Refused(said, "name a commit that git log shows, or leave out --since")
    return commit
