"""Lists that lie, lag or never end, and reads that lag: F18 to F20."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.options import Options
from tests.faults.judge import paid
from tests.faults.lab import APPLY, lab
from tests.faults.stories import STORIES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reconciler.emulator.decode import Json
    from tests.faults.lab import Lab
    from tests.faults.stories import Undisturbed

PLAN = ("plan", "--detailed-exitcode")
pytestmark = pytest.mark.usefixtures("strange_answers")


def once_for_all(it: Lab, expected: Undisturbed) -> bool:
    """Whether everything that costs money was made once, and nothing is left to do."""
    it.calm()
    return (0, expected.paid) == (it.run(*PLAN).code, paid(it.emulator.requests))


def lie(page: Callable[[Json], object], collection: str = "datasets") -> Fault:
    return Fault("rewrite", method="GET", path=f"/{collection}$", times=None, rewrite=page)


def _rows(page: Json) -> list[Json]:
    return next((value for value in page.values() if isinstance(value, list)), [])


def shortened(page: Json) -> object:
    """An object went to another page while pages were read: its row is on none."""
    return {key: value[1:] if isinstance(value, list) else value for key, value in page.items()}


def doubled(page: Json) -> object:
    return {key: value * 2 if isinstance(value, list) else value for key, value in page.items()}


HARMLESS = {
    "a row that is on no page": shortened,
    "rows that are there twice": doubled,
    "no collection at all": lambda _page: {},
    "an empty page": lambda page: {**page, next(iter(page)): []},
}


@pytest.mark.fault("F18", "F19")
@pytest.mark.parametrize("page", HARMLESS)
def test_what_a_list_does_not_tell_is_asked_for_by_name(
    page: str, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    with lab(tmp_path, STORIES["quickstart"].project) as it:
        it.run(*APPLY)
        it.emulator.faults.add(lie(HARMLESS[page]), lie(HARMLESS[page], "supervisedFineTuningJobs"))
        again = it.run(*APPLY)

        assert 0 == again.code, again.err
        assert it.emulator.faults.consumed
        assert once_for_all(it, told("quickstart"))


ENDLESS = {
    "one token for ever": lambda page: {**page, "nextPageToken": "again"},
    "a token that has expired": lambda page: {**page, "nextPageToken": "expired"},
    "rows that are no list": lambda _page: {"datasets": "none"},
}


@pytest.mark.fault("F18")
@pytest.mark.parametrize("page", ENDLESS)
def test_a_list_without_an_end_stops_the_run_before_any_write(
    page: str, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    with lab(tmp_path, STORIES["quickstart"].project) as it:
        it.emulator.faults.add(lie(ENDLESS[page]))
        ran = it.run(*APPLY)

        assert (1, []) == (ran.code, it.emulator.writes), ran.out + ran.err
        assert "could not be read completely" in ran.err
        assert it.emulator.faults.consumed
        it.calm()
        assert 0 == it.run(*APPLY).code
        assert once_for_all(it, told("quickstart"))


@pytest.mark.fault("F18")
def test_a_token_that_expires_once_begins_the_list_anew(
    told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    once = Fault("rewrite", path="/datasets$", rewrite=ENDLESS["a token that has expired"])
    with lab(tmp_path, STORIES["quickstart"].project) as it:
        it.emulator.faults.add(once)

        assert 0 == it.run(*APPLY).code
        assert [once] == it.emulator.faults.consumed
        assert once_for_all(it, told("quickstart"))


@pytest.mark.fault("F19")
@pytest.mark.parametrize("name", ["quickstart", "serving"])
def test_a_list_that_is_half_a_minute_old_makes_nothing_twice(
    name: str, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    with lab(tmp_path, STORIES[name].project, Options(list_lag_seconds=30)) as it:
        codes = [it.run(*APPLY).code, it.run(*APPLY).code]

        assert [0, 0] == codes, it.said
        assert once_for_all(it, told(name))


@pytest.mark.fault("F20")
@pytest.mark.parametrize("kind", ["lost", "status_after"])
@pytest.mark.parametrize("path", ["POST.*datasets$", "POST.*Jobs$"])
def test_a_create_that_reads_do_not_show_yet_is_not_repeated_under_another_id(
    kind: str, path: str, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    with lab(tmp_path, STORIES["quickstart"].project, Options(read_lag_seconds=5)) as it:
        it.emulator.faults.add(Fault(kind, path=path))
        codes = [it.run(*APPLY).code, it.run(*APPLY).code]

        assert it.emulator.faults.consumed
        assert 0 == codes[-1], it.said
        assert once_for_all(it, told("quickstart"))


@pytest.mark.fault("F20")
def test_what_reads_still_show_after_a_delete_is_waited_for(
    told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    story = STORIES["changes"]
    with lab(tmp_path, story.project, Options(delete_lag_seconds=10)) as it:
        it.fill(told("changes").before)
        ran = it.run(*APPLY)

        assert 0 == ran.code, ran.out + ran.err
        assert it.asked("DELETE", "/datasets/spare-rows")
        assert 0 == it.run(*PLAN).code


RETIRED = {"as documented": (501, 12), "as any gateway": (501, 2), "as an unknown path": (404, 5)}


@pytest.mark.fault("F18")
@pytest.mark.parametrize("how", RETIRED)
def test_a_collection_that_the_platform_has_retired_keeps_nothing_from_being_deleted(
    how: str, told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    status, code = RETIRED[how]
    with lab(tmp_path, STORIES["changes"].project) as it:
        it.fill(told("changes").before)
        gone = Fault("status", path="/fineTuningJobs$", status=status, code=code, times=None)
        it.emulator.faults.add(gone)
        ran = it.run(*APPLY)

        assert it.emulator.faults.consumed
        assert 0 == ran.code, ran.out + ran.err
        assert [200] == [r.status for r in it.asked("DELETE", "/datasets/spare-rows")]


@pytest.mark.fault("F18")
def test_a_list_of_jobs_that_is_not_found_is_no_empty_one(
    told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    with lab(tmp_path, STORIES["changes"].project) as it:
        it.fill(told("changes").before)
        it.emulator.faults.add(Fault("status", path="/dpoJobs$", status=404, times=None))
        ran = it.run(*APPLY)

        assert it.emulator.faults.consumed
        assert "DpoJob could not be read" in ran.out
        assert [] == it.asked("DELETE", "/datasets/spare-rows")
