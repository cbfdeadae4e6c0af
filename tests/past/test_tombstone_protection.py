"""A silent tombstone takes the protection of the last revision that declared its resource."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.past.history import History
from reconciler.past.protection import with_protection
from tests.past.repository import (
    Repository,
    account,
    dataset,
    escaped,
    job,
    load,
    ready,
    rows,
    tombstone,
)

if TYPE_CHECKING:
    from reconciler.live.state import LiveState

OPEN, SHUT = "preventDestroy: false", "preventDestroy: true"
LIVE = account("datasets/gone")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A commit that says nothing of what the tests are about."""
    made = Repository.make(tmp_path / "repo")
    made.commit("data/gone.jsonl", rows("gone"))
    return made


def bury(repository: Repository, *lifecycles: str, path: str = "manifests/gone.yaml") -> None:
    """Declared with one lifecycle after the other, then a tombstone: a commit each."""
    up = "../" * path.count("/")
    for lifecycle in lifecycles:
        text = dataset("gone", lifecycle=lifecycle, data=f"{up}data/gone.jsonl")
        repository.commit(path, text)
    repository.commit(path, tombstone("Dataset", "gone"))


def protection(repository: Repository, live: LiveState = LIVE, *paths: Path) -> list[bool | None]:
    """What every tombstone says of ``preventDestroy`` once history was asked."""
    desired = repository.desired(*paths)
    history = History(repository.project(*paths), repository.root, paths)
    state = with_protection(desired, live, history)
    return [o.manifest.lifecycle.prevent_destroy for o in state.resources.values() if o.absent]


def test_it_is_that_of_the_revision_before_it(repository: Repository) -> None:
    bury(repository, SHUT, OPEN)

    assert [False] == protection(repository)


def test_a_later_revision_that_protects_counts(repository: Repository) -> None:
    bury(repository, OPEN, SHUT)

    assert [True] == protection(repository)


@pytest.mark.parametrize(
    "shut", escaped(dataset("gone", lifecycle=SHUT, data="../data/rows.jsonl"))
)
def test_a_revision_that_spells_its_words_with_escapes_counts(
    shut: str, repository: Repository
) -> None:
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=OPEN))
    repository.commit("manifests/gone.yaml", shut)
    repository.commit("manifests/gone.yaml", tombstone("Dataset", "gone"))

    assert [True] == protection(repository)


def test_a_tombstone_that_is_not_committed_takes_that_of_head(repository: Repository) -> None:
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=OPEN))
    repository.put("manifests/gone.yaml", tombstone("Dataset", "gone"))

    assert [False] == protection(repository)


def test_a_file_that_was_removed_is_found_where_it_last_stood(repository: Repository) -> None:
    repository.commit("manifests/old.yaml", dataset("gone", lifecycle=OPEN))
    repository.put("manifests/old.yaml", None)
    repository.commit("manifests/new.yaml", tombstone("Dataset", "gone"))

    assert [False] == protection(repository)


def test_what_a_tombstone_says_itself_is_not_changed(repository: Repository) -> None:
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=SHUT))
    repository.commit("manifests/gone.yaml", tombstone("Dataset", "gone", OPEN))

    assert [False] == protection(repository)


def test_a_tombstone_with_nothing_to_delete_asks_nobody(repository: Repository) -> None:
    bury(repository, SHUT)

    assert [None] == protection(repository, account())


def test_words_of_yaml_1_1_are_no_truth_values(repository: Repository) -> None:
    bury(repository, OPEN, "preventDestroy: off")

    assert [True] == protection(repository)


def test_a_last_revision_that_does_not_parse_protects(repository: Repository) -> None:
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=OPEN))
    repository.commit("manifests/gone.yaml", f"{dataset('gone', lifecycle=OPEN)}\n  ]: broken")
    repository.commit("manifests/gone.yaml", tombstone("Dataset", "gone"))

    assert [True] == protection(repository)


@pytest.mark.parametrize("silent", [0, 1])
def test_one_declared_by_a_damaged_manifest_alone_is_protected(
    silent: int, repository: Repository
) -> None:
    kind = "SupervisedFineTuningJob"
    repository.commit("manifests/bot.yaml", f"{job('bot', 'gone')}\n  ]: broken")
    for _ in range(silent):
        repository.commit("manifests/bot.yaml", tombstone(kind, "bot"))
    repository.put("manifests/bot.yaml", tombstone(kind, "bot"))

    assert [True] == protection(repository, account("supervisedFineTuningJobs/bot"))


def test_one_that_was_never_declared_stays_silent(repository: Repository) -> None:
    repository.commit("manifests/gone.yaml", tombstone("Dataset", "gone"))

    assert [None] == protection(repository)


def test_a_version_by_its_id_has_the_protection_of_what_declared_it(repository: Repository) -> None:
    repository.commit("manifests/gone.yaml", dataset("gone", hashed=True, lifecycle=OPEN))
    (version,) = repository.names()
    text = tombstone("Dataset", version.rpartition("/")[2])
    repository.commit("manifests/gone.yaml", text)

    assert [False] == protection(repository, account(version))


def test_a_load_is_known_by_its_model_and_deployment(repository: Repository) -> None:
    keys = {"model": "accounts/acme/models/m", "deployment": "accounts/acme/deployments/d"}
    text = load("one-name", **keys)
    repository.commit(
        "manifests/l.yaml", text.replace("one-name", f"one-name, lifecycle: {{{SHUT}}}")
    )
    gone = load("other-name", **keys).replace("other-name", "other-name, state: absent")
    repository.commit("manifests/l.yaml", gone)

    assert [True] == protection(repository, account(ready("deployedModels/x1", **keys)))


