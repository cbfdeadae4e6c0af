"""How much of a history is read for nothing, as benchmarks/budget.toml has it."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import TYPE_CHECKING

from benchmarks import account
from benchmarks.prune import strangers, write_history
from reconciler.kinds.registry import all_kinds
from reconciler.manifest.project import find_project
from reconciler.past.history import History
from reconciler.past.objects import GitObjects
from reconciler.past.proof import Search
from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ALLOWED = tomllib.loads((ROOT / "benchmarks" / "budget.toml").read_text())["prune"]["nothing-found"]


class Counted(GitObjects):
    """Counts the questions by the object that they are about."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked: Counter[str] = Counter()

    def blocks(self, oid: str) -> Iterator[bytes]:
        self.asked[oid] += 1
        return super().blocks(oid)

    def blobs(self, oids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        self.asked.update(oids)
        return super().blobs(oids)


def test_every_text_is_read_once_and_no_tree_but_head_s(tmp_path: Path) -> None:
    root = tmp_path.resolve() / "repo"
    write_history(root, ALLOWED["commits"], files=10)
    with Counted(root) as objects:
        search = Search(strangers(), account.ACCOUNT, all_kinds(), objects, root)
        found = search.through(History(find_project([root], root, None), root))

        assert {} == found
        did = {
            "objects": len(objects.asked),
            "twice": sum(number > 1 for number in objects.asked.values()),
        }
        assert [] == [name for name, number in did.items() if number > ALLOWED[name]], did
