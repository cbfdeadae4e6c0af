"""Whose stored bytes a run asks for: all, none, or what changed and what is not known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.errors import PermissionDenied, Unauthenticated
from reconciler.live.content import check_content
from reconciler.live.content_wish import ContentMode, ContentWish
from reconciler.live.state import StoredFile
from tests.desired.manifests import account, dataset, desired, files, job, made, weights
from tests.live.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.desired.resource import DesiredState
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveState
    from reconciler.manifest.file_set import LocalFile
    from reconciler.ref import ResourceRef

GOOD, BAD = "AAAAAA==", "BBBBBB=="
BIG = 150


class Storage:
    """Answers for every resource the same file names, with one crc32c; counts who asks."""

    base_url = "http://127.0.0.1"

    def __init__(self, crc32c: str = GOOD, error: Exception | None = None) -> None:
        self.crc32c, self._error = crc32c, error
        self.asked: list[str] = []

    def content_facts(self, kind: Kind, resource_id: str) -> Mapping[str, StoredFile | None]:
        self.asked.append(resource_id)
        if self._error:
            raise self._error
        names = ["chat.jsonl"] if kind.name == "Dataset" else NAMES
        return dict.fromkeys(names, StoredFile(10, self.crc32c))


NAMES = [f"f{number:03}" for number in range(BIG)]
ONE = desired(dataset("one"))
TWO = desired(dataset("one"), dataset("two", "b"))
LARGE = desired(
    weights("first", brings=files(*NAMES, rows=None)),
    weights("second", brings=files(*NAMES, rows=None)),
    dataset("small"),
)


def live(wanted: DesiredState, **more: str) -> LiveState:
    """Everything of the project is there and READY."""
    found = (made(one) for one in wanted.resources.values())
    return account(*(replace(each, **more) for each in found))  # type: ignore[arg-type]


def wish(
    mode: ContentMode = ContentMode.AUTO,
    touched: frozenset[ResourceRef] | None = frozenset(),
    shelf: Shelf | None = None,
) -> ContentWish:
    """In a checkout that touches nothing, unless told otherwise; every file has the good hash."""

    def hasher(file: LocalFile, _md5: bool) -> LocalFile:
        return replace(file, crc32c=GOOD)

    return ContentWish(mode, lambda: touched, hasher, shelf or Shelf())


def asked(state: DesiredState, how: ContentWish, storage: Storage | None = None) -> list[str]:
    storage = storage or Storage()
    check_content(state, live(state), storage, how)
    return sorted(storage.asked)


def ref(state: DesiredState, name: str) -> ResourceRef:
    return next(one for one in state.resources if one.name == name)


def test_none_asks_nobody() -> None:
    assert [] == asked(TWO, wish(ContentMode.NONE))


def test_what_was_never_asked_is_asked() -> None:
    assert ["one", "two"] == asked(TWO, wish())


def test_what_is_known_is_not_asked_again() -> None:
    shelf = Shelf()
    asked(TWO, wish(shelf=shelf))

    assert [] == asked(TWO, wish(shelf=shelf))


def test_what_is_known_counts_as_compared() -> None:
    shelf = Shelf()
    asked(ONE, wish(shelf=shelf))
    _, seen = check_content(ONE, live(ONE), Storage(), wish(shelf=shelf))

    assert ["accounts/acme/datasets/one"] == list(seen.content)


def test_all_asks_everybody_every_time() -> None:
    shelf = Shelf()
    asked(TWO, wish(shelf=shelf))

    assert ["one", "two"] == asked(TWO, wish(ContentMode.ALL, shelf=shelf))


def test_what_this_change_touches_is_asked_anew() -> None:
    shelf = Shelf()
    asked(TWO, wish(shelf=shelf))

    assert ["two"] == asked(TWO, wish(touched=frozenset({ref(TWO, "two")}), shelf=shelf))


def test_what_a_touched_one_refers_to_is_asked_anew() -> None:
    shelf = Shelf()
    state = desired(dataset("chat"), job("bot"))
    asked(state, wish(shelf=shelf))

    assert ["chat"] == asked(state, wish(touched=frozenset({ref(state, "bot")}), shelf=shelf))


def test_a_record_that_was_updated_is_asked_anew() -> None:
    shelf = Shelf()
    asked(ONE, wish(shelf=shelf))
    storage = Storage()
    check_content(ONE, live(ONE, update_time="later"), storage, wish(shelf=shelf))

    assert ["one"] == storage.asked


def test_another_incarnation_is_asked_anew() -> None:
    shelf = Shelf()
    asked(ONE, wish(shelf=shelf))
    storage = Storage()
    check_content(ONE, live(ONE, create_time="later"), storage, wish(shelf=shelf))

    assert ["one"] == storage.asked


def test_what_looks_changed_by_what_is_known_is_asked_before_it_is_said() -> None:
    shelf = Shelf()
    asked(ONE, wish(shelf=shelf), Storage(BAD))

    assert ["one"] == asked(ONE, wish(shelf=shelf))


def test_what_is_not_touched_is_asked_as_far_as_two_hundred_reads_go() -> None:
    assert ["first", "small"] == asked(LARGE, wish())


def test_the_next_run_asks_for_the_rest() -> None:
    shelf = Shelf()
    asked(LARGE, wish(shelf=shelf))

    assert ["second"] == asked(LARGE, wish(shelf=shelf))


def test_what_is_touched_is_asked_whatever_it_costs() -> None:
    touched = frozenset(LARGE.resources)

    assert ["first", "second", "small"] == asked(LARGE, wish(touched=touched))


def test_where_nobody_knows_what_is_touched_there_is_no_limit() -> None:
    assert ["first", "second", "small"] == asked(LARGE, wish(touched=None))


def test_git_is_not_asked_when_nothing_has_bytes() -> None:
    def never() -> frozenset[ResourceRef]:
        raise AssertionError

    assert [] == asked(desired(job("bot")), replace(wish(), touched=never))


@pytest.mark.parametrize("state", ["UPLOADING", "STATE_UNSPECIFIED", "NEW_STATE"])
def test_only_ready_ones_can_be_asked(state: str) -> None:
    storage = Storage()
    check_content(ONE, live(ONE, state=state), storage, wish())

    assert [] == storage.asked


def test_only_those_that_the_plan_is_about_are_asked() -> None:
    storage = Storage()
    only = frozenset({ref(TWO, "two")})
    check_content(TWO, live(TWO), storage, wish(), only)

    assert ["two"] == storage.asked


def test_a_failure_to_ask_makes_files_unverifiable_with_its_reason() -> None:
    storage = Storage(error=PermissionDenied("no right to download"))
    _, seen = check_content(ONE, live(ONE), storage, wish())

    assert ["no right to download"] == [content.why for content in seen.content.values()]


def test_a_failure_is_not_remembered() -> None:
    shelf = Shelf()
    asked(ONE, wish(shelf=shelf), Storage(error=PermissionDenied("no")))

    assert ["one"] == asked(ONE, wish(shelf=shelf))


def test_a_key_that_is_refused_ends_the_run() -> None:
    with pytest.raises(Unauthenticated):
        asked(ONE, wish(), Storage(error=Unauthenticated("no such key")))


def test_a_file_is_hashed_where_the_storage_offers_a_hash() -> None:
    wanted, _ = check_content(ONE, live(ONE), Storage(), wish())
    found = wanted.resources[ref(ONE, "one")].files

    assert found is not None
    assert [GOOD] == [file.crc32c for file in found.files]


def test_a_file_of_another_size_is_not_hashed() -> None:
    state = desired(dataset("one", brings=files("chat.jsonl", size=11)))
    wanted, _ = check_content(state, live(state), Storage(), wish())
    found = wanted.resources[ref(state, "one")].files

    assert found is not None
    assert [None] == [file.crc32c for file in found.files]


def test_a_file_that_cannot_be_hashed_any_more_is_told_and_compared_by_size() -> None:
    def gone(_file: LocalFile, _md5: bool) -> LocalFile:
        raise FileNotFoundError(2, "No such file or directory")

    _, seen = check_content(ONE, live(ONE), Storage(), replace(wish(), hasher=gone))

    assert ["not-checked"] == [said.code for said in seen.diagnostics]
