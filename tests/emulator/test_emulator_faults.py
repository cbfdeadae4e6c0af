"""Faults: what a struck client sees, and what was carried out nevertheless."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.options import Options
from reconciler.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

CREATE = {"datasetId": "rows", "dataset": {}}
NAME = "accounts/acme/datasets/rows"


def create(client: httpx.Client) -> httpx.Response:
    return client.post("/datasets", json=CREATE)


@pytest.mark.parametrize(("kind", "committed"), [("refuse", False), ("lost", True)])
def test_a_broken_connection_may_or_may_not_have_carried_it_out(
    client: httpx.Client, emulator: Emulator, kind: str, committed: bool
) -> None:
    emulator.faults.add(Fault(kind))
    with pytest.raises(httpx.TransportError):
        create(client)

    assert committed == (emulator.store.get(NAME) is not None)


@pytest.mark.parametrize(
    ("fault", "status", "committed"),
    [
        (Fault("status", status=503), 503, False),
        (Fault("status", status=401), 401, False),
        (Fault("retry_after"), 429, False),
        (Fault("redirect"), 307, False),
        (Fault("status_after"), 504, True),
        (Fault("garbage"), 200, True),
        (Fault("empty"), 200, True),
        (Fault("truncated", content_length=False), 200, True),
        (Fault("drip", seconds=0.0), 200, True),
        (Fault("delay", seconds=0.0), 200, True),
    ],
)
def test_an_answer_may_or_may_not_tell_the_truth(
    client: httpx.Client, emulator: Emulator, fault: Fault, status: int, committed: bool
) -> None:
    emulator.faults.add(fault)

    answer = (create(client).status_code, emulator.store.get(NAME) is not None)
    assert (status, committed) == answer


def test_a_truncated_answer_is_no_json(client: httpx.Client, emulator: Emulator) -> None:
    emulator.faults.add(Fault("truncated", content_length=False))

    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        create(client).json()


def test_a_truncated_answer_can_promise_more_than_it_sends(
    client: httpx.Client, emulator: Emulator
) -> None:
    emulator.faults.add(Fault("truncated"))

    with pytest.raises(httpx.RemoteProtocolError):
        create(client)


def test_a_dripped_answer_is_whole_in_the_end(client: httpx.Client, emulator: Emulator) -> None:
    emulator.faults.add(Fault("drip", seconds=0.0))

    assert NAME == create(client).json()["name"]


@pytest.mark.usefixtures("strange_answers")
def test_an_answer_can_be_rewritten(client: httpx.Client, emulator: Emulator) -> None:
    emulator.faults.add(Fault("rewrite", rewrite=lambda page: page | {"nextPageToken": "1"}))

    assert "1" == client.get("/datasets").json()["nextPageToken"]


def test_an_answer_can_be_anything(client: httpx.Client, emulator: Emulator) -> None:
    emulator.faults.add(Fault("says", body=b"[NaN]"))

    assert b"[NaN]" == client.get("/datasets").content


def test_a_connection_can_end_after_an_answer_without_a_word(emulator: Emulator) -> None:
    emulator.faults.add(Fault("closes"))
    port = int(emulator.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(b"GET /v1/accounts/acme HTTP/1.1\r\nHost: x\r\n\r\n")
        said = raw.makefile("rb").read()

    assert b"HTTP/1.1 " == said[:9]
    assert b"connection: close" not in said.lower()


def test_a_429_says_when_to_come_back(client: httpx.Client, emulator: Emulator) -> None:
    emulator.faults.add(Fault("retry_after", retry_after="120"))
    answer = create(client)

    assert ("120", 8) == (answer.headers["retry-after"], answer.json()["code"])


def test_a_hanging_request_is_let_go(client: httpx.Client, emulator: Emulator) -> None:
    emulator.faults.add(Fault("hang", after_commit=True))
    broken = threading.Event()

    def ask() -> None:
        with pytest.raises(httpx.TransportError):
            client.post("/datasets", json=CREATE, timeout=30)
        broken.set()

    asking = threading.Thread(target=ask)
    asking.start()
    while not emulator.requests:
        asking.join(0.01)
    emulator.faults.release()
    asking.join()

    assert broken.is_set()


def test_a_fault_strikes_the_nth_matching_request(client: httpx.Client, emulator: Emulator) -> None:
    emulator.faults.add(Fault("status", method="GET", path="/datasets$", nth=2))
    client.get("/models")

    assert [200, 503, 200] == [client.get("/datasets").status_code for _ in range(3)]


def test_a_fault_strikes_as_often_as_it_says(client: httpx.Client, emulator: Emulator) -> None:
    emulator.faults.add(Fault("status", times=2))

    assert [503, 503, 200] == [client.get("/datasets").status_code for _ in range(3)]


def test_a_fault_without_end_strikes_for_ever(client: httpx.Client, emulator: Emulator) -> None:
    emulator.faults.add(Fault("status", times=None))

    assert {503} == {client.get("/datasets").status_code for _ in range(5)}


def test_faults_strike_in_the_order_in_which_they_were_armed(
    client: httpx.Client, emulator: Emulator
) -> None:
    emulator.faults.add(Fault("status", status=500), Fault("status", status=502))

    assert [500, 502, 200] == [client.get("/datasets").status_code for _ in range(3)]


def test_strikes_are_counted(client: httpx.Client, emulator: Emulator) -> None:
    fault = Fault("status", times=2)
    emulator.faults.add(fault)
    client.get("/datasets")

    assert ([fault], [fault]) == (emulator.faults.consumed, emulator.faults.pending)


def test_an_unknown_kind_of_fault_is_an_error() -> None:
    with pytest.raises(ValueError, match="earthquake"):
        Fault("earthquake")


@pytest.fixture
def url(client: httpx.Client, base_model: Callable[..., dict[str, Any]]) -> str:
    """The signed PUT URL of a 4-byte file of the new model `m`."""
    client.post("/models", json=base_model("m"))
    asked = client.post("/models/m:getUploadEndpoint", json={"filenameToSize": {"f": 4}})
    return str(asked.json()["filenameToSignedUrls"]["f"])


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("storage_unavailable", 503, "ServiceUnavailable"),
        ("expired_url", 400, "ExpiredToken"),
        ("status", 500, "InternalError"),
    ],
)
def test_storage_errors_are_xml(
    emulator: Emulator,
    url: str,
    send: Callable[[str, bytes], httpx.Response],
    kind: str,
    status: int,
    code: str,
) -> None:
    emulator.faults.add(Fault(kind, path="/storage/.*/f$", status=status))
    answer = send(url, b"data")

    assert (status, True) == (answer.status_code, f"<Code>{code}</Code>" in answer.text)


def test_a_false_hash_can_be_told(
    emulator: Emulator, url: str, send: Callable[[str, bytes], httpx.Response]
) -> None:
    emulator.faults.add(Fault("wrong_hash"))

    assert "crc32c=AAAAAA==" in send(url, b"data").headers["x-goog-hash"]


def test_the_hash_can_be_missing(
    emulator: Emulator, url: str, send: Callable[[str, bytes], httpx.Response]
) -> None:
    emulator.faults.add(Fault("no_hash"))

    assert "x-goog-hash" not in send(url, b"data").headers


def test_an_upload_can_break_in_the_middle(
    emulator: Emulator, url: str, send: Callable[[str, bytes], httpx.Response]
) -> None:
    emulator.faults.add(Fault("cut", body_bytes=2))
    with pytest.raises(httpx.TransportError):
        send(url, b"data")

    assert emulator.store.blob("accounts/acme/models/m", "f") is None


def test_a_model_can_be_stuck_uploading(
    client: httpx.Client,
    emulator: Emulator,
    url: str,
    send: Callable[[str, bytes], httpx.Response],
) -> None:
    emulator.faults.add(Fault("not_ready", times=None))
    send(url, b"data")

    assert 9 == client.get("/models/m:validateUpload").json()["code"]


def test_a_struck_request_is_recorded(client: httpx.Client, emulator: Emulator) -> None:
    emulator.faults.add(Fault("refuse"))
    with pytest.raises(httpx.TransportError):
        create(client)

    assert [0] == [request.status for request in emulator.requests]


@pytest.mark.usefixtures("strange_answers")
def test_a_row_put_by_a_test_may_hold_what_the_api_does_not_know(
    client: httpx.Client, emulator: Emulator
) -> None:
    emulator.store.put(NAME, {"state": "QUARANTINED", "colour": "red"})
    row = client.get("/datasets/rows").json()

    assert ("QUARANTINED", "red") == (row["state"], row["colour"])


def lagging(clock: Any, **options: float) -> Emulator:
    return Emulator(clock=clock, options=Options(**options))  # type: ignore[arg-type]


def test_a_list_can_lag_behind_a_create(
    connect: Callable[[Emulator], httpx.Client], clock: Any
) -> None:
    with lagging(clock, list_lag_seconds=30) as emulator:
        client = connect(emulator)
        create(client)
        early = client.get("/datasets").json()["totalSize"]
        clock.advance(30)

        assert (0, 1) == (early, client.get("/datasets").json()["totalSize"])


def test_a_list_can_lag_behind_a_delete(
    connect: Callable[[Emulator], httpx.Client], clock: Any
) -> None:
    with lagging(clock, list_lag_seconds=30) as emulator:
        client = connect(emulator)
        create(client)
        clock.advance(30)
        client.delete("/datasets/rows")
        early = client.get("/datasets").json()["totalSize"]
        clock.advance(30)

        assert (1, 0) == (early, client.get("/datasets").json()["totalSize"])


def test_a_read_can_lag_behind_a_create(
    connect: Callable[[Emulator], httpx.Client], clock: Any
) -> None:
    with lagging(clock, read_lag_seconds=5) as emulator:
        client = connect(emulator)
        create(client)
        seen = (client.get("/datasets/rows").status_code, create(client).status_code)

        assert (404, 409) == seen


def test_a_delete_can_take_time(connect: Callable[[Emulator], httpx.Client], clock: Any) -> None:
    with lagging(clock, delete_lag_seconds=5) as emulator:
        client = connect(emulator)
        create(client)
        client.delete("/datasets/rows")
        early = client.get("/datasets/rows").status_code
        clock.advance(5)

        assert (200, 404) == (early, client.get("/datasets/rows").status_code)
