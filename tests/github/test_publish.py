"""What GitHub is told of a plan, of drift, and of who approved what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.errors import Refused, StalePlan
from reconciler.github.approved import approved_digest
from reconciler.github.errors import GitHubError
from reconciler.github.head import require_head
from reconciler.github.inputs import Inputs
from reconciler.github.marker import bare, made_of
from reconciler.github.outputs import add_summary
from reconciler.github.publish import OVERTAKEN, announce, tell_drift, tell_plan
from reconciler.github.result import Result, said
from reconciler.github.texts import drift_issue, summary
from reconciler.report.about import marker_for
from reconciler.report.escape import escape
from tests.github.fake_api import BOT, REPOSITORY, Answer, strikes
from tests.hostile import HOSTILE, unsafe_in_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.github.client import GitHub
    from reconciler.github.run_context import RunContext
    from tests.github.fake_api import FakeGitHub

MARKER = marker_for(".", "", "")
DIGEST = "sha256:" + "1" * 64
COMMIT = "c" * 40


@pytest.fixture
def plan(tmp_path: Path) -> Inputs:
    inputs = Inputs("plan", tmp_path)
    inputs.markdown.write_text(f"{MARKER}\n### 🟡 2 to create\n")
    return inputs


@pytest.fixture
def drift(tmp_path: Path) -> Inputs:
    inputs = Inputs("drift", tmp_path)
    said(inputs).write_text("Model/bot drifted\n")
    return inputs


def planned(github: GitHub, run: RunContext, inputs: Inputs, code: int = 2) -> str:
    return tell_plan(github, run, inputs, MARKER, Result(code, DIGEST if code == 2 else ""))


def test_the_comment_holds_the_plan_and_remembers_its_digest(
    fake: FakeGitHub, github: GitHub, run: RunContext, plan: Inputs
) -> None:
    planned(github, run, plan)

    (body,) = fake.bodies(run.pull)
    assert body.startswith(f"{MARKER}\n")
    assert "### 🟡 2 to create" in body
    assert (DIGEST, run.head) == (made_of(body).digest, made_of(body).commit)


def test_a_run_without_a_plan_says_why(
    fake: FakeGitHub, github: GitHub, run: RunContext, plan: Inputs
) -> None:
    plan.markdown.unlink()

    planned(github, run, plan, code=3)

    assert "manifests or data files are invalid" in fake.bodies(run.pull)[0]
    assert "" == made_of(fake.bodies(run.pull)[0]).digest


def test_a_plan_of_an_older_commit_is_not_told(
    fake: FakeGitHub, github: GitHub, run: RunContext, plan: Inputs
) -> None:
    fake.pulls[run.pull]["head"]["sha"] = "b" * 40

    assert OVERTAKEN == planned(github, run, plan)
    assert [] == fake.writes()


def test_an_announcement_takes_the_digest_away_and_keeps_the_text(
    fake: FakeGitHub, github: GitHub, run: RunContext, plan: Inputs
) -> None:
    planned(github, run, plan)
    later = replace(run, run=101)

    announce(github, later, plan, MARKER)

    (body,) = fake.bodies(run.pull)
    assert bare(body).startswith("> ⏳ planning again for ")
    assert "### 🟡 2 to create" in body
    assert "" == made_of(body).digest


def test_announcements_do_not_pile_up(
    fake: FakeGitHub, github: GitHub, run: RunContext, plan: Inputs
) -> None:
    planned(github, run, plan)
    for number in (101, 102):
        announce(github, replace(run, run=number), plan, MARKER)

    assert 1 == fake.bodies(run.pull)[0].count("planning again")


def test_nothing_is_announced_where_no_plan_stands(
    fake: FakeGitHub, github: GitHub, run: RunContext, plan: Inputs
) -> None:
    announce(github, run, plan, MARKER)

    assert [] == fake.writes()


def told_drift(github: GitHub, run: RunContext, inputs: Inputs, code: int) -> str:
    return tell_drift(github, run, inputs, MARKER, Result(code))


def test_drift_opens_one_issue_and_keeps_it_up_to_date(
    fake: FakeGitHub, github: GitHub, run: RunContext, drift: Inputs
) -> None:
    told_drift(github, run, drift, 2)
    said(drift).write_text("Model/cat drifted\n")
    told_drift(github, replace(run, run=101), drift, 2)

    (issue,) = fake.open_issues()
    assert "Model/cat drifted" in issue["body"]
    assert "Model/bot drifted" not in issue["body"]


def test_the_issue_closes_when_there_is_no_drift(
    fake: FakeGitHub, github: GitHub, run: RunContext, drift: Inputs
) -> None:
    told_drift(github, run, drift, 2)
    (issue,) = fake.open_issues()
    told_drift(github, replace(run, run=101), drift, 0)

    assert ("closed", "completed") == (issue["state"], issue["state_reason"])
    assert 1 == len(fake.bodies(issue["number"]))


def test_an_older_look_does_not_close_what_a_newer_one_found(
    fake: FakeGitHub, github: GitHub, run: RunContext, drift: Inputs
) -> None:
    told_drift(github, replace(run, run=101), drift, 2)

    assert OVERTAKEN == told_drift(github, run, drift, 0)
    assert 1 == len(fake.open_issues())


def test_a_look_that_failed_leaves_the_issue(
    fake: FakeGitHub, github: GitHub, run: RunContext, drift: Inputs
) -> None:
    told_drift(github, run, drift, 2)
    before = len(fake.writes())
    told_drift(github, replace(run, run=101), drift, 1)

    assert (1, before) == (len(fake.open_issues()), len(fake.writes()))


def test_an_issue_of_somebody_else_is_left_alone(
    fake: FakeGitHub, github: GitHub, run: RunContext, drift: Inputs
) -> None:
    fake.issues[77] = {
        "number": 77, "user": {"login": "ann"}, "state": "open", "body": f"{MARKER}\nmine",
    }  # fmt: skip

    told_drift(github, run, drift, 0)

    assert "open" == fake.issues[77]["state"]


KEY = "fw_3ZqCanaryCanary"


def test_a_key_that_somebody_put_into_the_account_is_in_no_issue(
    fake: FakeGitHub, github: GitHub, run: RunContext, drift: Inputs
) -> None:
    said(drift).write_text(f"Model/bot displayName: {KEY}\n")

    told_drift(github, run, drift, 2)

    assert "displayName: ***" in fake.open_issues()[0]["body"]


def test_a_key_that_somebody_put_into_the_account_is_in_no_summary(tmp_path: Path) -> None:
    page = tmp_path / "summary.md"

    add_summary({"GITHUB_STEP_SUMMARY": str(page)}, f"displayName: {KEY}")

    assert "displayName: ***" == page.read_text().strip()


def test_what_drift_prints_cannot_leave_its_fence(
    fake: FakeGitHub, github: GitHub, run: RunContext, drift: Inputs
) -> None:
    said(drift).write_text("````\n</details><img src=x>\n")

    told_drift(github, run, drift, 2)

    assert "\n`````text\n" in fake.open_issues()[0]["body"]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_others_acts_in_an_issue_or_a_summary(
    text: str, run: RunContext, drift: Inputs
) -> None:
    printed, harmless = escape(text), "Model/bot drifted"

    def acting(words: str) -> list[str]:
        return unsafe_in_markdown(bare(drift_issue(MARKER, words, drift, run)))

    assert acting(harmless) == acting(printed), "the link to the run is ours, and all there is"
    assert [] == unsafe_in_markdown(summary(drift, "", printed, Result(2)))


def test_the_head_of_the_branch_may_be_applied(
    fake: FakeGitHub, github: GitHub, run: RunContext
) -> None:
    fake.heads["release/1"] = COMMIT

    require_head(github, replace(run, ref="refs/heads/release/1"), COMMIT)


@pytest.mark.fault("F63")
def test_an_older_commit_may_not(fake: FakeGitHub, github: GitHub, run: RunContext) -> None:
    fake.heads["main"] = "d" * 40

    with pytest.raises(StalePlan, match="not the head of main"):
        require_head(github, replace(run, ref="refs/heads/main"), COMMIT)


@pytest.mark.parametrize("answer", [Answer(500), Answer(200, body=[])], ids=["500", "strange"])
def test_a_head_that_nobody_knows_is_not_applied(
    answer: Answer, fake: FakeGitHub, github: GitHub, run: RunContext
) -> None:
    fake.heads["main"] = COMMIT
    fake.strange = strikes(9, answer)

    with pytest.raises(GitHubError):
        require_head(github, replace(run, ref="refs/heads/main"), COMMIT)


def test_a_tag_is_applied_as_it_was_when_the_run_began(github: GitHub, run: RunContext) -> None:
    tag = replace(run, ref="refs/tags/v1", commit=COMMIT)

    require_head(github, tag, COMMIT)
    with pytest.raises(StalePlan, match="not the commit of v1"):
        require_head(github, tag, "d" * 40)


@pytest.mark.parametrize(
    "ref", ["refs/pull/2/merge", "refs/heads/gh-readonly-queue/main/pr-2-aa", ""]
)
def test_what_nobody_chose_as_a_version_is_not_applied(
    ref: str, fake: FakeGitHub, github: GitHub, run: RunContext
) -> None:
    fake.heads[ref.removeprefix("refs/heads/")] = COMMIT

    with pytest.raises(Refused, match="the head of a branch, or a tag"):
        require_head(github, replace(run, ref=ref), COMMIT)


def approved(github: GitHub) -> str:
    return approved_digest(github, REPOSITORY, COMMIT, MARKER, BOT)


def test_the_approved_digest_stands_in_the_comment_of_the_merged_pull_request(
    fake: FakeGitHub, github: GitHub, run: RunContext, plan: Inputs
) -> None:
    planned(github, run, plan)
    fake.pulls[run.pull]["merge_commit_sha"] = COMMIT

    assert DIGEST == approved(github)


def test_a_commit_without_a_pull_request_is_approved_by_nobody(github: GitHub) -> None:
    with pytest.raises(Refused, match="nobody approved it"):
        approved(github)


def test_a_comment_by_somebody_else_approves_nothing(
    fake: FakeGitHub, github: GitHub, run: RunContext, plan: Inputs
) -> None:
    planned(github, run, plan)
    (comment,) = fake.comments.values()
    comment["user"]["login"] = "mallory"
    fake.pulls[run.pull]["merge_commit_sha"] = COMMIT

    with pytest.raises(Refused, match="no comment"):
        approved(github)


def test_a_plan_that_was_being_made_anew_approves_nothing(
    fake: FakeGitHub, github: GitHub, run: RunContext, plan: Inputs
) -> None:
    planned(github, run, plan)
    announce(github, replace(run, run=101), plan, MARKER)
    fake.pulls[run.pull]["merge_commit_sha"] = COMMIT

    with pytest.raises(Refused, match="no comment"):
        approved(github)
