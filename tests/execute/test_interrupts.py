"""What ends a run early: a signal, a refused key, a fault of our own, a listener that broke."""

from __future__ import annotations

import threading

import pytest

from reconciler.execute.execute import execute
from reconciler.execute.options import ExecuteOptions, Wait
from reconciler.execute.outcome import Status
from tests.execute.fake_provider import FakeProvider
from tests.execute.plans import JOB, apply, dataset, job, plan_of


def test_nothing_is_written_when_the_stop_came_before_the_start() -> None:
    provider, stop = FakeProvider(), threading.Event()
    stop.set()

    done = apply(provider, dataset("a"), dataset("b"), stop=stop)

    assert [Status.SKIPPED] * 2 == [outcome.status for outcome in done.all]
    assert provider.calls == []


def test_no_new_write_starts_after_a_stop() -> None:
    provider, stop = FakeProvider(), threading.Event()

    def interrupt(verb: str, _id: str) -> None:
        if verb == "create":
            stop.set()

    provider.before = interrupt

    done = apply(provider, dataset(), job(after=["Dataset/rows"]), stop=stop)

    assert ["create"] == [verb for verb, _ in provider.writes]
    assert [Status.SKIPPED] * 2 == [outcome.status for outcome in done.all]


def test_the_ledger_says_where_an_upload_was_cut() -> None:
    provider, stop = FakeProvider(), threading.Event()

    def interrupt(verb: str, _id: str) -> None:
        if verb == "create":
            stop.set()

    provider.before = interrupt

    done = apply(provider, dataset(), stop=stop)

    assert "interrupted during upload" in done.only.detail
    assert done.only.wrote


def test_a_job_that_was_waited_for_still_runs_after_a_stop() -> None:
    provider, stop = FakeProvider(job_states=("JOB_STATE_RUNNING",)), threading.Event()

    def interrupt(_verb: str, _id: str) -> None:
        if provider.clock.now() > 60:
            stop.set()

    provider.before = interrupt

    done = apply(provider, job(), wait=Wait.READY, stop=stop)

    assert (Status.RUNNING, "running when interrupted") == (done.only.status, done.only.detail)


def test_a_call_that_hangs_is_left_behind_after_the_grace() -> None:
    provider, stop, release = FakeProvider(), threading.Event(), threading.Event()

    def hang(verb: str, _id: str) -> None:
        if verb == "create":
            provider.clock.advance(10.0)
            stop.set()
            release.wait(10)

    provider.before = hang
    ticking = threading.Thread(target=_tick, args=(provider, stop, release), daemon=True)
    ticking.start()

    done = apply(provider, dataset(), stop=stop, grace=1.0)
    release.set()

    assert (Status.SKIPPED, True) == (done.only.status, done.only.wrote)


def _tick(provider: FakeProvider, stop: threading.Event, release: threading.Event) -> None:
    """Time passes on the fake clock for as long as the call hangs."""
    stop.wait(10)
    while not release.wait(0.01):
        provider.clock.advance(0.5)


def test_a_refused_key_stops_what_has_not_started() -> None:
    provider = FakeProvider(script={("create", 1): "denied"})

    done = apply(provider, dataset("a"), dataset("b"), dataset("c"), parallelism=1)

    assert [Status.FAILED, Status.SKIPPED, Status.SKIPPED] == [o.status for o in done.all]
    assert str(done["Dataset/b"].because) == "Dataset/a"


def test_a_fault_of_our_own_becomes_an_outcome_and_others_go_on() -> None:
    provider = FakeProvider(script={("create", 1): "boom"})

    done = apply(provider, dataset("a"), dataset("b"), parallelism=1)

    assert [Status.FAILED, Status.DONE] == [outcome.status for outcome in done.all]
    assert "unexpected failure in create: wires crossed" in done["Dataset/a"].detail


@pytest.mark.fault("F61")
def test_every_worker_that_fails_is_heard() -> None:
    faults = {("create", n): "boom" for n in range(1, 9)}

    done = apply(FakeProvider(script=faults), *(dataset(f"d{n}") for n in range(8)))

    assert [Status.FAILED] * 8 == [outcome.status for outcome in done.all]


def test_a_listener_that_raises_does_not_break_the_apply() -> None:
    def broken(_event: object) -> None:
        raise BrokenPipeError

    provider = FakeProvider()
    options = ExecuteOptions(listener=broken, clock=provider.clock)

    (outcome,) = execute(plan_of(dataset()), provider, options)

    assert Status.DONE is outcome.status


def test_each_change_ends_with_one_event_that_carries_its_outcome() -> None:
    done = apply(FakeProvider(), dataset(), job(after=["Dataset/rows"]))

    told = [event.outcome for event in done.events if event.outcome is not None]
    assert list(done.all) == told


def test_a_write_that_never_left_is_not_counted_as_one() -> None:
    provider = FakeProvider(script={("create", 1): "refused"})

    assert not apply(provider, dataset()).only.wrote


def test_a_write_that_was_answered_with_an_error_counts() -> None:
    provider = FakeProvider(script={("create", 1): "busy"})

    assert apply(provider, dataset()).only.wrote


def test_many_changes_run_side_by_side() -> None:
    provider, gate = FakeProvider(), threading.Barrier(4, timeout=10)

    def meet(verb: str, _id: str) -> None:
        if verb == "read" and _id.startswith("meet"):
            gate.wait()

    class Parallel(FakeProvider):
        def read(self, kind, resource_id):  # type: ignore[no-untyped-def]
            meet("read", resource_id)
            return super().read(kind, resource_id)

    provider = Parallel(direct=True)

    done = apply(provider, *(job(f"meet-{n}") for n in range(4)), parallelism=4)

    assert len(provider.made(JOB)) == len(done.all)
