"""What a run as a whole waits for: the longest chain, with times only where an older run tells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.plan.sizes import size_text
from reconciler.report.chain import chain_text
from tests.desired.manifests import JOB, account, dataset, desired, files, job, live, one
from tests.plan.planning import plan

if TYPE_CHECKING:
    from reconciler.live.state import LiveResource, LiveState
    from reconciler.plan.plan import Plan

ROWS = "Dataset/chat"
SIZE = 91_000_000


def hashed(digit: str = "a") -> Plan:
    return planned(account(), digit)


def planned(found: LiveState, digit: str = "a") -> Plan:
    rows = dataset(brings=files("chat.jsonl", size=SIZE, digit=digit), hashed=True)
    return plan([rows, job(hashed=True), dataset("alone")], found)


def older(state: str = "JOB_STATE_COMPLETED", **times: str) -> LiveResource:
    """The same job with other rows, as it was in the account."""
    name = one(desired(dataset(hashed=True, digit="b"), job(hashed=True)), f"{JOB}/bot").id
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
        ("JOB_STATE_COMPLETED", {"createTime": "2026-07-01T10:00:00Z"}),
        ("JOB_STATE_COMPLETED", {"createTime": "soon", "completedTime": "2026-07-01T12:00:00Z"}),
    ],
)
def test_what_did_not_run_to_its_end_tells_nothing(state: str, times: dict[str, str]) -> None:
    assert None is planned(account(older(state, **times))).critical_path[-1].seconds


def test_without_times_it_is_called_a_chain() -> None:
    size = size_text(SIZE)

    assert f"Longest chain: + {ROWS} ({size}) → ▶ {JOB}/bot" == chain_text(hashed())


def test_with_times_it_is_called_the_critical_path() -> None:
    ran = older(createTime="2026-07-01T10:00:00Z", completedTime="2026-07-01T12:04:00Z")

    text = chain_text(planned(account(ran)))

    assert text.startswith(f"Critical path: + {ROWS} ")
    assert text.endswith(f"▶ {JOB}/bot (about 2 h 04 min, as {ran.id} took)")
