"""What only the apply makes known: ids are chosen beforehand, so it is little, and it is said."""

from __future__ import annotations

from typing import Any

from reconciler.report.json_plan import plan_document
from reconciler.report.style import Style
from reconciler.report.text_plan import render_plan
from tests.desired.manifests import JOB, account, dataset, job, live, manifest
from tests.plan.planning import plan

DESCRIBED = manifest("Model/bot", {"displayName": "Support bot"})
LOADED = manifest(
    "DeployedModel/bot-on-support",
    {"model": "accounts/acme/models/bot", "deployment": "accounts/acme/deployments/support"},
)


def later(made: Any, ref: str) -> Any:
    actions = {action["ref"]: action for action in plan_document(made)["actions"]}
    return actions[ref].get("known_after_apply")


def test_what_a_job_has_yet_to_make_has_unknown_fields() -> None:
    made = plan([dataset(), job(), DESCRIBED])

    assert [{"path": "spec.displayName", "ref": f"{JOB}/bot"}] == later(made, "Model/bot")
    assert f'displayName  (known after apply: {JOB}/bot) → "Support bot"' in render_plan(
        made, Style()
    )


def test_a_load_is_named_by_the_platform() -> None:
    made = plan([LOADED])

    assert [{"path": "name", "ref": "DeployedModel/bot-on-support"}] == later(
        made, "DeployedModel/bot-on-support"
    )
    assert " · id (known after apply)" in render_plan(made, Style())


def test_what_has_an_id_beforehand_lists_nothing() -> None:
    made = plan([dataset(), job()], account(live("Dataset/other")))

    assert [None, None] == [later(made, "Dataset/chat"), later(made, f"{JOB}/bot")]
