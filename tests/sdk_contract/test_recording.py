"""What our client says is heard and judged; what others say is judged by its answers only."""

from __future__ import annotations

import httpx
import pytest

from reconciler.emulator.ledger import RecordedRequest
from reconciler.emulator.server import Emulator
from tests.sdk_contract.recording import Traffic, is_ours, recorded, shown

OURS = {"user-agent": "reconciler/1.0", "content-type": "application/json"}
PATH = "/v1/accounts/acme/models"


def asked(headers: dict[str, str], body: bytes = b'{"model":{}}') -> RecordedRequest:
    """A create without the id that it must bring."""
    return RecordedRequest(1, "control", "POST", PATH, {}, headers, body, 400)


def test_a_wrong_request_of_ours_is_reported() -> None:
    traffic = Traffic()

    traffic.observe(asked(OURS), None)

    (problem,) = traffic.request_problems()
    assert problem.endswith("body modelId: Field required")


def test_a_wrong_request_of_somebody_else_is_not() -> None:
    traffic = Traffic()

    traffic.observe(asked({"user-agent": "curl/8"}), None)

    assert [] == traffic.request_problems()


def test_a_wrong_answer_is_reported_whoever_asked() -> None:
    traffic = Traffic()

    traffic.observe(asked({"user-agent": "curl/8"}), b'{"code":3,"message":"no id"}')

    (problem,) = traffic.answer_problems()
    assert problem.endswith("details: Field required")


def test_storage_is_no_business_of_the_contract() -> None:
    traffic = Traffic()

    traffic.observe(RecordedRequest(1, "storage", "PUT", "/storage/x", {}, OURS, None, 200), b"")

    assert [] == traffic.heard


def test_the_same_problem_is_told_once() -> None:
    traffic = Traffic()

    traffic.observe(asked(OURS), None)
    traffic.observe(asked(OURS), None)

    assert 1 == len(traffic.request_problems())


def test_exchanges_that_differ_in_numbers_alone_are_kept_once() -> None:
    traffic = Traffic()

    for second in range(3):
        traffic.observe(asked(OURS), b'{"createTime":"2026-01-01T00:00:0%dZ"}' % second)
    traffic.observe(asked(OURS), b'{"createTime":"never"}')

    assert 2 == len(traffic.heard)


def test_a_watcher_that_is_left_behind_is_reported() -> None:
    with pytest.raises(AssertionError, match="still watch every emulator"), recorded():
        Emulator.observers.append(lambda *_: None)


def test_many_problems_are_cut_short_with_their_count() -> None:
    assert shown([str(number) for number in range(12)]).endswith("... and 2 more")


def test_an_emulators_traffic_is_heard_while_it_is_recorded(emulator: Emulator) -> None:
    headers = {"Authorization": f"Bearer {emulator.key}", "User-Agent": "reconciler/1.0"}

    with recorded() as traffic:
        httpx.get(f"{emulator.url}{PATH}", headers=headers)
    httpx.get(f"{emulator.url}{PATH}", headers=headers)

    ((request, answered),) = traffic.heard
    assert is_ours(request)
    assert b'{"models":[],"nextPageToken":"","totalSize":0}' == answered
