"""``plan --base``: what this branch does apart from what others did, in one look at the account."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.whole.sweep import APPLY, stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.whole.sweep import Stage

GIT = (
    "git",
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@example.org",
    "-c",
    "init.defaultBranch=main",
)
DATASET = """apiVersion: reconciler/v1
kind: Dataset
metadata: {{name: {name}}}
spec: {{displayName: {title}, format: CHAT, source: {{path: ../data/chat.jsonl}}}}
"""


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [*GIT, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", name)


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Applied; then on main an edit that nobody applied, a change by hand, and on a branch a new
    dataset."""
    with stage(tmp_path_factory.mktemp("base") / "project") as staged:
        folder = staged.program.folder
        git(folder, "init", "-q")
        commit(folder, "manifests/known.yaml", DATASET.format(name="known", title="Known"))
        assert 0 == staged.program.run(*APPLY).code
        store, name = staged.emulator.store, "accounts/acme/datasets/known"
        by_hand = {"displayName": "By hand", "updateTime": "2999-01-01T00:00:00Z"}
        store.put(name, {**(store.get(name) or {}), **by_hand})
        commit(folder, "manifests/pending.yaml", DATASET.format(name="pending", title="Pending"))
        git(folder, "checkout", "-q", "-b", "change")
        commit(folder, "manifests/mine.yaml", DATASET.format(name="mine", title="Mine"))
        yield staged


def groups(staged: Stage, *flags: str) -> Any:
    ran = staged.program.run("plan", "--format", "json", *flags)

    assert 0 == ran.code, ran.err
    actions = json.loads(ran.out)["actions"]
    return {a["ref"]: a.get("group") for a in actions if a["action"] != "none"}


def test_a_branch_is_told_from_what_main_left_undone(staged: Stage) -> None:
    assert {
        "Dataset/known": "drift",
        "Dataset/mine": "this change",
        "Dataset/pending": "already pending",
    } == groups(staged)


def test_the_text_tells_this_change_first(staged: Stage) -> None:
    lines = staged.program.run("plan").out.splitlines()
    heads = [line for line in lines if line and line[0] != " "][1:4]

    assert ["This change", "Already pending", "Drift"] == [head.partition(",")[0] for head in heads]
    assert "Plan: 1 to create by this change; 1 already pending; 1 drift." in lines


def test_another_base_may_be_named(staged: Stage) -> None:
    assert {"this change"} == set(groups(staged, "--base", "HEAD~2").values()) - {"drift"}


def test_nothing_of_the_account_is_read_twice(staged: Stage) -> None:
    seen = len(staged.emulator.requests)
    groups(staged)
    reads = [f"{one.path}?{one.query}" for one in staged.emulator.requests[seen:]]

    assert len(set(reads)) == len(reads) > 0


def test_on_the_main_branch_nothing_is_told_apart(staged: Stage) -> None:
    folder = staged.program.folder
    git(folder, "checkout", "-q", "--detach", "main")
    found = groups(staged)
    git(folder, "checkout", "-q", "change")

    assert {"Dataset/known": None, "Dataset/pending": None} == found


def test_a_base_that_git_does_not_know_is_wrong_usage(staged: Stage) -> None:
    ran = staged.program.run("plan", "--base", "nowhere")

    assert (64, "") == (ran.code, ran.out)
