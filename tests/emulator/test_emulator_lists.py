"""Lists: pages, order, filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.emulator.views import Views

if TYPE_CHECKING:
    import httpx

    from reconciler.emulator.server import Emulator
    from reconciler.emulator.store import Record

PARENT = "accounts/acme/datasets"


@pytest.fixture
def many(emulator: Emulator) -> int:
    """120 datasets, every tenth of the format CHAT."""
    for number in range(120):
        chat = "CHAT" if number % 10 == 0 else "COMPLETION"
        fields = {"state": "READY", "format": chat, "displayName": f"n {number % 7}"}
        emulator.store.put(f"{PARENT}/d{number:03d}", fields)
    return 120


def page(client: httpx.Client, **params: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/datasets", params=params).raise_for_status().json()
    return answer


@pytest.mark.usefixtures("many")
def test_a_page_has_50_rows_by_default(client: httpx.Client) -> None:
    answer = page(client)

    assert (50, "1", 120) == (
        len(answer["datasets"]),
        answer["nextPageToken"],
        answer["totalSize"],
    )


def test_the_pages_together_have_every_row_once(client: httpx.Client, many: int) -> None:
    names, token = [], ""
    while True:
        answer = page(client, pageSize=33, pageToken=token)
        names += [row["name"] for row in answer["datasets"]]
        token = answer["nextPageToken"]
        if not token:
            break

    assert (many, sorted(set(names))) == (len(names), names)


def test_a_page_has_200_rows_at_most(client: httpx.Client, emulator: Emulator) -> None:
    for number in range(210):
        emulator.store.put(f"{PARENT}/e{number}", {"state": "READY"})

    assert 200 == len(page(client, pageSize=500)["datasets"])


@pytest.mark.parametrize("params", [{"pageToken": "next"}, {"pageSize": "-1"}, {"filter": "a ="}])
def test_a_bad_query_is_refused(client: httpx.Client, params: dict[str, str]) -> None:
    answer = client.get("/datasets", params=params)

    assert (400, 3) == (answer.status_code, answer.json()["code"])


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('format="CHAT"', 12),
        ("format != CHAT", 108),
        ('format="CHAT" AND display_name="n 0"', 2),
        ('displayName="n 0" OR displayName="n 1"', 35),
        ('displayName:"n"', 120),
        ('NOT (format="CHAT" OR state="READY")', 0),
        ('status.code="OK"', 0),
    ],
)
def test_a_filter_chooses_rows(client: httpx.Client, text: str, count: int) -> None:
    assert count == page(client, filter=text)["totalSize"]


@pytest.mark.usefixtures("many")
def test_rows_can_be_ordered_downwards(client: httpx.Client) -> None:
    rows = page(client, orderBy="display_name desc,name", pageSize=2)["datasets"]

    assert ["d006", "d013"] == [row["name"].rsplit("/", 1)[1] for row in rows]


@pytest.mark.usefixtures("many")
def test_what_changes_between_two_pages_is_in_the_next_one(
    client: httpx.Client, emulator: Emulator
) -> None:
    query = {"filter": 'format="CHAT"', "pageSize": 5}
    first = page(client, **query)
    emulator.store.put(f"{PARENT}/d001", {"state": "READY", "format": "CHAT"})
    emulator.store.delete(f"{PARENT}/d110")
    second = page(client, **query, pageToken=first["nextPageToken"])

    assert 12 == first["totalSize"] == second["totalSize"]
    assert ["d040", "d050", "d060", "d070", "d080"] == [
        row["name"].rsplit("/", 1)[1] for row in second["datasets"]
    ]


def test_a_list_is_made_once_for_all_its_pages() -> None:
    views = Views()
    made: list[int] = []

    def make() -> list[Record]:
        made.append(len(made))
        return []

    for version in (1, 1, 2, 2):
        views.of(("models",), version, make)

    assert [0, 1] == made
