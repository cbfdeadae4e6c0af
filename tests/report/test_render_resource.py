"""``explain Kind/name``: what others wrote stays one line, and what is secret stays unsaid."""

from __future__ import annotations

from reconciler.diff.change import Action
from reconciler.live.state import LiveResource
from reconciler.report.explain import render_resource
from reconciler.report.style import Style
from tests.execute.plans import planned, resource

NAME = "accounts/acme/supervisedFineTuningJobs/j"
PLAIN = Style()


def test_a_state_with_a_line_break_starts_no_workflow_command() -> None:
    live = LiveResource("SupervisedFineTuningJob", NAME, "X\n::error::\x1b[2J", {})
    shown = render_resource(
        planned(Action.NONE, resource("SupervisedFineTuningJob/j"), live=live), PLAIN
    )

    assert "\\n::error::\\x1b[2J" in shown
    assert "\x1b" not in shown


def test_a_secret_that_the_platform_answers_is_not_shown() -> None:
    spec = {"wandbConfig": {"apiKey": {"env": "WANDB"}, "project": "bots"}}
    body = {"wandbConfig": {"apiKey": {"env": "canary"}, "project": "bots"}}
    live = LiveResource("SupervisedFineTuningJob", NAME, "JOB_STATE_RUNNING", body)
    wanted = resource("SupervisedFineTuningJob/j", spec)
    shown = render_resource(planned(Action.NONE, wanted, live=live), PLAIN)

    assert 'wandbConfig.project: "bots" | "bots"' in shown
    assert "canary" not in shown
