"""Which change may start when, and what becomes of the others."""

from __future__ import annotations

from dataclasses import replace

from reconciler.diff.change import Action, Reason
from reconciler.diff.diff import TO_BE_MADE
from reconciler.execute.outcome import Outcome, Status
from reconciler.execute.run_change import Settled
from reconciler.execute.scheduler import Scheduler
from reconciler.ref import ResourceRef
from tests.execute.plans import dataset, job, planned, resource

ROWS, TUNE = ResourceRef("Dataset", "rows"), ResourceRef("SupervisedFineTuningJob", "tune")


def names(scheduler: Scheduler) -> list[str]:
    taken = []
    while (change := scheduler.take()) is not None:
        taken.append(change.ref.name)
    return taken


def statuses(scheduler: Scheduler) -> dict[str, tuple[str, str | None]]:
    found = scheduler.outcomes()
    return {o.ref.name: (o.status.value, o.because.name if o.because else None) for o in found}


def settled(ref: ResourceRef, status: Status) -> Settled:
    return Settled(Outcome(ref, status), usable=status is Status.DONE)


def test_independent_changes_are_ready_in_plan_order() -> None:
    scheduler = Scheduler([dataset("b"), dataset("a")])

    assert names(scheduler) == ["b", "a"]


def test_a_dependant_is_not_ready_before_what_it_needs() -> None:
    scheduler = Scheduler([dataset(), job(after=["Dataset/rows"])])

    assert names(scheduler) == ["rows"]


def test_a_dependant_is_ready_once_what_it_needs_is_done() -> None:
    scheduler = Scheduler([dataset(), job(after=["Dataset/rows"])])
    scheduler.take()

    scheduler.settle(settled(ROWS, Status.DONE))

    assert names(scheduler) == ["tune"]


def test_what_is_not_in_the_plan_holds_nobody_up() -> None:
    scheduler = Scheduler([job(after=["Dataset/elsewhere"])])

    assert names(scheduler) == ["tune"]


def test_dependants_of_a_failed_change_are_skipped_with_the_first_cause() -> None:
    chain = [dataset(), job(after=["Dataset/rows"]), dataset("c", after=[str(TUNE)])]
    scheduler = Scheduler(chain)

    scheduler.settle(settled(ROWS, Status.FAILED))

    assert {
        "rows": ("failed", None),
        "tune": ("skipped", "rows"),
        "c": ("skipped", "rows"),
    } == statuses(scheduler)


def test_dependants_of_a_running_change_wait() -> None:
    scheduler = Scheduler([dataset(), job(after=["Dataset/rows"])])

    scheduler.settle(settled(ROWS, Status.RUNNING))

    assert ("waiting", "rows") == statuses(scheduler)["tune"]


def test_a_failed_dependency_outweighs_a_running_one() -> None:
    both = [dataset("a"), dataset("b"), job(after=["Dataset/a", "Dataset/b"])]
    scheduler = Scheduler(both)

    scheduler.settle(settled(ResourceRef("Dataset", "a"), Status.RUNNING))
    scheduler.settle(settled(ResourceRef("Dataset", "b"), Status.FAILED))

    assert ("skipped", "b") == statuses(scheduler)["tune"]


def test_a_blocked_change_never_starts() -> None:
    scheduler = Scheduler([dataset(blocked_by=("it is protected",))])

    assert names(scheduler) == []
    assert {"rows": ("blocked", None)} == statuses(scheduler)


def test_dependants_of_a_blocked_change_are_skipped() -> None:
    scheduler = Scheduler([dataset(blocked_by=("no",)), job(after=["Dataset/rows"])])

    assert ("skipped", "rows") == statuses(scheduler)["tune"]


def test_nothing_starts_after_the_scheduler_is_closed() -> None:
    scheduler = Scheduler([dataset("a"), dataset("b")])

    scheduler.close("interrupted")

    assert names(scheduler) == []
    assert {"a": ("skipped", None), "b": ("skipped", None)} == statuses(scheduler)


def test_news_are_told_once() -> None:
    scheduler = Scheduler([dataset()])
    scheduler.settle(settled(ROWS, Status.DONE))

    assert ([ROWS], []) == ([o.ref for o in scheduler.news()], list(scheduler.news()))


def test_an_unchanged_resource_stands_whatever_becomes_of_its_inputs() -> None:
    ran = planned(Action.NONE, job().change.resource, after=["Dataset/rows"])
    scheduler = Scheduler([dataset(blocked_by=("it changed",)), ran])

    assert names(scheduler) == ["tune"]


def test_what_a_job_of_the_plan_makes_waits_for_that_job() -> None:
    made = planned(Action.NONE, resource("Model/m"), after=[str(TUNE)])
    made = replace(made, change=replace(made.change, reason=Reason(TO_BE_MADE, "")))
    scheduler = Scheduler([job(), made])

    assert names(scheduler) == ["tune"]
