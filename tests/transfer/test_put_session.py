"""The decisions of one upload, without a socket."""

from __future__ import annotations

import pytest

from reconciler.api.retry import RetryPolicy
from reconciler.errors import ContentError
from reconciler.transfer.hashing import Digest
from reconciler.transfer.put_session import Put, PutSession
from reconciler.transfer.session import Answer, AskUrl, Done, Wait

URL = "https://storage.googleapis.com/b/o?X-Goog-Signature=1"
POLICY = RetryPolicy(tries=3)
SENT = Digest()
SENT.update(b"123456789")
GOOD = Answer(200, {"x-goog-hash": "crc32c=4waSgw=="})


def _xml(status: int, code: str, message: str = "no", **headers: str) -> Answer:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Answer(status, {n.replace("_", "-"): v for n, v in headers.items()}, body.encode())


@pytest.fixture
def session() -> PutSession:
    session = PutSession("f", 9, POLICY, lambda: 1.0)
    session.url(URL)
    return session


def test_a_new_session_asks_for_a_url() -> None:
    assert AskUrl() == PutSession("f", 9, POLICY, lambda: 1.0).next()


def test_with_a_url_the_whole_file_goes(session: PutSession) -> None:
    assert isinstance(session.next(), Put)


def test_a_200_with_the_same_hash_is_done(session: PutSession) -> None:
    session.answered(GOOD, SENT)

    assert Done() == session.next()


@pytest.mark.parametrize(
    "headers", [{}, {"x-goog-stored-content-length": "9"}], ids=["nothing", "size"]
)
def test_without_a_hash_the_size_is_enough(session: PutSession, headers: dict[str, str]) -> None:
    session.answered(Answer(200, headers), SENT)

    assert Done() == session.next()


@pytest.mark.parametrize(
    "headers", [{"x-goog-hash": "crc32c=AAAAAA=="}, {"x-goog-stored-content-length": "8"}]
)
def test_a_file_stored_otherwise_than_sent_fails(
    session: PutSession, headers: dict[str, str]
) -> None:
    with pytest.raises(ContentError, match="not stored as it was sent"):
        session.answered(Answer(200, headers), SENT)


def test_a_200_before_every_byte_was_sent_is_not_believed(session: PutSession) -> None:
    session.answered(GOOD, Digest())

    assert Wait(1.0) == session.next()


@pytest.mark.parametrize(
    "answer",
    [
        _xml(400, "ExpiredToken"),
        _xml(403, "ExpiredToken"),
        _xml(403, "SignatureDoesNotMatch"),
    ],
)
def test_an_expired_url_is_renewed(session: PutSession, answer: Answer) -> None:
    session.answered(answer, SENT)

    assert AskUrl(URL) == session.next()


def test_a_url_is_renewed_three_times_and_no_more(session: PutSession) -> None:
    for _ in range(3):
        session.answered(_xml(400, "ExpiredToken"), SENT)
        session.url(URL)

    with pytest.raises(ContentError, match="4 signed URLs"):
        session.answered(_xml(400, "ExpiredToken"), SENT)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, {}),
        _xml(503, "ServiceUnavailable"),
        _xml(429, "SlowDown"),
        Answer(408, {}),
        _xml(400, "BadDigest"),
        _xml(400, "CrcMismatch"),
    ],
)
def test_what_may_pass_is_tried_again(session: PutSession, answer: Answer) -> None:
    session.answered(answer, SENT)

    assert Wait(1.0) == session.next()
    assert isinstance(session.next(), Put)


def test_the_storages_retry_after_is_kept(session: PutSession) -> None:
    session.answered(_xml(503, "SlowDown", retry_after="17"), SENT)

    assert Wait(17.0) == session.next()


def test_a_cut_connection_is_tried_again(session: PutSession) -> None:
    session.broken("reset")

    assert Wait(1.0) == session.next()


def test_tries_end(session: PutSession) -> None:
    session.broken("reset")
    session.broken("reset")

    with pytest.raises(ContentError, match="after 3 tries: reset"):
        session.broken("reset")


@pytest.mark.parametrize(
    "answer",
    [
        _xml(403, "AccessDenied"),
        _xml(400, "MalformedSecurityHeader"),
        _xml(400, "EntityTooLarge"),
        _xml(411, "MissingContentLength"),
        _xml(412, "PreconditionFailed"),
        Answer(307, {"location": "https://evil.example/"}),
        Answer(204, {}),
        Answer(404, {}, b"<html>"),
    ],
)
def test_what_will_not_pass_fails_at_once(session: PutSession, answer: Answer) -> None:
    with pytest.raises(ContentError, match=f"HTTP {answer.status}"):
        session.answered(answer, SENT)


def test_the_storages_message_is_shown_without_a_signature(session: PutSession) -> None:
    answer = _xml(403, "AccessDenied", "bad X-Goog-Signature=canary here")

    with pytest.raises(ContentError) as caught:
        session.answered(answer, SENT)
    assert "AccessDenied" in caught.value.message
    assert "canary" not in caught.value.message
