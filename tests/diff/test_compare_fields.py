"""Only what the manifest sets is compared, and every changed field bears its reason."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.diff.change import FieldChange
from reconciler.diff.compare import compare, differences
from tests.desired.manifests import (
    JOB,
    dataset,
    desired,
    files,
    job,
    made,
    manifest,
    old_job,
    one,
    weights,
)


def _base(spec: dict[str, Any] | None = None, **more: Any) -> Any:
    return one(desired(weights(spec=spec, **more)), "Model/base")


def test_what_a_create_leaves_behind_is_equal() -> None:
    resource = _base({"displayName": "Base"})

    assert () == compare(resource, made(resource))


def test_a_field_that_the_manifest_does_not_set_is_not_compared() -> None:
    resource = _base()

    assert () == compare(resource, made(resource, description="by hand", contextLength=4096))


def test_a_changed_field_has_its_before_its_after_and_its_reason() -> None:
    resource = _base({"displayName": "New"})

    assert (
        FieldChange("displayName", "Old", "New", "changed in place: firectl model update lists it"),
    ) == compare(resource, made(resource, displayName="Old"))


def test_a_field_that_is_not_set_live_was_none() -> None:
    resource = _base({"displayName": "New"})

    assert None is compare(resource, made(resource, displayName=""))[0].before


def test_a_nested_field_is_named_by_its_path() -> None:
    resource = _base()
    live = made(resource, baseModelDetails={**resource.spec["baseModelDetails"], "worldSize": 2})

    assert ["baseModelDetails.worldSize"] == [c.path for c in compare(resource, live)]


def test_a_list_of_names_is_shown_whole() -> None:
    adapter = {"baseModel": "accounts/a/models/b", "r": 8, "targetModules": ["q", "v"]}
    resource = one(
        desired(manifest("Model/lora", {"kind": "HF_PEFT_ADDON", "peftDetails": adapter})),
        "Model/lora",
    )
    live = made(resource, peftDetails={**adapter, "targetModules": ["k", "q"]})
    (change,) = compare(resource, live)

    assert ("peftDetails.targetModules", ["k", "q"], ["q", "v"]) == (
        change.path,
        change.before,
        change.after,
    )


def test_an_item_of_a_list_of_mappings_is_named_by_its_place() -> None:
    wanted = old_job(spec={"datasets": [{"dataset": "chat"}, {"dataset": "chat"}]})
    resource = one(desired(dataset(), wanted), "FineTuningJob/bot")
    live = made(resource, datasets=[{"dataset": "chat"}, {"dataset": "talk"}])

    assert ["datasets[1].dataset"] == [c.path for c in compare(resource, live)]


def test_a_longer_list_of_mappings_is_shown_whole() -> None:
    wanted = old_job(spec={"datasets": [{"dataset": "chat"}, {"dataset": "chat"}]})
    resource = one(desired(dataset(), wanted), "FineTuningJob/bot")
    live = made(resource, datasets=[{"dataset": "chat"}])

    assert ["datasets"] == [c.path for c in compare(resource, live)]


def test_a_whole_mapping_that_is_missing_is_shown_field_by_field() -> None:
    resource = _base({"conversationConfig": {"style": "jinja", "template": "{{x}}"}})

    assert ["conversationConfig.style", "conversationConfig.template"] == [
        c.path for c in compare(resource, made(resource, conversationConfig=None))
    ]


def test_a_secret_never_appears() -> None:
    spec = {"wandbConfig": {"apiKey": {"env": "KEY"}, "project": "new"}}
    resource = one(desired(dataset(), job(spec=spec)), f"{JOB}/bot")
    live = made(resource, wandbConfig={"apiKey": "canary", "project": "old"})
    changes = compare(resource, live)

    assert ["wandbConfig.project"] == [c.path for c in changes]
    assert "canary" not in repr(changes)


def test_an_ignored_field_is_no_change() -> None:
    resource = _base({"displayName": "New"}, ignore_changes=("displayName",))

    assert () == compare(resource, made(resource, displayName="Old"))


def test_an_ignored_field_hides_what_is_below_it_only() -> None:
    resource = _base({"displayName": "New"}, ignore_changes=("display",))

    assert 1 == len(compare(resource, made(resource, displayName="Old")))


def test_an_output_model_that_the_job_does_not_tell_yet_is_no_change() -> None:
    resource = one(desired(dataset(), job()), f"{JOB}/bot")

    assert () == compare(resource, made(resource, outputModel=""))


def test_a_derived_field_that_the_platform_does_not_repeat_is_no_change() -> None:
    resource = _base()
    live = made(resource, baseModelDetails={"checkpointFormat": "HUGGINGFACE", "worldSize": 1})

    assert () == compare(resource, live)


def test_a_derived_field_is_never_changed_in_place() -> None:
    resource = one(desired(dataset()), "Dataset/chat")
    (found,) = differences(resource, made(resource, exampleCount="7"))

    assert (found.derived, found.in_place) == (True, False)


def test_equal_content_under_another_name_is_no_change_for_an_id_by_content() -> None:
    before = one(desired(dataset(), job(hashed=True)), f"{JOB}/bot")
    after = one(desired(dataset("talk"), job(spec={"dataset": "talk"}, hashed=True)), f"{JOB}/bot")

    assert () == compare(after, made(before))


def test_another_dataset_is_a_change_for_an_exact_id() -> None:
    before = one(desired(dataset(), job()), f"{JOB}/bot")
    after = one(desired(dataset("talk"), job(spec={"dataset": "talk"})), f"{JOB}/bot")

    assert ["dataset"] == [c.path for c in compare(after, made(before))]


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "state", "createTime"]), VALUES))
def test_whatever_the_server_adds_is_no_change(added: dict[str, Any]) -> None:
    resource = _base({"displayName": "Base"})

    assert () == compare(resource, made(resource, **added))


@given(
    st.dictionaries(st.sampled_from(["description", "githubUrl", "displayName"]), st.text()),
    st.dictionaries(st.sampled_from(["description", "githubUrl", "displayName"]), st.text()),
)
def test_the_changes_are_the_fields_that_differ(want: dict[str, str], have: dict[str, str]) -> None:
    resource = _base(want)
    live = made(_base(have))

    # deepdiff and the comparison that goes before it must agree on what differs
    assert sorted(key for key in want if want[key] != have.get(key, "")) == [
        c.path for c in compare(resource, live)
    ]


@pytest.mark.parametrize("equal", [True, False])
def test_deepdiff_is_loaded_for_a_pair_that_differs_only(equal: bool) -> None:
    program = f"""
import sys
from tests.desired.manifests import desired, made, one, weights
from reconciler.diff.compare import compare
resource = one(desired(weights(spec={{"displayName": "a"}})), "Model/base")
compare(resource, made(resource, displayName="a" if {equal} else "b"))
sys.exit("deepdiff" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False)

    assert (0 if equal else 1) == done.returncode


def test_a_changed_file_list_is_a_change() -> None:
    before = _base()
    wanted = replace(weights(), files=files("config.json", "other.safetensors", rows=None))
    after = one(desired(wanted), "Model/base")

    assert ["baseModelDetails.huggingfaceFiles"] == [c.path for c in compare(after, made(before))]
