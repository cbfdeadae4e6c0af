"""Git tells which rows of a dataset are new: against the main branch, else the commit before."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler import engine
from reconciler.diff.diff import diff
from reconciler.manifest.project import find_project
from reconciler.manifest.row_change import RowChange, Rows
from reconciler.ref import ResourceRef
from reconciler.row_history import row_changes
from tests.desired.manifests import account, live

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.desired.resource import DesiredState

REF = ResourceRef("Dataset", "chat")
OLDER = live("Dataset/chat-0123456789")
MANIFEST = """\
apiVersion: reconciler/v1
kind: Dataset
metadata: {name: chat, idStrategy: %s}
spec: {source: {path: rows.jsonl}}
"""
WHO = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]


class Checkout:
    """A project in a git repository of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main")
        (root / "all.yaml").write_text(MANIFEST % "contentHash")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *WHO, *arguments], cwd=self.root, check=True, capture_output=True
        )
        return done.stdout.decode().strip()

    def write(self, *rows: int) -> None:
        text = "".join(f'{{"a": {row}}}\n' for row in rows)
        (self.root / "rows.jsonl").write_text(text)

    def commit(self, *rows: int) -> str:
        self.write(*rows)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "rows")
        return self.git("rev-parse", "HEAD")[:7]

    @property
    def desired(self) -> DesiredState:
        project = find_project([self.root], self.root, None)
        return engine.desire([self.root], project, self.root, "acme")

    def changes(self) -> dict[ResourceRef, RowChange]:
        return row_changes(self.desired, account(OLDER), self.root)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_rows_that_are_not_committed_are_new_since_the_commit(checkout: Checkout) -> None:
    first = checkout.commit(1, 2, 3)
    checkout.write(1, 2, 3, 4)

    assert {REF: RowChange(Rows(1, (4,)), Rows(), first)} == checkout.changes()


def test_on_a_branch_rows_are_new_since_it_left_the_main_one(checkout: Checkout) -> None:
    first = checkout.commit(1, 2, 3)
    checkout.git("checkout", "-q", "-b", "more")
    checkout.commit(1, 2, 3, 4)
    checkout.commit(2, 3, 4, 5)

    assert {REF: RowChange(Rows(2, (3, 4)), Rows(1, (1,)), first)} == checkout.changes()


def test_on_the_main_branch_rows_are_new_since_the_commit_before(checkout: Checkout) -> None:
    first = checkout.commit(1, 2, 3)
    checkout.commit(1, 2, 3, 4)

    assert {REF: RowChange(Rows(1, (4,)), Rows(), first)} == checkout.changes()


def test_a_file_that_git_has_in_one_version_only_has_no_new_rows(checkout: Checkout) -> None:
    checkout.commit(1, 2, 3)

    assert {} == checkout.changes()


def test_a_file_that_git_does_not_know_has_no_new_rows(checkout: Checkout) -> None:
    checkout.write(1, 2, 3)

    assert {} == checkout.changes()


def test_a_pointer_in_git_is_not_taken_for_rows(checkout: Checkout) -> None:
    oid = "0" * 64
    text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 5\n"
    (checkout.root / "rows.jsonl").write_text(text)
    checkout.git("add", "-A")
    checkout.git("commit", "-q", "-m", "pointer")
    checkout.write(1, 2, 3)

    assert {} == checkout.changes()


def test_a_version_that_is_live_is_not_compared(checkout: Checkout) -> None:
    checkout.commit(1, 2, 3)
    checkout.write(1, 2, 3, 4)
    desired = checkout.desired
    there = replace(live("Dataset/chat"), name=desired.resources[REF].name)

    assert {} == row_changes(desired, account(OLDER, there), checkout.root)


def test_a_dataset_without_an_older_version_is_not_compared(checkout: Checkout) -> None:
    checkout.commit(1, 2, 3)
    checkout.write(1, 2, 3, 4)

    assert {} == row_changes(checkout.desired, account(), checkout.root)


def test_an_exact_id_makes_no_version_and_is_not_compared(checkout: Checkout) -> None:
    (checkout.root / "all.yaml").write_text(MANIFEST % "exact")
    checkout.commit(1, 2, 3)
    checkout.write(1, 2, 3, 4)

    assert {} == checkout.changes()


def test_without_a_checkout_nothing_is_compared(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.commit(1, 2, 3)
    checkout.write(1, 2, 3, 4)

    assert {} == row_changes(checkout.desired, account(OLDER), None)


def test_the_reason_of_a_new_version_tells_its_rows(checkout: Checkout) -> None:
    first = checkout.commit(1, 2, 3)
    old = checkout.desired.resources[REF]
    checkout.write(2, 3, 4, 5)
    desired = checkout.desired
    state = account(replace(live("Dataset/chat"), name=old.name))
    (change,) = diff(desired, state, rows=row_changes(desired, state, checkout.root))

    assert (
        "its content is new: 2 rows added (rows 3, 4), 1 row removed (row 1)"
        f" since {first}; version {old.id} stays"
    ) == change.reason.text


def test_the_first_rows_of_each_side_are_told(checkout: Checkout) -> None:
    checkout.commit(1, 2, 3)
    checkout.commit(4, 2, 3)

    rows = checkout.changes()[REF]

    assert (('{"a": 4}',), ('{"a": 1}',)) == (rows.changed.texts, rows.before.texts)
