"""A shard compares the bytes of exactly what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler import engine
from reconciler.live.content_wish import ContentMode, ContentWish
from reconciler.plan.shards import Shard
from tests.desired.manifests import ACCOUNT, account, desired, live, manifest, weights
from tests.plan.planning import context

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource, LiveState, StoredFile

OLD = f"accounts/{ACCOUNT}/models/old"
PROJECT = desired(
    manifest("Deployment/a", {"baseModel": "base"}),
    weights("base"),
    manifest("Deployment/d", {"baseModel": "new"}),
    weights("new"),
    weights("alone"),
    manifest("Model/old", absent=True, prevent_destroy=False),
)
"""Two deployments let go of one model that leaves: they are in one part though nothing in the
manifests joins them."""
THERE = account(
    *(live(f"Model/{name}") for name in ("base", "new", "alone", "old")),
    *(live(f"Deployment/{name}", baseModel=OLD) for name in "ad"),
)


class Account:
    """A reader of a known account; remembers whose bytes it was asked for."""

    account, base_url, requests_sent = ACCOUNT, "http://127.0.0.1", 0

    def __init__(self, there: LiveState) -> None:
        self._there = there.resources
        self.asked: list[str] = []

    def list(self, kind: Kind) -> Sequence[LiveResource]:
        return [one for one in self._there.values() if one.kind == kind.name]

    def read(self, kind: Kind, resource_id: str) -> LiveResource | None:
        return self._there.get(f"accounts/{ACCOUNT}/{kind.collection}/{resource_id}")

    def read_name(self, name: str) -> LiveResource | None:
        return self._there.get(name)

    def rehearse(self, kind: Kind, resource_id: str, spec: Mapping[str, object]) -> LiveResource:
        raise AssertionError(f"nothing is made: {kind.name}/{resource_id}, {spec}")

    def content_facts(self, kind: Kind, resource_id: str) -> Mapping[str, StoredFile | None]:
        self.asked.append(f"{kind.name}/{resource_id}")
        return {}


def test_a_shard_asks_for_the_bytes_of_what_it_shows_and_of_nothing_else() -> None:
    parts, all_shown = [], []
    for index in range(1, 8):
        reader, under = Account(THERE), context(shard=Shard(index, 7))
        wish = ContentWish(ContentMode.ALL)
        plan = engine.make_plan(PROJECT, reader, under, content=wish)
        shown = sorted(str(one.ref) for one in plan.changes if one.change.content)
        parts.append((shown, sorted(reader.asked)))
        all_shown += shown

    assert all(shown == asked for shown, asked in parts), parts
    assert ["Model/alone", "Model/base", "Model/new"] == sorted(all_shown)
