"""What a change touches: every file that differs from the merge base with the main branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.git.changes import changed_files
from tests.checkout import Checkout

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Two files on main."""
    made = Checkout(tmp_path)
    made.commit("a.yaml", "a")
    made.commit("data/b.jsonl", "b")
    return made


def changed(checkout: Checkout, folder: str = ".") -> list[str] | None:
    found = changed_files(checkout.root / folder)
    root = f"{checkout.root.resolve()}/"
    return None if found is None else sorted(path.removeprefix(root) for path in found)


def test_nothing_is_touched_on_a_clean_main_branch(checkout: Checkout) -> None:
    assert [] == changed(checkout)


def test_what_a_branch_has_committed_is_touched(checkout: Checkout) -> None:
    checkout.git("switch", "-q", "-c", "topic")
    checkout.commit("a.yaml", "changed")

    assert ["a.yaml"] == changed(checkout)


def test_what_main_has_done_since_is_not(checkout: Checkout) -> None:
    checkout.git("switch", "-q", "-c", "topic")
    checkout.git("switch", "-q", "main")
    checkout.commit("a.yaml", "changed")
    checkout.git("switch", "-q", "topic")

    assert [] == changed(checkout)


def test_what_is_not_committed_yet_is_touched(checkout: Checkout) -> None:
    (checkout.root / "data/b.jsonl").write_text("changed")

    assert ["data/b.jsonl"] == changed(checkout)


def test_what_git_does_not_know_yet_is_touched(checkout: Checkout) -> None:
    (checkout.root / "data/new file.jsonl").write_text("new")

    assert ["data/new file.jsonl"] == changed(checkout)


def test_a_folder_of_the_checkout_sees_all_of_it(checkout: Checkout) -> None:
    (checkout.root / "a.yaml").write_text("changed")
    (checkout.root / "new.yaml").write_text("new")

    assert ["a.yaml", "new.yaml"] == changed(checkout, "data")


def test_it_does_so_when_git_is_told_to_show_that_folder_alone(checkout: Checkout) -> None:
    checkout.git("config", "diff.relative", "true")
    (checkout.root / "a.yaml").write_text("changed")
    (checkout.root / "data" / "b.jsonl").write_text("changed")

    assert ["a.yaml", "data/b.jsonl"] == changed(checkout, "data")


def test_the_remote_main_branch_counts_before_the_local_one(checkout: Checkout) -> None:
    checkout.git("update-ref", "refs/remotes/origin/main", "HEAD")
    checkout.commit("a.yaml", "changed")

    assert ["a.yaml"] == changed(checkout)


def test_without_a_main_branch_nobody_can_tell(checkout: Checkout) -> None:
    checkout.git("branch", "-m", "main", "topic")

    assert changed(checkout) is None


def test_histories_without_a_common_commit_tell_nothing(checkout: Checkout) -> None:
    checkout.git("switch", "-q", "--orphan", "other")
    checkout.commit("c.yaml", "c")

    assert changed(checkout) is None


def test_outside_a_checkout_nobody_can_tell(tmp_path: Path) -> None:
    assert changed_files(tmp_path) is None
