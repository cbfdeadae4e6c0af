from __future__ import annotations

import httpx
import pytest

from reconciler.api.call import Call, Safety
from reconciler.api.retry import RetryPolicy
from reconciler.errors import (
    AlreadyExists,
    AnswerLost,
    ApiError,
    InvalidArgument,
    NotFound,
    RateLimited,
    Refused,
    Unavailable,
)
from tests.api.fakes import KEY, FakeClock, Reply, error, ok, scripted

PATH = "/v1/accounts/acme/datasets"
READ = Call("GET", PATH)
PATCH = Call("PATCH", f"{PATH}/d", body={"displayName": "x"}, safety=Safety.REPEATABLE)
CREATE = Call("POST", PATH, body={"datasetId": "d"}, safety=Safety.ONCE)

HTML = "<html><title>Sign in</title></html>"
COMMITTED_OR_NOT: dict[str, Reply] = {
    "reset while reading": httpx.ReadError("Connection reset by peer"),
    "closed without an answer": httpx.RemoteProtocolError("Server disconnected"),
    "no answer in time": httpx.ReadTimeout("timed out"),
    "reset while sending": httpx.WriteError("Broken pipe"),
    "500": error(500, 13),
    "502 of a proxy": lambda _: httpx.Response(502, html=HTML),
    "503": error(503, 14),
    "504": error(504, 4),
    "captive portal": lambda _: httpx.Response(200, html=HTML),
    "truncated": lambda _: httpx.Response(
        200, content=b'{"name": "acc', headers={"content-type": "application/json"}
    ),
    "empty": lambda _: httpx.Response(200, headers={"content-type": "application/json"}),
    "204": lambda _: httpx.Response(204),
    "a list": lambda _: httpx.Response(200, json=[1]),
    "NaN": lambda _: httpx.Response(
        200, content=b'{"a": NaN}', headers={"content-type": "application/json"}
    ),
    "a name twice": lambda _: httpx.Response(
        200,
        content=b'{"job": {"state": "RUNNING", "state": "FAILED"}}',
        headers={"content-type": "application/json"},
    ),
    "too deep": lambda _: httpx.Response(
        200,
        content=b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        headers={"content-type": "application/json"},
    ),
    "wrong content type": lambda _: httpx.Response(
        200, content=b"{}", headers={"content-type": "text/plain"}
    ),
    "409 aborted": error(409, 10),
}
UNSENT: dict[str, Reply] = {
    "refused": httpx.ConnectError("Connection refused"),
    "no route in time": httpx.ConnectTimeout("timed out"),
    "proxy refused": httpx.ProxyError("403 Forbidden"),
}
FINAL: dict[str, tuple[Reply, type[ApiError]]] = {
    "400": (error(400, 3, "bad"), InvalidArgument),
    "404": (error(404, 5, "gone"), NotFound),
    "409": (error(409, 6, "exists"), AlreadyExists),
    "402": (error(402, None, "pay"), InvalidArgument),
    "412": (error(412, None, "suspended"), InvalidArgument),
    "501": (error(501, 12, "no"), InvalidArgument),
    "data loss": (error(500, 15, "lost"), Unavailable),
}


@pytest.mark.parametrize("fault", COMMITTED_OR_NOT)
@pytest.mark.parametrize("call", [READ, PATCH], ids=["read", "patch"])
def test_what_is_safe_to_repeat_is_sent_again(fault: str, call: Call) -> None:
    client, script = scripted(COMMITTED_OR_NOT[fault], ok(name="x"))

    assert {"name": "x"} == client.call(call)
    assert 2 == len(script.requests)


@pytest.mark.parametrize("fault", COMMITTED_OR_NOT)
def test_a_create_that_may_have_been_done_is_lost_and_sent_once(fault: str) -> None:
    client, script = scripted(COMMITTED_OR_NOT[fault], ok(name="x"))

    with pytest.raises(AnswerLost):
        client.call(CREATE)
    assert 1 == len(script.requests)


@pytest.mark.parametrize("fault", UNSENT)
@pytest.mark.parametrize("call", [READ, PATCH, CREATE], ids=["read", "patch", "create"])
def test_what_never_left_this_machine_is_sent_again(fault: str, call: Call) -> None:
    client, script = scripted(UNSENT[fault], ok(name="x"))

    assert {"name": "x"} == client.call(call)
    assert 2 == len(script.requests)


@pytest.mark.parametrize("fault", UNSENT)
def test_a_create_that_never_left_is_not_in_doubt(fault: str) -> None:
    client, _ = scripted(UNSENT[fault])

    with pytest.raises(Unavailable):
        client.call(CREATE)


@pytest.mark.parametrize("answer", FINAL)
@pytest.mark.parametrize("call", [READ, CREATE], ids=["read", "create"])
def test_an_answer_that_stays_the_same_is_not_asked_for_again(answer: str, call: Call) -> None:
    reply, expected = FINAL[answer]
    client, script = scripted(reply)

    with pytest.raises(expected):
        client.call(call)
    assert 1 == len(script.requests)


