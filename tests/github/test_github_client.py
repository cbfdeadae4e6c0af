"""GitHub on a bad day: tried again where that is safe, given up in one line where it is not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from reconciler.api.secret import Secret
from reconciler.errors import UsageError
from reconciler.github.client import GitHub
from reconciler.github.errors import GitHubError
from tests.github.fake_api import REPOSITORY, TOKEN, Answer, strikes

if TYPE_CHECKING:
    from tests.github.conftest import JumpingClock
    from tests.github.fake_api import FakeGitHub

PULL = f"/repos/{REPOSITORY}/pulls/2"


def test_a_list_is_read_page_by_page(fake: FakeGitHub, github: GitHub) -> None:
    pull = fake.open_pull("a")
    numbers = [fake.comment_on(pull, "ann", str(n)) for n in range(250)]

    found = github.all(f"/repos/{REPOSITORY}/issues/{pull}/comments")

    assert numbers == [item["id"] for item in found]


def test_half_a_list_is_no_list(fake: FakeGitHub, github: GitHub) -> None:
    fake.strange = strikes(1, Answer(200, body={"message": "not a list"}))

    with pytest.raises(GitHubError, match="no list"):
        list(github.all(f"/repos/{REPOSITORY}/issues/2/comments"))


@pytest.mark.parametrize(
    "limit",
    [
        Answer(429, {"Retry-After": "7"}),
        Answer(403, {"Retry-After": "7"}),
    ],
    ids=["429", "secondary limit"],
)
def test_a_limit_is_waited_for(
    limit: Answer, fake: FakeGitHub, github: GitHub, clock: JumpingClock
) -> None:
    pull = fake.open_pull("a")
    fake.strange = strikes(1, limit)

    assert pull == github.get(f"/repos/{REPOSITORY}/pulls/{pull}")["number"]
    assert [7.0] == clock.slept


def test_a_spent_limit_is_waited_for_until_its_reset(
    fake: FakeGitHub, github: GitHub, clock: JumpingClock
) -> None:
    pull = fake.open_pull("a")
    reset = str(int(time.time()) + 30)
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    fake.strange = strikes(1, Answer(403, spent))

    github.get(f"/repos/{REPOSITORY}/pulls/{pull}")

    assert 20 < clock.slept[0] <= 30


def test_a_limit_beyond_all_patience_is_not_waited_for(
    fake: FakeGitHub, github: GitHub, clock: JumpingClock
) -> None:
    fake.strange = strikes(1, Answer(403, {"Retry-After": "3600"}))

    with pytest.raises(GitHubError, match="HTTP 403"):
        github.get(PULL)
    assert [] == clock.slept


def test_a_token_that_may_only_read_is_told_what_it_lacks(fake: FakeGitHub, github: GitHub) -> None:
    fake.read_only.add(TOKEN)

    with pytest.raises(GitHubError, match="Resource not accessible") as caught:
        github.post(f"/repos/{REPOSITORY}/issues/{fake.open_pull('a')}/comments", body="x")
    assert "fork" in str(caught.value.hint)


def test_a_server_error_is_tried_again_four_times_at_most(fake: FakeGitHub, github: GitHub) -> None:
    fake.strange = strikes(9, Answer(502))

    with pytest.raises(GitHubError, match="HTTP 502"):
        github.get(PULL)
    assert 4 == len(fake.requests)


@pytest.mark.parametrize("answer", [Answer(502), Answer(lost=True)], ids=["502", "lost"])
def test_a_create_in_doubt_is_never_repeated_blindly(
    answer: Answer, fake: FakeGitHub, github: GitHub
) -> None:
    fake.strange = strikes(9, answer)

    with pytest.raises(GitHubError) as caught:
        github.post(f"/repos/{REPOSITORY}/issues/2/comments", body="x")
    assert (True, 1) == (caught.value.lost, len(fake.requests))


def test_what_is_gone_already_is_deleted(fake: FakeGitHub, github: GitHub) -> None:
    github.delete(f"/repos/{REPOSITORY}/issues/comments/99")

    assert [("DELETE", f"/repos/{REPOSITORY}/issues/comments/99")] == fake.requests


def test_nobody_listening_is_one_line(clock: JumpingClock) -> None:
    with pytest.raises(GitHubError, match="no answer"):
        GitHub("http://127.0.0.1:1", Secret(TOKEN), clock=clock).get(PULL)


def test_a_redirect_is_not_followed(fake: FakeGitHub, github: GitHub) -> None:
    fake.strange = strikes(1, Answer(301, {"Location": f"{fake.url}/elsewhere"}))

    with pytest.raises(GitHubError, match="HTTP 301"):
        github.get(PULL)
    assert 1 == len(fake.requests)


def test_words_of_github_are_escaped_and_never_hold_the_token(
    fake: FakeGitHub, github: GitHub
) -> None:
    fake.strange = strikes(1, Answer(400, body={"message": f"\x1b[31m\n::error::{TOKEN}"}))

    with pytest.raises(GitHubError) as caught:
        github.get(PULL)
    assert TOKEN not in caught.value.message
    assert "\x1b" not in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "url", ["http://api.github.example", "ftp://127.0.0.1", "https://", "https://user:x@h", ""]
)
def test_the_token_goes_to_https_or_to_this_machine_only(url: str) -> None:
    with pytest.raises(UsageError):
        GitHub(url, Secret(TOKEN))
