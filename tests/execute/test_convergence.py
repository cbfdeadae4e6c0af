"""Any run of faults, then clean runs: one job, READY content, and nothing left to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconciler.diff.change import Action
from reconciler.execute.options import Wait
from reconciler.execute.outcome import Status
from reconciler.plan.plan import PlannedChange, Verb
from tests.execute.fake_provider import FakeProvider
from tests.execute.plans import (
    DATASET,
    JOB,
    OLD_JOB,
    REPAIR,
    apply,
    dataset,
    files,
    job,
    old_job,
    planned,
    resource,
)

if TYPE_CHECKING:
    from reconciler.kinds.kind import Kind

VERBS = ("read", "read_name", "create", "send", "validate")
FAULTS = ("lost", "unheard", "refused", "busy", "invalid", "boom")
scripts = st.dictionaries(
    st.tuples(st.sampled_from(VERBS), st.integers(1, 2)), st.sampled_from(FAULTS), max_size=6
)


class Dies:
    """The process ends at one call: nothing that it would do afterwards happens."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, _verb: str, _id: str) -> None:
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("killed")


def next_plan(provider: FakeProvider, *, older: bool) -> list[PlannedChange]:
    """What a plan made now would ask for."""
    wanted = resource("Dataset/rows", {"format": "CHAT"}, sends=files("rows.jsonl"))
    found = provider.made(DATASET)
    if not found:
        first = dataset()
    elif found[0].state == "UPLOADING":
        first = planned(Action.REPAIR, wanted, *REPAIR, live=found[0].seen())
    else:
        first = planned(Action.NONE, wanted, live=found[0].seen())
    run = old_job() if older else job()
    ran = provider.made(OLD_JOB if older else JOB)
    if ran:
        return [first, planned(Action.NONE, run.change.resource, live=ran[0].seen())]
    return [first, planned(Action.RUN, run.change.resource, Verb.CREATE, after=["Dataset/rows"])]


def converge(provider: FakeProvider, *, older: bool) -> None:
    provider.script.clear()
    provider.before = lambda _verb, _id: None
    for _ in range(2):  # the second finds what the first may have adopted half-way
        provider.clock.advance(120.0)
        apply(provider, *next_plan(provider, older=older), wait=Wait.READY)


def judge(provider: FakeProvider, kind: Kind) -> None:
    assert [record.state for record in provider.made(DATASET)] == ["READY"]
    assert len(provider.made(kind)) == 1
    assert {id_ for verb, id_ in provider.calls if verb == "create"} == {"rows", "tune"}


@settings(deadline=None, max_examples=120)
@given(script=scripts, lag=st.sampled_from([0.0, 1.0, 5.0]), landings=st.integers(0, 3))
def test_any_faults_then_a_clean_run_give_one_job_and_ready_content(
    script: dict[tuple[str, int], str], lag: float, landings: int
) -> None:
    provider = FakeProvider(script=script, lag=lag, landings=landings)

    apply(provider, *next_plan(provider, older=False), wait=Wait.READY)
    converge(provider, older=False)

    judge(provider, JOB)


@settings(deadline=None, max_examples=120)
@given(script=scripts, at=st.integers(0, 14), direct=st.booleans())
def test_a_run_killed_at_any_call_is_finished_by_the_next(
    script: dict[tuple[str, int], str], at: int, direct: bool
) -> None:
    provider = FakeProvider(script=script, direct=direct, before=Dies(at))

    apply(provider, *next_plan(provider, older=False), wait=Wait.READY)
    converge(provider, older=False)

    judge(provider, JOB)


@settings(deadline=None, max_examples=120)
@given(script=scripts, at=st.integers(0, 18))
@example(script={("create", 1): "lost"}, at=18)
@example(script={("create", 1): "unheard"}, at=18)
@example(script={("create", 1): "unheard", ("create", 2): "lost"}, at=18)
def test_an_older_job_that_the_platform_renames_is_still_one(
    script: dict[tuple[str, int], str], at: int
) -> None:
    states = ("PENDING", "RUNNING", "COMPLETED")
    provider = FakeProvider(script=script, renames=True, job_states=states, before=Dies(at))
    provider.put(DATASET, "rows", {"format": "CHAT"}, "READY")
    provider.renames = True

    apply(provider, *next_plan(provider, older=True), wait=Wait.READY)
    converge(provider, older=True)

    assert len(provider.made(OLD_JOB)) == 1


def test_a_clean_run_settles_everything() -> None:
    provider = FakeProvider()

    done = apply(provider, *next_plan(provider, older=False), wait=Wait.READY)

    assert [Status.DONE, Status.DONE] == [outcome.status for outcome in done.all]
