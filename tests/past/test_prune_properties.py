"""Over random histories: what goes was declared and is no more, and protection is the last word."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler import engine
from reconciler.manifest.project import find_project
from reconciler.past.history import History
from reconciler.past.prune import PruneWish, with_pruned
from tests.past.repository import ACCOUNT, Repository, account, dataset, ready, rows

if TYPE_CHECKING:
    from reconciler.desired.resource import DesiredState

NAMES = ("a", "b", "c", "d")
FILES = ("one.yaml", "sub/two.yml")

Declared = tuple[tuple[str, bool], ...]
"""Names of exact datasets with their ``preventDestroy``."""

State = dict[str, Declared]
"""What each file of one commit declares; a name is in one file of it at most."""


@st.composite
def a_state(draw: st.DrawFn) -> State:
    where = {name: draw(st.sampled_from((None, *FILES))) for name in NAMES}
    return {
        file: tuple((n, draw(st.booleans())) for n in NAMES if where[n] == file) for file in FILES
    }


def imported(root: Path, history: list[State]) -> None:
    """A checkout with one commit for each state, all of them in one process."""
    stream: list[str] = []
    for number, state in enumerate(history):
        stream.append("commit refs/heads/main\n")
        stream.append(f"committer t <t@example.com> {1700000000 + number} +0000\ndata 1\nx\n")
        stream.append("deleteall\n")
        for path, text in _files(state).items():
            size = len(text.encode())
            stream.append(f"M 100644 inline {path}\ndata {size}\n{text}\n")
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    feed = "".join(stream).encode()
    subprocess.run(["git", "fast-import", "--quiet"], input=feed, cwd=root, check=True)
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=root, check=True)


def _files(state: State) -> dict[str, str]:
    files = {"data/kept.jsonl": rows("kept"), "manifests/kept.yaml": dataset("kept")}
    for file, found in state.items():
        up = "../" * (file.count("/") + 1)
        texts = [
            dataset(n, lifecycle=f"preventDestroy: {str(p).lower()}", data=f"{up}data/kept.jsonl")
            for n, p in found
        ]
        if texts:
            files[f"manifests/{file}"] = "---\n".join(texts)
    return files


def judged(history: list[State], live: set[str]) -> tuple[dict[str, bool], dict[str, bool | None]]:
    """What should go with its protection by the last commit that declared it; what does."""
    last: dict[str, bool] = {}
    for state in history:
        last |= {name: protected for found in state.values() for name, protected in found}
    now = {name for found in history[-1].values() for name, _ in found}
    expected = {n: last[n] for n in last if n in live and n not in now}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "repo"
        imported(root, history)
        found = pruned(root, live)
    gone = [one for one in found.resources.values() if one.leaving is not None]
    return expected, {one.ref.name: one.manifest.lifecycle.prevent_destroy for one in gone}


def pruned(root: Path, live: set[str]) -> DesiredState:
    project = find_project([root], root, None)
    desired = engine.desire([], project, root, ACCOUNT)
    lives = [ready(f"datasets/{name}") for name in sorted(live)]
    return with_pruned(desired, account(*lives), PruneWish(History(project, root)))


HISTORIES = st.lists(a_state(), min_size=1, max_size=5)
LIVE = st.sets(st.sampled_from((*NAMES, "kept", "theirs")))


@settings(max_examples=6)
@given(HISTORIES, LIVE)
def test_what_goes_was_declared_and_is_no_more_with_its_last_protection(
    history: list[State], live: set[str]
) -> None:
    expected, found = judged(history, live)

    assert expected == found


@pytest.mark.sweep
@settings(max_examples=300)
@given(HISTORIES, LIVE)
def test_what_goes_was_declared_over_many_more_histories(
    history: list[State], live: set[str]
) -> None:
    expected, found = judged(history, live)

    assert expected == found


@settings(max_examples=4)
@given(st.lists(st.sampled_from("xyz"), min_size=2, max_size=6), st.integers(0, 3))
def test_of_versions_the_present_and_the_newest_stay_and_no_stranger_goes(
    contents: list[str], keep: int
) -> None:
    text = dataset("chat", hashed=True, lifecycle=f"keepLatest: {keep}")
    with tempfile.TemporaryDirectory() as folder:
        made = Repository.make(Path(folder) / "repo")
        made.put("manifests/chat.yaml", text)
        ids = {}
        for content in contents:
            made.commit("data/chat.jsonl", rows(content))
            if content not in ids:
                ids[content] = made.name("Dataset/chat").rpartition("/")[2]
        live = account(*(f"datasets/{id_}" for id_ in ids.values()), "datasets/chat-0123456789")
        gone = made.going(live)

    older = [c for c in dict.fromkeys(reversed(contents)) if c != contents[-1]]
    assert sorted(f"Dataset/{ids[content]}" for content in older[keep:]) == gone