def test_a_read_that_is_never_answered_is_unavailable() -> None:
    client, script = scripted(error(503, 14))

    with pytest.raises(Unavailable):
        client.call(READ)
    assert 10 == len(script.requests)


def test_a_write_that_is_never_answered_may_have_been_done() -> None:
    client, _ = scripted(error(503, 14))

    with pytest.raises(AnswerLost):
        client.call(PATCH)


def test_a_doubt_is_not_forgotten_when_the_last_try_does_not_leave() -> None:
    client, _ = scripted(httpx.ReadError("reset"), httpx.ConnectError("refused"))

    with pytest.raises(AnswerLost):
        client.call(PATCH)


def test_an_answer_after_a_doubt_settles_it() -> None:
    client, _ = scripted(httpx.ReadError("reset"), error(404, 5, "gone"))

    with pytest.raises(NotFound):
        client.call(PATCH)


@pytest.mark.parametrize("bursts", range(1, 6))
def test_a_burst_of_503_is_survived(bursts: int) -> None:
    client, script = scripted(*[error(503, 14)] * bursts, ok(name="x"))

    client.call(READ)

    assert bursts + 1 == len(script.requests)


def test_waits_double_with_every_try() -> None:
    clock = FakeClock()
    client, _ = scripted(*[error(503, 14)] * 4, ok(), clock=clock)

    client.call(READ)

    assert [1.0, 2.0, 4.0, 8.0] == clock.slept


def test_a_retry_after_of_two_minutes_is_kept() -> None:
    clock = FakeClock()
    client, _ = scripted(error(429, 8, retry_after="120"), ok(), clock=clock)

    client.call(READ)

    assert 120.0 == sum(clock.slept)


def test_a_retry_after_of_503_is_kept_too() -> None:
    clock = FakeClock()
    client, _ = scripted(error(503, 14, retry_after="7"), ok(), clock=clock)

    client.call(READ)

    assert [7.0] == clock.slept


def test_a_retry_after_of_an_hour_gives_up_at_once() -> None:
    client, script = scripted(error(429, 8, retry_after="3600"))

    with pytest.raises(RateLimited):
        client.call(READ)
    assert 1 == len(script.requests)


def test_a_quota_on_a_job_create_is_asked_twice_at_most() -> None:
    client, script = scripted(error(429, 8, "quota"))

    with pytest.raises(RateLimited) as caught:
        client.call(Call("POST", PATH, body={}, safety=Safety.ONCE, throttled_tries=2))
    assert 2 == len(script.requests)
    assert "quota" in (caught.value.hint or "")


def test_a_429_slows_the_next_call_of_anybody() -> None:
    clock = FakeClock()
    client, _ = scripted(error(429, 8, retry_after="30"), ok(), clock=clock)
    client.call(READ)
    before = clock.now()
    client.call(READ)

    assert 1.0 == clock.now() - before


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    client, script = scripted(
        lambda _: httpx.Response(status, headers={"location": "http://evil.example/"})
    )

    with pytest.raises(ApiError, match="redirect"):
        client.call(CREATE)
    assert ["127.0.0.1"] == [request.url.host for request in script.requests]


def test_an_answer_over_16_mib_is_refused_without_another_try() -> None:
    client, script = scripted(lambda _: httpx.Response(200, content=b" " * (17 << 20)))

    with pytest.raises(Unavailable, match="larger than 16 MiB"):
        client.call(READ)
    assert 1 == len(script.requests)


def test_an_error_names_method_template_and_tries() -> None:
    client, _ = scripted(error(503, 14), error(404, 5, "gone"))

    with pytest.raises(NotFound) as caught:
        client.call(Call("GET", "/v1/accounts/acme/models/secret-name"))

    shown = (caught.value.method, caught.value.path, caught.value.attempts)
    assert ("GET", "/v1/accounts/{account}/models/{id}", 2) == shown


def test_a_key_echoed_by_the_platform_is_not_shown() -> None:
    client, _ = scripted(error(400, 3, f"unknown key {KEY}"))

    with pytest.raises(InvalidArgument) as caught:
        client.call(READ)

    assert KEY not in caught.value.message


def test_the_key_is_sent_as_a_bearer() -> None:
    client, script = scripted(ok())
    client.call(READ)

    assert f"Bearer {KEY}" == script.requests[0].headers["authorization"]


def test_a_read_only_client_refuses_a_write_before_it_is_sent() -> None:
    client, script = scripted(ok(), read_only=True)

    with pytest.raises(Refused):
        client.call(CREATE)
    assert [] == script.requests


def test_the_budget_of_the_run_is_shared_by_its_calls() -> None:
    client, script = scripted(error(503, 14), policy=RetryPolicy(total=1e9))
    for _ in range(40):
        with pytest.raises(Unavailable):
            client.call(READ)

    assert 40 + 200 == len(script.requests)
