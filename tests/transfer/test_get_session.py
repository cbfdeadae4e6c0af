"""The decisions of one range of a download, without a socket."""

from __future__ import annotations

import pytest

from reconciler.api.retry import RetryPolicy
from reconciler.errors import ContentError
from reconciler.transfer.get_session import Get, GetSession, Stale
from reconciler.transfer.hashing import StoredFacts
from reconciler.transfer.session import Answer, Done, Wait

POLICY = RetryPolicy(tries=3)
HASH = {"x-goog-hash": "crc32c=4waSgw=="}
KNOWN = StoredFacts(9, "4waSgw==")
WHOLE = Answer(200, {"content-length": "9", **HASH})


def _session(start: int = 0, stop: int = 100, known: StoredFacts | None = None) -> GetSession:
    session = GetSession("f", (start, stop), POLICY, lambda: 1.0, known)
    session.url("u")
    return session


def _part(start: int, total: int = 9) -> Answer:
    return Answer(206, {"content-range": f"bytes {start}-{total - 1}/{total}", **HASH})


def test_only_the_range_is_asked_for() -> None:
    assert Get("u", 4, 7) == _session(4, 7).next()
    assert "bytes=4-6" == Get("u", 4, 7).headers["Range"]


def test_the_first_answer_tells_size_and_hash() -> None:
    session = _session()

    assert session.began(_part(0))
    assert (KNOWN, 9) == (session.known, session.stop)


def test_a_range_that_came_whole_is_done() -> None:
    session = _session(4)
    session.began(_part(4))
    session.moved(5)
    session.ended()

    assert Done() == session.next()


def test_a_storage_without_ranges_sends_the_file_from_its_start() -> None:
    session = _session()

    assert session.began(WHOLE)
    assert (0, 9) == (session.at, session.stop)


def test_a_storage_without_ranges_begins_anew_after_a_cut() -> None:
    session = _session()
    session.began(WHOLE)
    session.moved(3)
    session.ended()
    session.next()

    assert session.began(WHOLE)
    assert 0 == session.at


def test_a_storage_that_forgot_ranges_is_not_believed() -> None:
    assert not _session(4, 7, KNOWN).began(WHOLE)


def test_a_body_that_was_cut_goes_on_where_it_stopped() -> None:
    session = _session()
    session.began(_part(0))
    session.moved(3)
    session.ended()

    assert Wait(1.0) == session.next()
    assert Get("u", 3, 9) == session.next()


def test_another_range_than_asked_for_is_not_written() -> None:
    assert not _session(4).began(_part(0))


@pytest.mark.parametrize("total", [8, 9])
def test_another_object_than_before_is_stale(total: int) -> None:
    session = _session(4, 7, StoredFacts(9, "AAAAAA=="))

    with pytest.raises(Stale):
        session.began(_part(4, total))


def test_a_file_that_became_shorter_is_stale() -> None:
    with pytest.raises(Stale):
        _session(4, 7, KNOWN).began(Answer(416, {"content-range": "bytes */3"}))


def test_an_empty_file_is_asked_for_without_a_range() -> None:
    session = _session()

    assert not session.began(Answer(416, {"content-range": "bytes */0"}))
    assert Get("u", 0, None) == session.next()
    assert session.began(Answer(200, {"content-length": "0"}))
    session.ended()
    assert Done() == session.next()


def test_progress_forgives_earlier_failures() -> None:
    session = _session()
    for _ in range(10):
        session.broken("reset")
        session.next()
        session.moved(1)

    assert Get("u", 10, 100) == session.next()


def test_no_progress_ends_it() -> None:
    session = _session()
    session.broken("reset")
    session.broken("reset")

    with pytest.raises(ContentError, match="after 3 tries"):
        session.broken("reset")


def test_a_file_sent_from_its_start_over_and_over_ends_it() -> None:
    session = _session()
    session.began(WHOLE)
    session.moved(3)
    for _ in range(2):
        session.ended()
        session.next()
        session.began(WHOLE)
        session.moved(3)

    with pytest.raises(ContentError, match="after 3 tries"):
        session.ended()


def test_a_missing_object_fails_at_once() -> None:
    with pytest.raises(ContentError, match="NoSuchKey"):
        _session().began(Answer(404, {}, b"<Error><Code>NoSuchKey</Code></Error>"))
