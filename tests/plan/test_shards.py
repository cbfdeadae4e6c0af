"""``--shard I/N``: parts that cover the whole once, and never split what belongs together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import UsageError
from reconciler.graph import Graph
from reconciler.manifest.project import Policy
from reconciler.plan.shards import Shard
from reconciler.ref import ResourceRef
from tests.desired.manifests import JOB, account, dataset, desired, job, live, manifest, weights
from tests.plan.planning import context, order, plan, refusals

NAMES = [f"{kind}/{name}" for kind in ("Dataset", "Model") for name in "abcdefgh"]
GRAPHS = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=2), max_size=12
)
COUNTS = st.integers(1, 5)


def graph(edges: dict[str, list[str]]) -> Graph[ResourceRef]:
    nodes = dict.fromkeys([*edges, *(t for targets in edges.values() for t in targets)])
    parse = ResourceRef.parse
    return Graph({parse(n): tuple(map(parse, edges.get(n, ()))) for n in nodes})


def parts(joined: Graph[ResourceRef], count: int) -> list[frozenset[ResourceRef]]:
    return [Shard(index, count).part(joined) for index in range(1, count + 1)]


@given(GRAPHS, COUNTS)
def test_the_parts_together_are_the_whole_and_no_ref_is_in_two(
    edges: dict[str, list[str]], count: int
) -> None:
    joined = graph(edges)

    assert sorted(joined.edges) == sorted(ref for part in parts(joined, count) for ref in part)


@given(GRAPHS, COUNTS)
def test_what_an_edge_joins_is_in_one_part(edges: dict[str, list[str]], count: int) -> None:
    joined = graph(edges)
    pairs = [{ref, target} for ref, targets in joined.edges.items() for target in targets]

    assert all(any(pair <= part for part in parts(joined, count)) for pair in pairs)


@given(GRAPHS, COUNTS, st.sampled_from(NAMES))
def test_a_resource_that_nothing_joins_moves_no_other(
    edges: dict[str, list[str]], count: int, name: str
) -> None:
    before = graph({n: [t for t in ts if t != name] for n, ts in edges.items() if n != name})
    after = Graph({**before.edges, ResourceRef.parse(name): ()})

    new = {ResourceRef.parse(name)}
    assert [part - new for part in parts(after, count)] == parts(before, count)


@given(GRAPHS, COUNTS)
def test_what_is_there_for_one_plan_moves_no_other(edges: dict[str, list[str]], count: int) -> None:
    first = ResourceRef("Dataset", "0")  # before all others
    joined = graph(edges)
    more = Graph({**joined.edges, first: tuple(sorted(joined.edges)[-1:])})
    with_it = [Shard(i, count).part(more, passing=frozenset({first})) for i in range(1, count + 1)]

    assert parts(joined, count) == [part - {first} for part in with_it]
    assert 1 == sum(first in part for part in with_it)


def test_where_a_resource_is_does_not_depend_on_the_release() -> None:
    """Two machines with two versions of this program must agree on who does what."""
    refs = [ResourceRef("Dataset", name) for name in "abcdefgh"]
    first = Shard(1, 3).part(Graph(dict.fromkeys(refs, ())))

    assert ["c", "g"] == sorted(ref.name for ref in first)


@pytest.mark.parametrize(
    "text", ["0/2", "3/2", "1", "1/0", "a/b", "-1/2", "1/2/3", "", "\u0661/\u0662"]
)
def test_a_shard_that_is_none_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--shard: expected I/N with I from 1 to N") as told:
        Shard.parse(text)

    assert "two machines: --shard 1/2 on one, --shard 2/2 on the other" == told.value.hint


@pytest.mark.parametrize("shard", [Shard(1, 1), Shard(1, 2), Shard(2, 2), Shard(2, 16)], ids=str)
def test_a_shard_reads_as_it_is_written(shard: Shard) -> None:
    assert shard == Shard.parse(str(shard))
    assert f"{shard.index}/{shard.count}" == str(shard)


CHAINS = (dataset(), job(), dataset("talk"), job("next", {"dataset": "talk"}), weights("alone"))


def test_the_plans_of_all_shards_are_the_plan() -> None:
    shards = [order(plan(CHAINS, under=context(shard=Shard(n, 3)))) for n in (1, 2, 3)]

    assert sorted(order(plan(CHAINS))) == sorted(ref for shard in shards for ref in shard)


def test_a_plan_says_which_shard_it_is() -> None:
    assert Shard(2, 3) == plan(CHAINS, under=context(shard=Shard(2, 3))).shard


def test_what_refers_to_a_resource_is_in_its_part_though_neither_waits_for_the_other() -> None:
    project = (dataset(), job(absent=True))
    shown = [order(plan(project, under=context(shard=Shard(n, 7)))) for n in range(1, 8)]

    assert [["Dataset/chat", f"{JOB}/bot"]] == [sorted(part) for part in shown if part]


def test_limits_are_held_against_the_whole_project() -> None:
    under = [context(Policy(max_new_jobs=1), shard=Shard(n, 3)) for n in (1, 2, 3)]
    found = [refusals(made, ref) for made in (plan(CHAINS, under=one) for one in under)
             for ref in order(made) if ref.startswith(JOB)]  # fmt: skip

    assert [["too-many-jobs"]] * 2 == found


def test_a_delete_stands_beside_the_change_that_lets_go_of_it() -> None:
    base = "accounts/acme/models/old"
    project = (
        manifest("Deployment/d", {"baseModel": "new"}),
        weights("new"),
        manifest("Model/old", absent=True, prevent_destroy=False),
    )
    found = account(live("Model/old"), live("Deployment/d", baseModel=base))
    together = [order(plan(project, found, context(shard=Shard(n, 7)))) for n in range(1, 8)]

    assert 1 == sum(bool(part) for part in together), desired(*project).graph
