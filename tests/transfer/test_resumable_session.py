"""The decisions of a resumable upload, without a socket."""

from __future__ import annotations

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.api.retry import RetryPolicy
from reconciler.errors import ContentError
from reconciler.transfer.resumable_session import Chunk, Content, ResumableSession, Start, Verify
from reconciler.transfer.session import Answer, AskUrl, Done, Wait
from reconciler.transfer.signed_url import check_host
from tests.transfer.model_storage import BEHAVIOURS, GRAIN, URL, ModelStorage, digest_of, drive

DATA = os.urandom(5 * GRAIN + 17)
SIZE = len(DATA)
SESSION = "https://storage.googleapis.com/b/o?upload_id=1"
OPENED = Answer(201, {"location": SESSION})
HASH = {"x-goog-hash": f"crc32c={digest_of(DATA).crc32c}"}
EXPIRED = Answer(400, {}, b"<Error><Code>ExpiredToken</Code></Error>")


def _trust(uri: str) -> None:
    check_host("f", uri, allow_loopback=False)


def _new(uri: str | None = None, size: int = SIZE, chunk: int = 2 * GRAIN) -> ResumableSession:
    content = Content("f", size, chunk)
    return ResumableSession(content, RetryPolicy(tries=4), lambda: 1.0, _trust, uri)


@pytest.fixture
def session() -> ResumableSession:
    """A session that has just been opened."""
    session = _new()
    session.url(URL)
    session.started(OPENED)
    return session


def _chunk(session: ResumableSession) -> Chunk:
    command = session.next()
    assert isinstance(command, Chunk)
    return command


def _held(count: int) -> Answer:
    return Answer(308, {"range": f"bytes=0-{count - 1}"} if count else {})


def _answer(session: ResumableSession, answer: Answer) -> None:
    chunk = _chunk(session)
    session.answered(answer, chunk, chunk.stop - chunk.start)


def test_it_starts_with_a_url_and_a_post() -> None:
    session = _new()

    assert AskUrl() == session.next()
    session.url(URL)
    start = {"content-type": "application/octet-stream", "x-goog-resumable": "start"}
    assert Start(URL, start) == session.next()


def test_the_first_chunk_begins_at_zero_and_is_announced(session: ResumableSession) -> None:
    span = f"bytes 0-{2 * GRAIN - 1}/{SIZE}"

    assert Chunk(SESSION, 0, 2 * GRAIN, {"Content-Range": span}) == session.next()


def test_the_last_chunk_ends_with_the_file(session: ResumableSession) -> None:
    _answer(session, _held(2 * GRAIN))
    _answer(session, _held(4 * GRAIN))

    assert (4 * GRAIN, SIZE) == (_chunk(session).start, _chunk(session).stop)


def test_it_goes_on_where_the_storage_says_and_not_where_it_sent(
    session: ResumableSession,
) -> None:
    _answer(session, _held(GRAIN))

    assert GRAIN == _chunk(session).start


def test_after_a_cut_the_storage_is_asked(session: ResumableSession) -> None:
    session.broken("reset")

    assert Wait(1.0) == session.next()
    assert Chunk(SESSION, SIZE, SIZE, {"Content-Range": f"bytes */{SIZE}"}) == session.next()
    _answer(session, _held(GRAIN))
    assert GRAIN == _chunk(session).start


@pytest.mark.parametrize("status", [429, 500, 503])
def test_after_an_outage_the_storage_is_asked_first(session: ResumableSession, status: int) -> None:
    _answer(session, Answer(status, {"retry-after": "7"}))

    assert Wait(7.0) == session.next()
    assert _chunk(session).start == _chunk(session).stop


def test_when_the_last_answer_was_lost_the_status_tells_that_it_is_complete(
    session: ResumableSession,
) -> None:
    session.broken("reset")
    session.next()
    _answer(session, Answer(200, HASH))

    assert Verify() == session.next()
    session.verified(digest_of(DATA))
    assert Done() == session.next()
    assert session.uri is None


def test_less_than_was_held_before_is_believed(session: ResumableSession) -> None:
    _answer(session, _held(4 * GRAIN))
    _answer(session, _held(GRAIN))

    assert Wait(1.0) == session.next()
    assert GRAIN == _chunk(session).start


def test_a_long_way_back_can_be_gone_again_in_small_chunks() -> None:
    session = _new(size=100 * GRAIN, chunk=GRAIN)
    session.url(URL)
    session.started(OPENED)
    for held in range(1, 51):
        _answer(session, _held(held * GRAIN))
    _answer(session, _held(0))
    session.next()
    for held in range(1, 50):
        _answer(session, _held(held * GRAIN))

    assert 49 * GRAIN == _chunk(session).start


def test_a_storage_that_takes_nothing_is_given_up(session: ResumableSession) -> None:
    for _ in range(3):
        _answer(session, _held(0))
        session.next()

    with pytest.raises(ContentError, match=f"holds 0 of {SIZE} bytes"):
        _answer(session, _held(0))


