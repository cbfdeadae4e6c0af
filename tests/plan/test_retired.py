"""An older version beyond keepLatest that is still used stays, and what uses it is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.desired.resource import RETIRED, Leaving
from reconciler.diagnostic import Severity
from reconciler.graph import Graph
from reconciler.plan.retired import without_used
from tests.desired.manifests import JOB, account, dataset, desired, job, live, manifest

if TYPE_CHECKING:
    from reconciler.desired.resource import DesiredState
    from reconciler.live.state import LiveResource
    from reconciler.manifest.manifest import Manifest

OLD, OLDER = "Dataset/chat-0000000000", "Dataset/chat-1111111111"
NAMES = {ref: f"accounts/acme/datasets/{ref.partition('/')[2]}" for ref in (OLD, OLDER)}
DONE = "JOB_STATE_COMPLETED"


def leaving(*refs: str, beside: tuple[Manifest, ...] = (), code: str = RETIRED) -> DesiredState:
    """A project, and beside it versions that git history knows, which go by keepLatest."""
    gone = desired(*(manifest(ref, absent=True, prevent_destroy=False) for ref in refs))
    kept, why = desired(*beside), Leaving(code, "an older version")
    going = {ref: replace(one, leaving=why) for ref, one in gone.resources.items()}
    edges = Graph({**kept.graph.edges, **gone.graph.edges})
    return replace(kept, resources={**kept.resources, **going}, graph=edges)


def still_going(state: DesiredState, *found: LiveResource) -> list[str]:
    left = without_used(state, account(*found))
    assert set(left.resources) == set(left.graph.edges)
    return [str(ref) for ref, one in left.resources.items() if one.leaving]


def test_what_nobody_uses_goes_and_the_state_is_as_it_was() -> None:
    state = leaving(OLD, OLDER)

    assert state is without_used(state, account(live(OLD), live(OLDER)))


def test_what_a_running_job_reads_stays_with_a_word() -> None:
    reader = live(f"{JOB}/theirs", "JOB_STATE_RUNNING", dataset=NAMES[OLD])
    left = without_used(leaving(OLD, OLDER), account(live(OLD), live(OLDER), reader))
    (said,) = left.diagnostics

    assert [OLDER] == [str(ref) for ref in left.resources]
    assert (Severity.WARNING, "version-in-use", OLD) == (said.severity, said.code, str(said.ref))
    assert "all.yaml:1:1" == str(said.location)
    stays = "is an older version beyond keepLatest, and stays: it is used by"
    assert f"{NAMES[OLD]} {stays} {reader.name}" == said.message


def test_what_a_manifest_names_in_full_stays() -> None:
    beside = (job(spec={"dataset": NAMES[OLD]}),)

    assert [OLDER] == still_going(leaving(OLD, OLDER, beside=beside), live(OLD), live(OLDER))


@pytest.mark.parametrize(
    ("state", "goes"), [("JOB_STATE_RUNNING", []), (DONE, [f"{JOB}/bot-0000000000"])]
)
def test_a_version_that_still_runs_stays(state: str, goes: list[str]) -> None:
    ref = f"{JOB}/bot-0000000000"

    assert goes == still_going(leaving(ref), live(ref, state))


def test_its_own_run_is_told_with_its_state() -> None:
    ref = f"{JOB}/bot-0000000000"
    (said,) = without_used(leaving(ref), account(live(ref, "JOB_STATE_RUNNING"))).diagnostics

    assert said.message.endswith("it is used by its own run (JOB_STATE_RUNNING)")


def test_a_loaded_model_stays_and_its_load_is_told_first() -> None:
    ref = "Model/base-0000000000"
    found = live(ref, deployedModelRefs=[{"deployment": "accounts/acme/deployments/d"}])
    served = live("Deployment/d", baseModel=found.name)
    (said,) = without_used(leaving(ref), account(found, served)).diagnostics

    assert said.message.endswith("it is used by accounts/acme/deployments/d (loaded)")


def test_what_is_used_only_by_what_goes_too_goes() -> None:
    model, adapter = "Model/base-0000000000", "Model/lora-0000000000"
    found = live(model)
    uses = live(adapter, peftDetails={"baseModel": found.name})

    assert [model, adapter] == still_going(leaving(model, adapter), found, uses)


def test_what_is_used_by_what_stays_stays_too() -> None:
    """A chain: the deployment keeps the adapter, the adapter keeps the model below it."""
    model, adapter = "Model/base-0000000000", "Model/lora-0000000000"
    below = live(model)
    lora = live(adapter, peftDetails={"baseModel": below.name})
    served = live("Deployment/d", baseModel=lora.name)
    left = without_used(leaving(model, adapter), account(below, lora, served))

    assert {} == dict(left.resources)
    assert [model, adapter] == sorted(str(said.ref) for said in left.diagnostics)


def test_what_stays_leaves_the_edges_of_what_waited_for_it() -> None:
    rows = dataset("talk")
    uses = job(spec={"dataset": "talk"})
    state = leaving(OLD, beside=(rows, uses))
    used = live(f"{JOB}/theirs", "JOB_STATE_RUNNING", dataset=NAMES[OLD])
    left = without_used(state, account(live(OLD), used))

    assert {"Dataset/talk": [], f"{JOB}/bot": ["Dataset/talk"]} == {
        str(ref): [str(target) for target in targets] for ref, targets in left.graph.edges.items()
    }


def test_what_history_removes_for_another_reason_is_left_to_the_guards() -> None:
    used = live(f"{JOB}/theirs", "JOB_STATE_RUNNING", dataset=NAMES[OLD])

    assert [OLD] == still_going(leaving(OLD, code="no-longer-declared"), live(OLD), used)


def test_what_is_gone_already_is_not_told() -> None:
    state = leaving(OLD)

    assert state is without_used(
        state, account(live(f"{JOB}/theirs", "JOB_STATE_RUNNING", dataset=NAMES[OLD]))
    )


def test_warnings_stand_in_the_order_of_their_places() -> None:
    state = leaving(OLD, OLDER)
    lines = dict(zip(state.resources, (2, 1), strict=True))
    placed = {
        ref: replace(
            one, manifest=replace(one.manifest, location=replace(one.location, line=lines[ref]))
        )
        for ref, one in state.resources.items()
    }
    users = [
        live(f"{JOB}/j{n}", "JOB_STATE_RUNNING", dataset=name)
        for n, name in enumerate(NAMES.values())
    ]
    found = account(live(OLD), live(OLDER), *users)
    said = without_used(replace(state, resources=placed), found).diagnostics

    assert [OLDER, OLD] == [str(one.ref) for one in said]
