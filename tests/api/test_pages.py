from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from reconciler.api.pages import list_rows
from reconciler.errors import InvalidArgument, Unavailable

Page = Mapping[str, Any]


def _rows(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def _script(*pages: Page | Exception) -> Callable[[str], Page]:
    left = list(pages)

    def fetch(_token: str) -> Page:
        page = left.pop(0)
        if isinstance(page, Exception):
            raise page
        return page

    return fetch


def test_pages_are_read_to_the_end() -> None:
    rows = list_rows(
        _script(
            {"models": _rows("a", "b"), "nextPageToken": "1", "totalSize": 3},
            {"models": _rows("c"), "nextPageToken": "", "totalSize": 3},
        ),
        "models",
    )

    assert ["a", "b", "c"] == list(rows)


def test_a_row_on_two_pages_counts_once() -> None:
    rows = list_rows(
        _script({"models": _rows("a", "b"), "nextPageToken": "1"}, {"models": _rows("b", "c")}),
        "models",
    )

    assert ["a", "b", "c"] == list(rows)


def test_an_empty_page_with_a_token_is_not_the_end() -> None:
    rows = list_rows(
        _script({"models": [], "nextPageToken": "1"}, {"models": _rows("a")}), "models"
    )

    assert ["a"] == list(rows)


def test_an_empty_message_is_an_empty_collection() -> None:
    assert {} == list_rows(_script({}), "models")


@pytest.mark.parametrize(
    "page",
    [
        {"nextPageToken": "1"},
        {"totalSize": 3},
        {"models": {"name": "a"}},
        {"models": [{"state": "READY"}]},
        {"models": ["a"]},
        {"models": [{"name": ""}]},
    ],
    ids=["no key", "no key but a total", "no list", "no name", "no row", "empty name"],
)
def test_what_is_no_page_is_not_read_as_empty(page: Page) -> None:
    with pytest.raises(Unavailable):
        list_rows(_script(page), "models")


def test_a_token_that_comes_twice_is_a_loop() -> None:
    asked = []

    def fetch(token: str) -> Page:
        asked.append(token)
        return {"models": _rows(f"m{len(asked)}"), "nextPageToken": "1"}

    with pytest.raises(Unavailable, match="does not end"):
        list_rows(fetch, "models")
    assert ["", "1"] == asked


def test_new_tokens_without_new_rows_are_a_loop() -> None:
    asked = []

    def fetch(token: str) -> Page:
        asked.append(token)
        return {"models": _rows("a"), "nextPageToken": str(len(asked))}

    with pytest.raises(Unavailable, match="does not end"):
        list_rows(fetch, "models")
    assert 3 == len(asked)


def test_a_row_skipped_by_a_shift_is_found_by_reading_again() -> None:
    rows = list_rows(
        _script(
            {"models": _rows("a", "b"), "nextPageToken": "1", "totalSize": 4},
            {"models": _rows("d"), "totalSize": 4},
            {"models": _rows("b", "c"), "nextPageToken": "1", "totalSize": 3},
            {"models": _rows("d"), "totalSize": 3},
        ),
        "models",
    )

    assert {"a", "b", "c", "d"} == set(rows)


def test_a_total_that_is_simply_wrong_does_not_matter() -> None:
    page = {"models": _rows("a"), "totalSize": 7}

    assert ["a"] == list(list_rows(_script(page, page), "models"))


def test_a_list_that_keeps_changing_is_not_trusted() -> None:
    with pytest.raises(Unavailable, match="kept changing"):
        list_rows(
            _script({"models": _rows("a"), "totalSize": 5}, {"models": _rows("b"), "totalSize": 5}),
            "models",
        )


def test_an_expired_token_starts_the_list_again() -> None:
    rows = list_rows(
        _script(
            {"models": _rows("a"), "nextPageToken": "1"},
            InvalidArgument("page token expired"),
            {"models": _rows("a"), "nextPageToken": "1"},
            {"models": _rows("b")},
        ),
        "models",
    )

    assert ["a", "b"] == list(rows)


def test_a_token_that_always_expires_is_an_error() -> None:
    page = {"models": _rows("a"), "nextPageToken": "1"}

    with pytest.raises(InvalidArgument):
        list_rows(_script(page, InvalidArgument("1"), page, InvalidArgument("2")), "models")


def test_ten_thousand_rows_come_in_order() -> None:
    def fetch(token: str) -> Page:
        start = int(token or 0)
        names = [f"m{i}" for i in range(start, start + 200)]
        following = str(start + 200) if start + 200 < 10_000 else ""
        return {"models": _rows(*names), "nextPageToken": following, "totalSize": 10_000}

    assert [f"m{i}" for i in range(10_000)] == list(list_rows(fetch, "models"))
