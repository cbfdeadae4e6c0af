"""The decisions of one download, without a socket."""

from __future__ import annotations

import pytest

from reconciler.api.retry import RetryPolicy
from reconciler.errors import ContentError
from reconciler.transfer.get_session import Get, GetSession
from reconciler.transfer.hashing import Digest
from reconciler.transfer.session import Answer, Done, Wait

POLICY = RetryPolicy(tries=3)
HASH = {"x-goog-hash": "crc32c=4waSgw=="}
WHOLE = Answer(200, {"content-length": "9", **HASH})


def _digest(content: bytes) -> Digest:
    digest = Digest()
    digest.update(content)
    return digest


def _session(held: int = 0) -> GetSession:
    session = GetSession("f", held, POLICY, lambda: 1.0)
    session.url("u")
    return session


def _part(start: int, total: int = 9) -> Answer:
    return Answer(206, {"content-range": f"bytes {start}-{total - 1}/{total}", **HASH})


def test_what_is_held_is_not_read_again() -> None:
    session = _session(4)

    assert Get("u", 4) == session.next()
    assert session.began(_part(4))
    session.moved(5)
    session.ended(_digest(b"123456789"))
    assert Done() == session.next()


def test_a_200_to_a_range_is_the_whole_file() -> None:
    session = _session(4)
    session.began(WHOLE)

    assert 0 == session.held


def test_a_body_that_was_cut_goes_on_where_it_stopped() -> None:
    session = _session()
    session.began(WHOLE)
    session.moved(3)
    session.ended(_digest(b"123"))

    assert Wait(1.0) == session.next()
    assert Get("u", 3) == session.next()


def test_another_range_than_asked_for_is_not_written() -> None:
    session = _session(4)

    assert not session.began(_part(0))


def test_wrong_bytes_are_read_again_from_the_start_once() -> None:
    session = _session(4)
    session.began(_part(4))
    session.moved(5)
    session.ended(_digest(b"xxxx56789"))

    assert Get("u", 0) == session.next()
    session.began(WHOLE)
    with pytest.raises(ContentError, match="other bytes"):
        session.ended(_digest(b"xxxx56789"))


def test_more_is_held_than_there_is_so_it_is_read_whole() -> None:
    session = _session(20)

    assert not session.began(Answer(416, {"content-range": "bytes */9"}))
    assert Get("u", 0) == session.next()


def test_progress_forgives_earlier_failures() -> None:
    session = _session()
    for _ in range(10):
        session.broken("reset")
        session.next()
        session.moved(1)

    assert Get("u", 10) == session.next()


def test_no_progress_ends_it() -> None:
    session = _session()
    session.broken("reset")
    session.broken("reset")

    with pytest.raises(ContentError, match="after 3 tries"):
        session.broken("reset")


def test_a_missing_object_fails_at_once() -> None:
    with pytest.raises(ContentError, match="NoSuchKey"):
        _session().began(Answer(404, {}, b"<Error><Code>NoSuchKey</Code></Error>"))


def test_md5_counts_where_there_is_no_crc32c() -> None:
    session = _session()
    session.began(Answer(200, {"content-length": "9", "x-goog-hash": "md5=AAAA"}))

    assert session.needs_md5
