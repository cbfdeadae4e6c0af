"""Git history tells the protection of the last revision that declared a resource."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from reconciler.git import head_commit, is_committed
from reconciler.history import UNREADABLE, last_declared
from reconciler.manifest.manifest import Lifecycle
from reconciler.ref import ResourceRef

if TYPE_CHECKING:
    from pathlib import Path

REF = ResourceRef("Dataset", "support-chat")
DECLARED = """apiVersion: reconciler/v1
kind: Dataset
metadata:
  name: support-chat
  lifecycle: {{preventDestroy: {prevent}}}
spec: {{}}
"""
TOMBSTONE = "kind: Dataset\nmetadata: {name: support-chat, state: absent}\n"


class Checkout:
    """A real git repository in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> None:
        who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], cwd=self.root, check=True, capture_output=True)

    def commit(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", path)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_resource_declared_at_head_is_read_there(checkout: Checkout) -> None:
    checkout.commit("manifests/data.yaml", DECLARED.format(prevent="true"))

    assert last_declared(checkout.root, [REF]) == {REF: Lifecycle(prevent_destroy=True)}


def test_a_tombstone_takes_the_protection_of_the_revision_before_it(checkout: Checkout) -> None:
    checkout.commit("manifests/data.yaml", DECLARED.format(prevent="true"))
    checkout.commit("manifests/data.yaml", DECLARED.format(prevent="false"))
    checkout.commit("manifests/data.yaml", TOMBSTONE)

    assert last_declared(checkout.root, [REF]) == {REF: Lifecycle(prevent_destroy=False)}


def test_a_deleted_file_is_found_where_it_last_stood(checkout: Checkout) -> None:
    checkout.commit("old/data.yaml", DECLARED.format(prevent="true"))
    checkout.git("rm", "-q", "old/data.yaml")
    checkout.commit("new/data.yaml", TOMBSTONE)

    assert last_declared(checkout.root, [REF]) == {REF: Lifecycle(prevent_destroy=True)}


def test_a_project_in_a_subfolder_finds_its_own_history(checkout: Checkout) -> None:
    checkout.commit("team/manifests/data.yaml", DECLARED.format(prevent="false"))
    checkout.commit("team/manifests/data.yaml", TOMBSTONE)

    found = last_declared(checkout.root / "team", [REF])

    assert found == {REF: Lifecycle(prevent_destroy=False)}


def test_an_old_revision_that_does_not_parse_counts_as_protected(checkout: Checkout) -> None:
    checkout.commit("data.yaml", "kind: Dataset\nmetadata: {name: support-chat, [\n")
    checkout.commit("data.yaml", TOMBSTONE)

    assert last_declared(checkout.root, [REF]) == {REF: UNREADABLE}


def test_a_resource_that_was_never_declared_is_not_in_the_answer(checkout: Checkout) -> None:
    checkout.commit("data.yaml", TOMBSTONE)

    assert last_declared(checkout.root, [REF]) == {}


def test_outside_a_checkout_history_is_empty(tmp_path: Path) -> None:
    assert last_declared(tmp_path, [REF]) == {}


def test_the_commit_of_a_changed_tree_is_marked(checkout: Checkout) -> None:
    checkout.commit("data.yaml", TOMBSTONE)
    (checkout.root / "data.yaml").write_text("")

    assert head_commit(checkout.root).endswith("-dirty")


def test_where_git_cannot_compare_nothing_is_taken_for_committed(checkout: Checkout) -> None:
    checkout.commit("manifests/data.yaml", DECLARED.format(prevent="true"))
    (checkout.root / ".git/index").write_bytes(b"damaged")

    said = (head_commit(checkout.root).endswith("-dirty"), is_committed(checkout.root))
    assert (True, False) == said


def test_what_a_shallow_clone_does_not_hold_counts_as_protected(
    checkout: Checkout, tmp_path_factory: pytest.TempPathFactory
) -> None:
    checkout.commit("manifests/data.yaml", DECLARED.format(prevent="true"))
    checkout.commit("manifests/data.yaml", TOMBSTONE)
    shallow = tmp_path_factory.mktemp("clone")
    clone = ["git", "clone", "-q", "--depth", "1", f"file://{checkout.root}", str(shallow)]
    subprocess.run(clone, check=True, capture_output=True)

    assert {REF: UNREADABLE} == last_declared(shallow, [REF])


def test_what_git_refuses_to_read_counts_as_protected(checkout: Checkout) -> None:
    checkout.commit("manifests/data.yaml", TOMBSTONE)
    (checkout.root / ".git/HEAD").write_text("nonsense")

    assert {REF: UNREADABLE} == last_declared(checkout.root, [REF])


def test_a_whole_history_that_never_declared_a_resource_says_nothing_of_it(
    checkout: Checkout,
) -> None:
    checkout.commit("manifests/data.yaml", TOMBSTONE)

    assert {} == last_declared(checkout.root, [REF])


def test_looking_at_the_checkout_takes_no_lock_of_it(checkout: Checkout) -> None:
    checkout.commit("manifests/data.yaml", TOMBSTONE)
    (checkout.root / ".git/index.lock").touch()

    assert head_commit(checkout.root)
