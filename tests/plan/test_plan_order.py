"""Dependencies first, deletes after all that still uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from reconciler.graph import Graph
from reconciler.ref import ResourceRef
from tests.desired.manifests import (
    JOB,
    account,
    dataset,
    desired,
    job,
    live,
    made,
    manifest,
    one,
    weights,
)
from tests.plan.planning import of, order, plan

if TYPE_CHECKING:
    from reconciler.manifest.manifest import Manifest

BASE_MODEL = "accounts/acme/models/base"


def _adapter(**more: Any) -> Any:
    return live("Model/lora", peftDetails={"baseModel": BASE_MODEL}, **more)


def _gone(ref: str) -> Manifest:
    return manifest(ref, absent=True, prevent_destroy=False)


def test_what_is_depended_on_comes_first() -> None:
    shown = plan([job(), dataset()])

    assert ["Dataset/chat", f"{JOB}/bot"] == order(shown)
    assert (ResourceRef("Dataset", "chat"),) == of(shown, f"{JOB}/bot").depends_on


def test_what_comes_first_is_told_in_the_order_of_the_files() -> None:
    uses = {"dataset": "z", "evaluationDataset": "a"}
    shown = plan([dataset("z"), dataset("a"), job(spec=uses)])

    assert ["Dataset/z", "Dataset/a"] == [str(r) for r in of(shown, f"{JOB}/bot").depends_on]


def test_a_tombstone_and_what_it_refers_to_do_not_wait_for_each_other() -> None:
    shown = plan([dataset(), job(absent=True)])

    assert [(), ()] == [change.depends_on for change in shown.changes]


def test_a_tombstone_waits_for_the_tombstones_that_use_it() -> None:
    shown = plan(
        [_gone("Model/base"), _gone("Model/lora")], account(live("Model/base"), _adapter())
    )

    assert ["Model/lora", "Model/base"] == order(shown)


def test_a_destroyed_project_goes_in_reverse() -> None:
    gone = [dataset(absent=True, prevent_destroy=False), job(absent=True, prevent_destroy=False)]
    shown = plan(gone, account(live("Dataset/chat"), live(f"{JOB}/bot", "JOB_STATE_COMPLETED")))

    assert [f"{JOB}/bot", "Dataset/chat"] == order(shown)


def test_a_tombstone_waits_for_the_update_that_lets_go_of_it() -> None:
    wanted = weights("base", {"defaultDraftModel": "new-draft"})
    base = one(desired(weights("base")), "Model/base")
    found = account(made(base, defaultDraftModel="old-draft"), live("Model/old-draft"))
    shown = plan([_gone("Model/old-draft"), weights("new-draft"), wanted], found)

    assert "Model/old-draft" == order(shown)[-1]
    assert () == of(shown, "Model/old-draft").blocked_by


def test_two_tombstones_that_use_each_other_still_have_an_order() -> None:
    found = account(
        live("Model/a", defaultDraftModel="accounts/acme/models/b"),
        live("Model/b", defaultDraftModel="accounts/acme/models/a"),
    )
    shown = plan([_gone("Model/a"), _gone("Model/b")], found)

    assert {"Model/a", "Model/b"} == set(order(shown))


def test_what_uses_a_replaced_resource_waits_for_it() -> None:
    shown = plan(
        [dataset(prevent_destroy=False), job()],
        account(live("Dataset/chat", format="COMPLETION")),
        replace=["Dataset/chat"],
    )

    assert ["Dataset/chat", f"{JOB}/bot"] == order(shown)


@st.composite
def _projects(draw: st.DrawFn) -> list[Manifest]:
    """Jobs that each continue from an earlier one, in any order of their files."""
    number = draw(st.integers(1, 8))
    jobs = []
    for index in range(number):
        start = draw(st.integers(-1, index - 1))
        spec = {"warmStartFrom": f"j{start}"} if start >= 0 else {}
        jobs.append(job(f"j{index}", spec))
    return list(draw(st.permutations([dataset(), *jobs])))


@given(_projects())
def test_the_order_respects_every_edge(manifests: list[Manifest]) -> None:
    shown = plan(manifests)
    position = {change.ref: index for index, change in enumerate(shown.changes)}

    assert all(position[n] < position[c.ref] for c in shown.changes for n in c.depends_on)


@given(_projects())
def test_the_same_input_gives_the_same_plan(manifests: list[Manifest]) -> None:
    assert plan(manifests) == plan(manifests)


@given(_projects())
def test_the_order_of_the_files_changes_no_action(manifests: list[Manifest]) -> None:
    ordered = sorted(manifests, key=lambda m: m.ref)

    assert {c.ref: c.steps for c in plan(manifests).changes} == {
        c.ref: c.steps for c in plan(ordered).changes
    }


@given(
    st.dictionaries(
        st.integers(0, 7), st.lists(st.integers(0, 7), max_size=4).map(tuple), max_size=8
    )
)
def test_a_graph_finds_a_cycle_exactly_when_there_is_one(edges: dict[int, tuple[int, ...]]) -> None:
    closed = {node: edges.get(node, ()) for node in range(8)}
    on_a_cycle = any(node in Graph(closed).reach(closed[node]) for node in closed)

    assert on_a_cycle == bool(Graph(closed).cycle())
