"""What the platform may answer, whole runs long: F4, F5, F8 to F13, F40, F57, F58."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from tests.api.wire import Wire
from tests.faults.lab import APPLY, KEY, lab
from tests.faults.stories import STORIES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.emulator.decode import Json
    from tests.faults.lab import Lab

FOREVER = None
JOBS = "/supervisedFineTuningJobs"
JOB = Fault("status", method="POST", path=f"{JOBS}$", times=FOREVER)
pytestmark = pytest.mark.usefixtures("strange_answers")


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Lab]:
    """The quickstart: a dataset and a job that trains on it."""
    with lab(tmp_path, STORIES["quickstart"].project) as ready:
        yield ready


@pytest.fixture
def in_a_hurry(it: Lab) -> None:
    """All the patience of a call is to be spent; what is late by chance does not matter."""
    it.tempo = 150


def unfinished(it: Lab) -> list[str]:
    """What one more apply, without faults and without haste, leaves to be done or did twice."""
    it.calm()
    ran = (it.run(*APPLY), it.run("plan", "--detailed-exitcode"))
    jobs = sum(r.status == 200 for r in it.asked("POST", JOBS))
    wrong = [f"ended with {each.code}: {each.out}{each.err}" for each in ran if each.code]
    return wrong + ([] if jobs == 1 else [f"{jobs} jobs were made"])


def wrote(it: Lab) -> bool:
    """Whether a write was sent, whatever was answered (contract 6: then a failure ends with 4)."""
    return bool(it.emulator.writes)


@pytest.mark.fault("F4")
@pytest.mark.parametrize("times", [1, 3, 5])
def test_a_burst_of_503_is_survived(it: Lab, times: int) -> None:
    it.emulator.faults.add(Fault("status", times=times, path="datasets$"))

    assert 0 == it.run(*APPLY).code
    assert times == len(it.emulator.faults.consumed)
    assert [] == unfinished(it)


@pytest.mark.fault("F4")
@pytest.mark.usefixtures("in_a_hurry")
@pytest.mark.parametrize(("path", "code"), [("datasets$", 1), ("POST.*Jobs$", 4)])
def test_503_without_end_leaves_the_rest_to_the_next_apply(it: Lab, path: str, code: int) -> None:
    it.emulator.faults.add(Fault("status", times=FOREVER, path=path))
    ran = it.run(*APPLY)

    assert (code, code == 4) == (ran.code, wrote(it))
    assert it.emulator.faults.consumed
    assert [] == unfinished(it)


@pytest.mark.fault("F8")
@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("nth", [1, 9, 13])
def test_a_key_that_is_revoked_stops_the_run_and_the_hint_names_what_is_needed(
    it: Lab, status: int, nth: int
) -> None:
    it.emulator.faults.add(Fault("status", status=status, nth=nth, times=FOREVER))
    ran = it.run(*APPLY)
    said = ran.out + ran.err

    assert (4 if wrote(it) else 1) == ran.code, said
    assert ("FIREWORKS_API_KEY" if status == 401 else "role") in said
    assert it.emulator.faults.consumed
    assert [] == unfinished(it)


@pytest.mark.fault("F8")
def test_nothing_more_is_started_once_the_key_may_not(tmp_path: Path) -> None:
    """Of two resources that do not need each other the second is left alone."""
    with lab(tmp_path, STORIES["upload"].project) as it:
        it.emulator.faults.add(
            Fault("status", method="POST", path="(models|datasets)$", status=403)
        )
        ran = it.run(*APPLY)

        assert 4 == ran.code, ran.out + ran.err
        assert 1 == len(it.emulator.writes)


@pytest.mark.fault("F9")
@pytest.mark.usefixtures("in_a_hurry")
@pytest.mark.parametrize(
    "retry_after", ["1", "120", "Wed, 21 Oct 2015 07:28:00 GMT", "soon", "-5", "9" * 30_000]
)
def test_whatever_a_429_asks_for_the_run_comes_through(it: Lab, retry_after: str) -> None:
    storm = Fault("retry_after", retry_after=retry_after, path="datasets", times=2)
    it.emulator.faults.add(storm)

    assert 0 == it.run(*APPLY).code
    assert 2 == len(it.emulator.faults.consumed)
    assert [] == unfinished(it)


@pytest.mark.fault("F10")
@pytest.mark.parametrize("status", [402, 412])
def test_a_suspended_account_is_asked_once_and_pointed_to_its_billing(it: Lab, status: int) -> None:
    it.emulator.faults.add(Fault("status", status=status, times=FOREVER))
    ran = it.run(*APPLY)
    asked = [r.path for r in it.emulator.requests]

    assert (1, False) == (ran.code, wrote(it))
    assert "billing" in ran.err
    assert len(set(asked)) == len(asked) == len(it.emulator.faults.consumed)
    assert [] == unfinished(it)


ODD = {
    "17 MB": b'{"datasets": [], "x": "' + b"x" * (17 << 20) + b'"}',
    "a depth of 100,000": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "rows that are no list": b'{"datasets": {"a": 1}}',
    "rows that are no objects": b'{"datasets": [1]}',
    "rows without names": b'{"datasets": [{"state": "READY"}]}',
}


@pytest.mark.fault("F5", "F11", "F57")
@pytest.mark.usefixtures("in_a_hurry")
@pytest.mark.parametrize("odd", ODD)
def test_a_list_that_cannot_be_understood_stops_the_run_before_any_write(it: Lab, odd: str) -> None:
    it.emulator.faults.add(
        Fault("says", method="GET", path="/datasets$", times=FOREVER, body=ODD[odd])
    )
    ran = it.run(*APPLY)

    assert (1, False) == (ran.code, wrote(it)), ran.out
    assert "could not be read completely" in ran.err
    assert it.emulator.faults.consumed
    assert [] == unfinished(it)


@pytest.mark.fault("F11")
def test_of_a_key_that_stands_twice_in_an_answer_one_is_taken(it: Lab) -> None:
    twice = Fault("says", method="GET", path="/datasets$", body=b'{"datasets": [], "datasets": []}')
    it.emulator.faults.add(twice)

    assert 0 == it.run(*APPLY).code
    assert it.emulator.faults.consumed
    assert [] == unfinished(it)


@pytest.mark.fault("F12")
@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("path", ["/datasets$", "POST.*Jobs$"])
def test_a_redirect_is_not_followed(it: Lab, status: int, path: str) -> None:
    with Wire(lambda _connection, _head: False) as elsewhere:
        headers = {"Location": f"{elsewhere.url}/v1/accounts/acme/datasets"}
        fault = Fault("redirect", path=path, status=status, headers=headers, times=FOREVER)
        it.emulator.faults.add(fault)
        ran = it.run(*APPLY)

        assert [] == elsewhere.heads
    assert (4 if wrote(it) else 1) == ran.code
    assert it.emulator.faults.consumed
    assert [] == unfinished(it)


@pytest.mark.fault("F13")
def test_a_peer_that_hangs_up_after_every_answer_is_not_noticed(it: Lab) -> None:
    it.emulator.faults.add(Fault("closes", times=FOREVER))
    ran = it.run(*APPLY)

    assert 0 == ran.code, ran.err
    assert len(it.emulator.faults.consumed) == len(it.emulator.requests)
    assert [] == unfinished(it)


@pytest.mark.fault("F40")
@pytest.mark.parametrize(("status", "tries"), [(400, 1), (404, 1), (412, 1), (429, 2)])
def test_a_job_that_the_platform_refuses_is_not_asked_for_over_and_over(
    it: Lab, status: int, tries: int
) -> None:
    it.emulator.faults.add(
        Fault(
            "status", method="POST", path="Jobs$", status=status, message="shape x", times=FOREVER
        )
    )
    ran = it.run(*APPLY)

    assert (4, tries) == (ran.code, len(it.asked("POST", JOBS)))
    assert "shape x" in ran.out + ran.err
    assert tries == len(it.emulator.faults.consumed)
    assert [] == unfinished(it)


def _newer(answer: Json) -> Json:
    rows = [row for value in answer.values() if isinstance(value, list) for row in value]
    for row in (answer, *(row for row in rows if isinstance(row, dict))):
        if "name" in row:
            row |= {"quantumFlux": {"a": [1]}, "tenant": "t", "etag": "e"}
    return answer


@pytest.mark.fault("F57")
def test_fields_of_a_newer_platform_are_passed_over_and_never_sent_back(it: Lab) -> None:
    it.emulator.faults.add(Fault("rewrite", path="/v1/", times=FOREVER, rewrite=_newer))

    assert 0 == it.run(*APPLY).code
    assert it.emulator.faults.consumed
    assert [] == [r.path for r in it.emulator.writes if b"quantumFlux" in (r.body or b"")]
    assert [] == unfinished(it)


HOSTILE = f"\x1b[31mred\x1b[0m\n::error::pwned\r\n</details>@octocat Bearer {KEY} " + "x" * 100_000


@pytest.mark.fault("F58")
@pytest.mark.parametrize("path", ["/datasets$", "POST.*Jobs$"])
def test_a_hostile_message_comes_out_short_and_harmless(it: Lab, path: str) -> None:
    it.emulator.faults.add(Fault("status", status=400, message=HOSTILE, path=path, times=FOREVER))
    ran = it.run(*APPLY)
    lines = (ran.out + ran.err).splitlines()

    assert it.emulator.faults.consumed
    assert [] == [line for line in lines if line.startswith("::") or len(line) > 1000]
    assert not {"\x1b", "\r"} & set(ran.out + ran.err)
    assert KEY not in ran.out + ran.err
    assert [] == unfinished(it)