def test_a_project_in_a_subfolder_has_its_own_history(tmp_path: Path) -> None:
    made = Repository.make(tmp_path / "repo", "team")
    made.put("reconciler.yaml", "")
    made.put("data/gone.jsonl", rows("gone"))
    bury(made, OPEN)
    made.commit("../manifests/gone.yaml", dataset("gone", lifecycle=SHUT))

    assert [False] == protection(made)


def test_a_path_sees_what_was_declared_beside_it(repository: Repository) -> None:
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=OPEN))
    repository.put("manifests/gone.yaml", None)
    repository.commit("manifests/team/gone.yaml", tombstone("Dataset", "gone"))

    assert [False] == protection(repository, LIVE, Path("manifests/team"))


def test_a_path_outside_of_the_globs_has_its_history_too(repository: Repository) -> None:
    bury(repository, OPEN, path="infra/gone.yaml")

    assert [False] == protection(repository, LIVE, Path("infra"))


def test_outside_a_checkout_it_stays_silent(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/gone.yaml").write_text(tombstone("Dataset", "gone"))

    assert [None] == protection(Repository.at(tmp_path))


@pytest.mark.parametrize("flags", [("--depth", "1"), ("--filter=blob:none",)])
def test_a_clone_that_may_lack_the_revision_protects(
    repository: Repository, flags: tuple[str, ...]
) -> None:
    repository.checkout.git("config", "uploadpack.allowFilter", "true")
    repository.commit("manifests/gone.yaml", tombstone("Dataset", "gone"))

    assert [True] == protection(repository.clone(*flags))


def test_the_newest_that_a_shallow_clone_has_need_not_be_the_last(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = repository.checkout.git
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=OPEN))
    git("switch", "-q", "-c", "topic")
    repository.commit("note", "older than what protects")
    git("switch", "-q", "main")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-02T00:00:00Z")
    bury(repository, SHUT)
    git("merge", "-q", "--no-edit", "topic")

    assert [True] == protection(repository)
    assert [True] == protection(repository.clone("--depth", "2"))


def test_what_git_replace_hides_still_protects(repository: Repository) -> None:
    bury(repository, OPEN, SHUT)
    repository.checkout.git("replace", "--graft", "HEAD", "HEAD~2")

    assert [True] == protection(repository)


@pytest.mark.parametrize(("flags", "said"), [(("--depth", "2"), ["unknown-protection"]), ((), [])])
def test_protection_for_want_of_history_is_told(
    repository: Repository, flags: tuple[str, ...], said: list[str]
) -> None:
    bury(repository, OPEN)
    clone = repository.clone(*flags)
    state = with_protection(clone.desired(), LIVE, History(clone.project(), clone.root))

    assert said == [each.code for each in state.diagnostics]


def test_a_partial_clone_fetches_the_revision_that_tells(repository: Repository) -> None:
    repository.checkout.git("config", "uploadpack.allowFilter", "true")
    bury(repository, OPEN)

    assert [False] == protection(repository.clone("--filter=blob:none"))


def test_what_git_refuses_to_read_protects(repository: Repository) -> None:
    bury(repository, OPEN)
    desired, project = repository.desired(), repository.project()
    (repository.root / ".git/HEAD").write_text("nonsense")
    state = with_protection(desired, LIVE, History(project, repository.root))

    (one,) = state.resources.values()
    assert one.manifest.lifecycle.prevent_destroy is True


def test_an_object_that_was_lost_protects(repository: Repository) -> None:
    bury(repository, OPEN)
    for place in (repository.root / ".git/objects").glob("??/*"):
        place.chmod(0o600)
        if place.stat().st_size > 120:  # the blobs and the longer trees
            place.unlink()

    assert [True] == protection(repository)


def merged_after(repository: Repository, old: str, new: str) -> None:
    """A branch that declares with ``old`` is older than ``new`` and the tombstone, but committed
    and merged after them; the tombstone stays."""
    git = repository.checkout.git
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=old))
    git("branch", "old")
    bury(repository, new)
    git("checkout", "-q", "old")
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=old) + "# newer\n")
    git("checkout", "-q", "-")
    git("merge", "-q", "-s", "ours", "-m", "merge", "old")


@pytest.mark.parametrize(("old", "new"), [(OPEN, SHUT), (SHUT, OPEN)])
def test_what_one_of_two_merged_lines_protected_is_protected(
    repository: Repository, old: str, new: str
) -> None:
    merged_after(repository, old, new)

    assert [True] == protection(repository)


def test_what_neither_of_two_merged_lines_protected_is_not(repository: Repository) -> None:
    merged_after(repository, OPEN, OPEN)

    assert [False] == protection(repository)


def test_a_manifest_that_cannot_be_read_on_another_line_protects(repository: Repository) -> None:
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=OPEN))
    repository.checkout.git("branch", "old")
    bury(repository, OPEN)
    repository.checkout.git("checkout", "-q", "old")
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=OPEN) + "  bad: [\n")
    repository.checkout.git("checkout", "-q", "-")
    repository.checkout.git("merge", "-q", "-s", "ours", "-m", "merge", "old")

    assert [True] == protection(repository)


def test_a_line_merged_before_the_last_revision_says_nothing_of_it(repository: Repository) -> None:
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=SHUT))
    repository.checkout.git("branch", "old")
    repository.commit("manifests/gone.yaml", dataset("gone", lifecycle=OPEN))
    repository.checkout.git("checkout", "-q", "old")
    repository.commit("other", "text")
    repository.checkout.git("checkout", "-q", "-")
    repository.checkout.git("merge", "-q", "-m", "merge", "old")
    repository.commit("manifests/gone.yaml", tombstone("Dataset", "gone"))

    assert [False] == protection(repository)
