"""Resumable uploads: chunks, status, interruption, cancellation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import httpx
import pytest

from reconciler.emulator.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.emulator.clock import ManualClock
    from reconciler.emulator.server import Emulator

GRAIN = 262_144
DATA = os.urandom(2 * GRAIN + 100)
NAME = "accounts/acme/models/m"


@pytest.fixture
def session(client: httpx.Client, base_model: Callable[..., dict[str, object]]) -> str:
    """The URI of a session for a file of two and a bit grains."""
    client.post("/models", json=base_model("m"))
    asked = {"filenameToSize": {"f": len(DATA)}, "enableResumableUpload": True}
    urls = client.post("/models/m:getUploadEndpoint", json=asked).json()["filenameToSignedUrls"]
    headers = {"Content-Type": "application/octet-stream", "x-goog-resumable": "start"}
    answer = httpx.post(urls["f"], headers=headers)
    assert 201 == answer.status_code
    return str(answer.headers["location"])


def chunk(uri: str, start: int, end: int, total: int | str = len(DATA)) -> httpx.Response:
    headers = {"Content-Range": f"bytes {start}-{end - 1}/{total}"}
    return httpx.put(uri, content=DATA[start:end], headers=headers)


def stored(uri: str) -> str | None:
    """The Range header of a status query."""
    answer = httpx.put(uri, headers={"Content-Range": f"bytes */{len(DATA)}"})
    found: str | None = answer.headers.get("range")
    return found


def test_a_new_session_has_nothing(session: str) -> None:
    assert stored(session) is None


def test_a_chunk_is_answered_308_with_what_is_stored(session: str) -> None:
    answer = chunk(session, 0, GRAIN)

    assert (308, f"bytes=0-{GRAIN - 1}") == (answer.status_code, answer.headers["range"])


def test_the_last_chunk_finishes_the_file(session: str, emulator: Emulator) -> None:
    chunk(session, 0, 2 * GRAIN)
    chunk(session, 2 * GRAIN, len(DATA))

    assert emulator.store.blob(NAME, "f") == DATA


def test_one_chunk_can_be_the_whole_file(session: str, emulator: Emulator) -> None:
    chunk(session, 0, len(DATA))

    assert emulator.store.blob(NAME, "f") == DATA


def test_bytes_sent_again_are_ignored(session: str, emulator: Emulator) -> None:
    chunk(session, 0, GRAIN)
    chunk(session, 0, 2 * GRAIN)
    chunk(session, GRAIN, len(DATA))

    assert emulator.store.blob(NAME, "f") == DATA


def test_a_gap_is_refused(session: str) -> None:
    assert 400 == chunk(session, GRAIN, 2 * GRAIN).status_code


def test_an_odd_chunk_before_the_end_is_refused(session: str) -> None:
    assert 400 == chunk(session, 0, 1000).status_code


def test_a_finished_session_answers_a_status_query_with_200(session: str) -> None:
    chunk(session, 0, len(DATA))
    answer = httpx.put(session, headers={"Content-Range": f"bytes */{len(DATA)}"})

    assert (200, True) == (answer.status_code, "x-goog-hash" in answer.headers)


def test_another_total_than_announced_is_refused(session: str) -> None:
    assert 400 == chunk(session, 0, 1000, 1000).status_code


def test_an_interrupted_chunk_keeps_whole_grains(session: str, emulator: Emulator) -> None:
    emulator.faults.add(Fault("cut", path="^PUT /storage/", body_bytes=GRAIN + 5000))
    with pytest.raises(httpx.TransportError):
        chunk(session, 0, len(DATA))

    assert f"bytes=0-{GRAIN - 1}" == stored(session)


def test_the_ledger_counts_what_was_received_of_a_broken_body(
    session: str, emulator: Emulator
) -> None:
    emulator.faults.add(Fault("cut", path="^PUT /storage/", body_bytes=GRAIN + 5000))
    with pytest.raises(httpx.TransportError):
        chunk(session, 0, len(DATA))

    assert GRAIN + 5000 == emulator.requests[-1].received


def test_the_server_may_store_less_than_was_sent(session: str, emulator: Emulator) -> None:
    emulator.faults.add(Fault("persist_less"))

    assert f"bytes=0-{GRAIN - 1}" == chunk(session, 0, 2 * GRAIN).headers["range"]


def test_a_deleted_session_is_gone(session: str) -> None:
    cancelled = httpx.delete(session).status_code

    assert (499, 404) == (cancelled, chunk(session, 0, GRAIN).status_code)


def test_a_session_lives_a_week(session: str, clock: ManualClock) -> None:
    clock.advance(7 * 24 * 3600 + 1)

    assert 404 == chunk(session, 0, GRAIN).status_code


def test_a_session_needs_no_signature(session: str) -> None:
    assert "X-Goog-Signature" not in session
