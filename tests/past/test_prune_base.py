"""With --prune and a base, each removal is the doing of whoever removed the manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.git.commits import commit_of
from reconciler.past.history import History
from reconciler.past.prune import PruneWish, pruned_before
from reconciler.past.revision import desired_at
from tests.past.repository import ACCOUNT, Repository, account, dataset, rows

if TYPE_CHECKING:
    from pathlib import Path

LIVE = account("datasets/kept", "datasets/mine", "datasets/pending")
OPEN = "preventDestroy: false"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Removed before the tag ``base``: Dataset/pending. Removed since: Dataset/mine."""
    made = Repository.make(tmp_path / "repo")
    for name in ("kept", "mine", "pending"):
        made.put(f"data/{name}.jsonl", rows(name))
        made.put(f"manifests/{name}.yaml", dataset(name, lifecycle=OPEN))
    made.commit()
    made.commit("manifests/pending.yaml", None)
    made.checkout.git("tag", "base")
    made.commit("manifests/mine.yaml", None)
    return made


def before(repository: Repository, since: str | None = None) -> list[str]:
    """What prune would have deleted at the base."""
    root, project = repository.root, repository.project()
    commit = commit_of(root, "base") or ""
    desired = desired_at(project, commit, ACCOUNT, root)
    wish = PruneWish(History(project, root, head=commit), since and commit_of(root, since))
    state = pruned_before(desired, LIVE, wish)
    return sorted(str(ref) for ref, one in state.resources.items() if one.leaving)


def test_what_was_removed_before_the_base_is_pending_there(repository: Repository) -> None:
    assert ["Dataset/mine", "Dataset/pending"] == repository.going(LIVE)
    assert ["Dataset/pending"] == before(repository)


def test_since_counts_at_the_base_too(repository: Repository) -> None:
    assert ["Dataset/pending"] == before(repository, "base~1")
    assert [] == before(repository, "base")


def test_what_the_base_declared_with_errors_was_not_pending(repository: Repository) -> None:
    git = repository.checkout.git
    git("checkout", "-q", "base")
    repository.commit("manifests/mine.yaml", dataset("mine", lifecycle="preventDestory: true"))
    git("tag", "-f", "base")

    assert ["Dataset/pending"] == before(repository)


def test_where_a_file_of_the_base_does_not_parse_nothing_was_pending(
    repository: Repository,
) -> None:
    git = repository.checkout.git
    git("checkout", "-q", "base")
    repository.commit("manifests/bad.yaml", "kind: [")
    git("tag", "-f", "base")

    assert [] == before(repository)


def test_where_the_base_declared_nothing_nothing_was_pending(repository: Repository) -> None:
    git = repository.checkout.git
    git("checkout", "-q", "base")
    git("rm", "-q", "-r", "manifests")
    repository.commit()
    git("tag", "-f", "base")

    assert [] == before(repository)


def test_data_that_was_never_committed_does_not_make_its_removal_pending(
    repository: Repository,
) -> None:
    git = repository.checkout.git
    git("checkout", "-q", "base")
    git("rm", "-q", "data/mine.jsonl")
    repository.commit()
    git("tag", "-f", "base")

    assert ["Dataset/pending"] == before(repository)


def test_what_another_project_declared_at_the_base_was_not_pending(repository: Repository) -> None:
    git = repository.checkout.git
    git("checkout", "-q", "base")
    repository.put("other/reconciler.yaml", "")
    repository.commit("other/manifests/pending.yaml", dataset("pending"))
    git("tag", "-f", "base")
    git("checkout", "-q", "main")
    git("merge", "-q", "base")
    repository.commit("other/manifests/pending.yaml", None)

    assert ["Dataset/mine", "Dataset/pending"] == repository.going(LIVE)
    assert [] == before(repository)


def test_what_another_project_declares_by_now_was_pending(repository: Repository) -> None:
    repository.put("other/reconciler.yaml", "")
    repository.commit("other/manifests/pending.yaml", dataset("pending"))

    assert ["Dataset/mine"] == repository.going(LIVE)
    assert ["Dataset/pending"] == before(repository)
