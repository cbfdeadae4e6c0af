"""What a run as a whole waits for: the longest chain, with times only where an older run tells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.diff.change import Action
from reconciler.plan.path import weight
from reconciler.plan.plan import Leg
from reconciler.plan.sizes import size_text
from reconciler.ref import ResourceRef
from reconciler.report.chain import chain_text
from tests.desired.manifests import JOB, account, dataset, desired, files, job, live, one
from tests.plan.planning import plan

if TYPE_CHECKING:
    from reconciler.live.state import LiveResource, LiveState
    from reconciler.plan.plan import Plan

ROWS = "Dataset/chat"
SIZE = 91_000_000
START, NOON = "2026-07-01T10:00:00Z", "2026-07-01T12:00:00Z"


def hashed(digit: str = "a") -> Plan:
    return planned(account(), digit)


def planned(found: LiveState, digit: str = "a") -> Plan:
    rows = dataset(brings=files("chat.jsonl", size=SIZE, digit=digit), hashed=True)
    return plan([rows, job(hashed=True), dataset("alone")], found)


def older(digit: str = "b", state: str = "JOB_STATE_COMPLETED", **times: str) -> LiveResource:
    """The same job with other rows, as it was in the account."""
    name = one(desired(dataset(hashed=True, digit=digit), job(hashed=True)), f"{JOB}/bot").id
    found = live(f"{JOB}/{name}", state, **times)
    return replace(found, create_time=times.get("createTime", ""))


def test_a_job_waits_for_its_rows() -> None:
    assert [(ROWS, SIZE, None), (f"{JOB}/bot", 0, None)] == [
        (str(leg.ref), leg.bytes, leg.seconds) for leg in hashed().critical_path
    ]


def test_what_waits_for_nothing_is_no_chain() -> None:
    assert () == plan([dataset("alone")]).critical_path


def test_a_blocked_change_is_in_no_chain() -> None:
    taken = live("Model/bot", "READY", fineTuningJob="accounts/acme/supervisedFineTuningJobs/x")

    assert () == plan([dataset(), job()], account(taken)).critical_path


def test_an_older_run_tells_how_long_the_next_may_take() -> None:
    ran = older(createTime="2026-07-01T10:00:00Z", completedTime="2026-07-01T12:04:00.5Z")

    leg = planned(account(ran)).critical_path[-1]

    assert (7440.5, ran.id) == (leg.seconds, leg.like)


@pytest.mark.parametrize(
    ("state", "times"),
    [
        ("JOB_STATE_FAILED", {"createTime": "2026-07-01T10:00:00Z", "completedTime": "x"}),
        ("JOB_STATE_FAILED", {"createTime": START, "completedTime": "2026-07-01T12:00:00Z"}),
        ("JOB_STATE_COMPLETED", {"createTime": START, "completedTime": START}),
        ("JOB_STATE_COMPLETED", {"createTime": "2026-07-01T10:00:00Z"}),
        ("JOB_STATE_COMPLETED", {"createTime": "soon", "completedTime": "2026-07-01T12:00:00Z"}),
    ],
)
def test_what_did_not_run_to_its_end_tells_nothing(state: str, times: dict[str, str]) -> None:
    assert None is planned(account(older(state=state, **times))).critical_path[-1].seconds


def test_without_times_it_is_called_a_chain() -> None:
    size = size_text(SIZE)

    assert f"Critical path: + {ROWS} ({size}) → ▶ {JOB}/bot" == chain_text(hashed())


def test_with_times_it_is_called_the_critical_path() -> None:
    ran = older(createTime="2026-07-01T10:00:00Z", completedTime="2026-07-01T12:04:00Z")

    text = chain_text(planned(account(ran)))

    assert text.startswith(f"Critical path: + {ROWS} ")
    assert text.endswith(f"▶ {JOB}/bot (about 2 h 04 min, as {ran.id} took)")


def test_the_newest_older_run_counts() -> None:
    runs = {
        digit: older(digit, createTime=f"2026-07-0{day}T10:00:00Z", completedTime=end)
        for digit, day, end in (
            ("b", 3, "2026-07-03T10:00:30Z"),
            ("c", 1, "2026-07-01T10:00:10Z"),
            ("d", 2, "2026-07-02T10:00:20Z"),
        )
    }

    leg = planned(account(*runs.values())).critical_path[-1]

    assert (30.0, runs["b"].id) == (leg.seconds, leg.like)


def test_a_job_that_is_no_version_takes_its_time_from_no_other() -> None:
    other = live(f"{JOB}/other", "JOB_STATE_COMPLETED", createTime=START, completedTime=NOON)
    found = replace(other, create_time=START)

    assert [None, None] == [
        leg.seconds for leg in plan([dataset(), job()], account(found)).critical_path
    ]


def test_a_chain_starts_behind_what_is_as_it_should_be() -> None:
    there = account(live("Dataset/alone", format="CHAT"))
    shown = plan([dataset("alone"), dataset(), job()], there)

    assert [ROWS, f"{JOB}/bot"] == [str(leg.ref) for leg in shown.critical_path]


DONE = Leg(ResourceRef.parse(ROWS), Action.CREATE, 10)
RUN = Leg(ResourceRef(JOB, "bot"), Action.RUN)
TIMED = replace(RUN, seconds=0.5)


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        ((RUN, RUN, RUN), (TIMED,)),
        ((DONE, DONE, DONE), (RUN,)),
        ((DONE, DONE), (replace(DONE, bytes=21),)),
        ((replace(DONE, bytes=20),), (DONE, DONE)),
        ((TIMED,), (TIMED, RUN)),
    ],
    ids=["time over runs", "a run over bytes", "bytes over number", "number", "number of runs"],
)
def test_time_counts_before_runs_and_bytes_and_number(
    shorter: tuple[Leg, ...], longer: tuple[Leg, ...]
) -> None:
    assert weight(shorter) < weight(longer)