@pytest.mark.parametrize("status", [404, 410, 499])
def test_a_session_that_is_gone_begins_anew(session: ResumableSession, status: int) -> None:
    _answer(session, _held(2 * GRAIN))
    _answer(session, Answer(status, {}))

    assert session.uri is None
    assert isinstance(session.next(), Start)
    session.started(OPENED)
    assert 0 == _chunk(session).start


def test_sessions_that_keep_vanishing_end_it(session: ResumableSession) -> None:
    for _ in range(3):
        _answer(session, Answer(404, {}))
        session.started(OPENED)

    with pytest.raises(ContentError, match="lost 4 upload sessions"):
        _answer(session, Answer(404, {}))


def test_a_url_that_expired_before_the_start_is_renewed() -> None:
    session = _new()
    session.url(URL)
    session.started(EXPIRED)

    assert AskUrl(URL) == session.next()


def test_an_expired_url_under_way_keeps_the_session(session: ResumableSession) -> None:
    _answer(session, EXPIRED)
    session.next()

    assert SESSION == session.uri
    _answer(session, _held(GRAIN))
    assert GRAIN == _chunk(session).start


def test_a_session_that_refuses_its_own_status_is_given_up(session: ResumableSession) -> None:
    _answer(session, EXPIRED)
    session.next()
    _answer(session, EXPIRED)

    assert session.uri is None


def test_a_refusal_fails_at_once(session: ResumableSession) -> None:
    body = b"<Error><Code>EntityTooLarge</Code></Error>"

    with pytest.raises(ContentError, match="EntityTooLarge"):
        _answer(session, Answer(400, {}, body))


@pytest.mark.parametrize(
    "uri", ["https://evil.example/x", "http://storage.googleapis.com/x", "https://10.0.0.1/x"]
)
def test_a_session_on_another_host_is_not_sent_to(uri: str) -> None:
    session = _new()
    session.url(URL)

    with pytest.raises(ContentError, match="trusted"):
        session.started(Answer(201, {"location": uri}))
    assert session.uri is None


def test_an_answer_without_a_session_is_tried_again() -> None:
    session = _new()
    session.url(URL)
    session.started(Answer(201, {}))

    assert Wait(1.0) == session.next()


def test_an_earlier_session_is_asked_before_anything_is_sent() -> None:
    session = _new(SESSION)

    assert _chunk(session).start == _chunk(session).stop
    _answer(session, _held(3 * GRAIN))
    assert 3 * GRAIN == _chunk(session).start


def test_an_earlier_session_of_other_bytes_is_sent_anew() -> None:
    session = _new(SESSION)
    _answer(session, Answer(200, {"x-goog-hash": "crc32c=AAAAAA=="}))
    session.next()
    session.verified(digest_of(DATA))

    assert AskUrl() == session.next()


def test_an_earlier_session_that_cannot_be_reached_is_given_up() -> None:
    session = _new(SESSION)
    for _ in range(4):
        session.broken("connection refused")
        session.next()

    assert session.uri is None
    assert AskUrl() == session.next()


def test_bytes_stored_otherwise_than_sent_fail(session: ResumableSession) -> None:
    _answer(session, Answer(200, {"x-goog-hash": "crc32c=AAAAAA=="}))

    with pytest.raises(ContentError, match="not stored as it was sent"):
        session.verified(digest_of(DATA))


def test_a_200_in_the_middle_without_a_hash_is_not_believed(session: ResumableSession) -> None:
    _answer(session, Answer(200, {}))

    assert Wait(1.0) == session.next()


def test_an_empty_file_is_finished_by_a_status_query() -> None:
    session = _new(size=0)
    session.url(URL)
    session.started(OPENED)

    assert {"Content-Range": "bytes */0"} == _chunk(session).headers


@given(
    behaviours=st.lists(st.sampled_from(BEHAVIOURS), max_size=25),
    size=st.sampled_from([0, 1, GRAIN - 1, GRAIN, GRAIN + 1, 3 * GRAIN, SIZE]),
    chunk=st.sampled_from([GRAIN, 2 * GRAIN, 8 * GRAIN]),
)
@example(behaviours=["good", "good", "lost", "unheard", "good"], size=SIZE, chunk=8 * GRAIN)
def test_whatever_the_storage_does_it_ends_with_the_very_file_or_an_error(
    behaviours: list[str], size: int, chunk: int
) -> None:
    content = DATA[:size]
    storage = ModelStorage(list(behaviours), size)
    try:
        drive(_new(size=size, chunk=chunk), content, storage)
    except ContentError:
        return

    assert content == storage.blob


@given(kept=st.integers(0, 5), wrong=st.booleans(), rest=st.lists(st.sampled_from(BEHAVIOURS)))
def test_what_an_earlier_run_sent_never_makes_a_false_file(
    kept: int, wrong: bool, rest: list[str]
) -> None:
    uri = f"{SESSION}-earlier"
    held = bytearray(DATA[: kept * GRAIN])
    if wrong:
        held = bytearray(len(held))
    storage = ModelStorage(rest, SIZE, {uri: held})
    try:
        drive(_new(uri), DATA, storage)
    except ContentError:
        return

    assert DATA == storage.blob
