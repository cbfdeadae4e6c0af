"""To look only at commits that may tell something finds what a look at every commit finds."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.kinds.registry import all_kinds
from reconciler.manifest.project import find_project
from reconciler.past.declared import declared
from reconciler.past.history import History
from reconciler.past.log import newest_first
from reconciler.past.objects import GitObjects
from reconciler.past.proof import Search
from reconciler.past.states import State, state_at
from tests.past.repository import ACCOUNT, dataset, job, ready, rows, tombstone

if TYPE_CHECKING:
    from reconciler.live.state import LiveResource

PROJECT = "apiVersion: reconciler/v1\nkind: Project\nspec: {manifests: [%s]}\n"
CHAT = dataset("chat", hashed=True)
BOT = job("bot", "chat", hashed=True)
LINK = "-> "
"""How the text of a link begins, here."""

EDITS: dict[str, tuple[str | None, ...]] = {
    "manifests/one.yaml": (
        None,
        dataset("exact"),
        dataset("exact", lifecycle="preventDestroy: false"),
        f"{dataset('exact')}\n ]: broken",
        tombstone("Dataset", "exact"),
        CHAT,
    ),
    "manifests/two.yml": (None, BOT, f"{BOT}---\n{CHAT}", dataset("exact")),
    "manifests/team": (None, f"{LINK}../kept", f"{LINK}./../kept"),
    "manifests/far.yaml": (None, f"{LINK}../kept/three.txt"),
    "kept/three.yaml": (None, CHAT, BOT),
    "kept/three.txt": (None, BOT, dataset("exact")),
    "data/chat.jsonl": (rows("1"), rows("2"), f"{LINK}real.jsonl"),
    "data/real.jsonl": (rows("3"), rows("4")),
    "reconciler.yaml": (PROJECT % '"manifests/**"', PROJECT % '"**"', PROJECT % "kept/*.yaml"),
    "notes/read.me": ("chat", "exact", f"{LINK}../data"),
}
START = {"data/chat.jsonl": rows("1"), "reconciler.yaml": PROJECT % '"manifests/**"'}

Tree = dict[str, str]


@dataclass(frozen=True)
class Commit:
    """``parents`` by their places in the history."""

    parents: tuple[int, ...]
    tree: Tree


@st.composite
def histories(draw: st.DrawFn) -> list[Commit]:
    found = [Commit((), START)]
    for number in range(1, draw(st.integers(2, 9))):
        parents = tuple({number - 1, draw(st.integers(max(0, number - 3), number - 1))})
        tree = dict(found[draw(st.sampled_from(parents))].tree)
        for path in draw(st.lists(st.sampled_from(sorted(EDITS)), max_size=3)):
            text = draw(st.sampled_from(EDITS[path]))
            tree.pop(path, None)
            tree |= {} if text is None else {path: text}
        found.append(Commit(parents, tree))
    return found


def imported(root: Path, history: list[Commit]) -> None:
    """A checkout of the last commit; later commits do not always bear later times."""
    stream: list[str] = []
    for number, commit in enumerate(history):
        when = 1700000000 + 10 * number - 25 * (number % 3)
        stream.append(f"commit refs/heads/main\nmark :{number + 1}\n")
        stream.append(f"committer t <t@example.com> {when} +0000\ndata 1\nx\n")
        for word, parent in zip(("from", "merge"), commit.parents, strict=False):
            stream.append(f"{word} :{parent + 1}\n")
        stream.append("deleteall\n")
        for path, text in commit.tree.items():
            mode, data = (
                ("120000", text.removeprefix(LINK)) if text.startswith(LINK) else ("100644", text)
            )
            stream.append(f"M {mode} inline {path}\ndata {len(data.encode())}\n{data}\n")
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    feed = "".join(stream).encode()
    subprocess.run(["git", "fast-import", "--quiet"], input=feed, cwd=root, check=True)
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=root, check=True)


def both_ways(root: Path) -> tuple[list[str], list[str]]:
    """What is found in all commits, and in those that may tell something."""
    history = History(find_project([root], root, None), root)
    with GitObjects(root) as objects:
        found = [state_at(history, objects, commit) for commit, _ in newest_first(root, ["HEAD"])]
        states = [state for state in found if state is not None]
        live = {name: ready(name) for state in states for name in names(state, root)}
        for stranger in ("a", "chat-0123456789"):
            live[f"accounts/{ACCOUNT}/datasets/{stranger}"] = ready(f"datasets/{stranger}")
        every = search(live, objects, root)
        every.run(states)
        every.heed_other_lines(history)
        some = search(live, objects, root)
        some.through(history)
    return said(every), said(some)


def names(state: State, root: Path) -> list[str]:
    past = declared(state, [path for path, _ in state.blobs], ACCOUNT, root)
    return [one.name for one in past.resources if one.name]


def search(live: dict[str, LiveResource], objects: GitObjects, root: Path) -> Search:
    return Search(live, ACCOUNT, all_kinds(), objects, root)


def said(done: Search) -> list[str]:
    """Every proof, from the newest on."""
    proofs = sorted(done.proofs.items(), key=lambda pair: (pair[1].order, pair[0]))
    return [f"{name} {one.declared.location} {one.protected}" for name, one in proofs]


def check(history: list[Commit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "repo"
        imported(root, history)
        every, some = both_ways(root)

    assert every == some


@settings(max_examples=8)
@given(histories())
def test_some_commits_tell_what_all_tell(history: list[Commit]) -> None:
    check(history)


@pytest.mark.sweep
@settings(max_examples=600)
@given(histories())
def test_some_commits_tell_what_all_tell_in_many_more_histories(history: list[Commit]) -> None:
    check(history)
