"""One comment for one project and environment, whatever runs and authors write beside it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from reconciler.api.secret import Secret
from reconciler.github.boxes import LONGEST, Comments
from reconciler.github.client import GitHub
from reconciler.github.errors import GitHubError
from reconciler.github.marker import Made, bare, made_of, marker_of, signed
from reconciler.github.sticky import ours, put
from reconciler.report.about import marker_for
from tests.github.fake_api import BOT, REPOSITORY, TOKEN, Answer, strikes

if TYPE_CHECKING:
    from reconciler.github.run_context import RunContext
    from reconciler.github.sticky import Note
    from tests.github.fake_api import FakeGitHub

PROD, STAGING = marker_for(".", "prod", ""), marker_for(".", "staging", "")


def text(words: str, run: int = 1, attempt: int = 1, marker: str = PROD) -> str:
    return signed(marker, Made(run, attempt, "a" * 40, "sha256:00"), words)


@pytest.fixture
def comments(github: GitHub, run: RunContext) -> Comments:
    return Comments(github, REPOSITORY, run.pull)


def words(fake: FakeGitHub, run: RunContext) -> list[str]:
    return [bare(body) for body in fake.bodies(run.pull)]


def test_the_first_text_makes_a_comment(
    comments: Comments, fake: FakeGitHub, run: RunContext
) -> None:
    put(comments, BOT, text("first"))

    assert ["first"] == words(fake, run)


def test_the_next_text_is_written_in_its_place(
    comments: Comments, fake: FakeGitHub, run: RunContext
) -> None:
    put(comments, BOT, text("first"))
    put(comments, BOT, text("second", run=2))

    assert ["second"] == words(fake, run)


def test_each_environment_has_a_comment_of_its_own(
    comments: Comments, fake: FakeGitHub, run: RunContext
) -> None:
    put(comments, BOT, text("prod"))
    put(comments, BOT, text("staging", marker=STAGING))

    assert ["prod", "staging"] == words(fake, run)


def test_a_marker_by_another_author_is_not_ours(
    comments: Comments, fake: FakeGitHub, run: RunContext
) -> None:
    fake.comment_on(run.pull, "mallory", text("looks like the bot"))

    put(comments, BOT, text("mine"))

    assert ["looks like the bot", "mine"] == words(fake, run)


def test_a_token_of_another_author_leaves_no_comment_and_says_whose_it_is(
    comments: Comments, fake: FakeGitHub, run: RunContext
) -> None:
    fake.logins[TOKEN] = "our-app[bot]"

    with pytest.raises(GitHubError, match=r"writes as our-app\[bot\]"):
        put(comments, BOT, text("mine"))
    assert [] == words(fake, run)


def test_a_comment_of_somebody_who_left_is_not_in_the_way(
    comments: Comments, fake: FakeGitHub, run: RunContext
) -> None:
    gone = fake.comment_on(run.pull, "ann", "bye")
    fake.comments[gone]["user"] = None

    put(comments, BOT, text("mine"))

    assert ["bye", "mine"] == words(fake, run)


def test_our_comment_is_found_behind_many_others(
    comments: Comments, fake: FakeGitHub, run: RunContext
) -> None:
    for _ in range(120):
        fake.comment_on(run.pull, "ann", "hm")
    put(comments, BOT, text("first"))
    put(comments, BOT, text("second", run=2))

    assert ["second"] == words(fake, run)[120:]


@pytest.mark.parametrize(("run_id", "attempt"), [(2, 1), (3, 1)], ids=["run", "attempt"])
def test_an_older_run_never_overwrites_a_newer_one(
    run_id: int, attempt: int, comments: Comments, fake: FakeGitHub, run: RunContext
) -> None:
    put(comments, BOT, text("newer", run=3, attempt=2))

    assert put(comments, BOT, text("older", run_id, attempt)) is None
    assert ["newer"] == words(fake, run)


class Late(Comments):
    """Does not see what the other run makes between its own look and its own create."""

    def __init__(self, github: GitHub, pull: int, meeting: threading.Barrier) -> None:
        super().__init__(github, REPOSITORY, pull)
        self._meeting = meeting

    def create(self, text: str) -> Note:
        self._meeting.wait(10)
        return super().create(text)


def test_two_runs_at_once_leave_one_comment_of_the_later(fake: FakeGitHub, run: RunContext) -> None:
    meeting = threading.Barrier(2)

    def one(number: int) -> None:
        client = GitHub(fake.url, Secret(TOKEN))
        put(Late(client, run.pull, meeting), BOT, text(f"run {number}", number))
        client.close()

    both = [threading.Thread(target=one, args=(number,)) for number in (1, 2)]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert ["run 2"] == words(fake, run)


@pytest.mark.parametrize("done", [True, False], ids=["made", "not made"])
def test_a_create_whose_answer_is_lost_leaves_one_comment(
    done: bool, comments: Comments, fake: FakeGitHub, run: RunContext
) -> None:
    fake.strange = strikes(1, Answer(lost=True, done=done), "POST")

    put(comments, BOT, text("mine"))

    assert ["mine"] == words(fake, run)


def test_a_text_over_the_limit_is_cut_and_says_so(
    comments: Comments, fake: FakeGitHub, run: RunContext
) -> None:
    put(comments, BOT, text("line\n" * 20_000))

    (body,) = fake.bodies(run.pull)
    assert len(body) <= LONGEST
    assert "cut here" in body.splitlines()[-1]


def test_a_failing_list_makes_nothing(comments: Comments, fake: FakeGitHub) -> None:
    fake.strange = strikes(9, Answer(500), "GET")

    with pytest.raises(GitHubError):
        put(comments, BOT, text("mine"))
    assert [] == fake.writes()


def test_who_made_a_text_can_be_read_from_it() -> None:
    made = Made(7, 2, "b" * 40, "sha256:11")

    assert (made, PROD) == (made_of(signed(PROD, made, "x")), marker_of(signed(PROD, made, "x")))


@pytest.mark.parametrize(
    "body",
    ["", "x", f"{PROD}\n<!-- reconciler:state {{}} -->\n", f"{PROD}\n<!-- reconciler:state x -->"],
)
def test_a_text_that_does_not_say_who_made_it_is_nobodys(body: str) -> None:
    assert Made() == made_of(body)


def test_the_notes_are_ours_from_the_oldest_on(
    comments: Comments, fake: FakeGitHub, run: RunContext
) -> None:
    numbers = [fake.comment_on(run.pull, BOT, text(str(n))) for n in range(3)]

    assert numbers == [note.number for note in ours(comments, PROD, BOT)]
