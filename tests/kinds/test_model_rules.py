"""What makes a model's spec right, which files it needs, and what is derived from them."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds.model import KIND
from reconciler.kinds.source_facts import SourceFacts

SOURCE = {"source": {"path": "models/x"}}
DETAILS = {"checkpointFormat": "HUGGINGFACE", "worldSize": 1}
PEFT = {"baseModel": "accounts/fireworks/models/m", "r": 8, "targetModules": ["q_proj", "v_proj"]}
BASE: dict[str, Any] = {"kind": "HF_BASE_MODEL", "baseModelDetails": DETAILS, **SOURCE}
ADAPTER: dict[str, Any] = {"kind": "HF_PEFT_ADDON", "peftDetails": PEFT, **SOURCE}
BASE_FILES = ("config.json", "model.safetensors", "tokenizer.json")
ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")


def files(*names: str, **configs: dict[str, Any]) -> SourceFacts:
    """Facts of a folder; ``config=...`` is what config.json says."""
    return SourceFacts(
        dict.fromkeys(names, 1000),
        configs={f"{name}.json": config for name, config in configs.items()},
    )


def shards(*numbers: int, of: int, index: bool = True) -> SourceFacts:
    names = [f"model-{number:05}-of-{of:05}.safetensors" for number in numbers]
    named = [*names, "model.safetensors.index.json"] if index else names
    return files("config.json", "tokenizer.json", *named)


def messages(spec: dict[str, Any], facts: SourceFacts | None, *, warnings: bool = False) -> str:
    """The messages of all errors, or of all warnings, in one text."""
    problems = [p for p in KIND.check(spec, facts) if p.warning is warnings]
    return "\n".join(f"{'.'.join(map(str, p.path))}: {p.message}" for p in problems)


RIGHT = [
    (BASE, files(*BASE_FILES)),
    (BASE, files("config.json", "pytorch_model.bin", "tokenizer.model")),
    (BASE, shards(1, 2, 3, of=3)),
    ({**SOURCE, "kind": "EMBEDDING_MODEL"}, files(*BASE_FILES, "1_Pooling/config.json")),
    (ADAPTER, files(*ADAPTER_FILES)),
    (ADAPTER, files("adapter_config.json", "adapter_model.bin")),
    ({"displayName": "made by a job"}, None),
    ({"kind": "HF_PEFT_ADDON", "public": False}, None),
    ({"defaultDraftModel": "draft", "defaultDraftTokenCount": 4}, None),
]


@pytest.mark.parametrize(("spec", "facts"), RIGHT, ids=str)
def test_a_right_model_has_no_problem(spec: dict[str, Any], facts: SourceFacts | None) -> None:
    assert list(KIND.check(spec, facts)) == []


WRONG = [
    (SOURCE, None, "spec: kind is missing"),
    ({"kind": "HF_BASE_MODEL", **SOURCE}, None, "spec: baseModelDetails is missing"),
    ({"kind": "HF_PEFT_ADDON", **SOURCE}, None, "spec: peftDetails is missing"),
    ({"kind": "HF_TEFT_ADDON", "peftDetails": PEFT, **SOURCE}, None, "teftDetails is missing"),
    ({"kind": "HF_PEFT_ADDON", "baseModelDetails": DETAILS}, None, "belongs to kind HF_BASE_MODEL"),
    ({**ADAPTER, "teftDetails": {}}, None, "spec.teftDetails: belongs to kind HF_TEFT_ADDON"),
    ({"defaultDraftModel": "d"}, None, "spec.defaultDraftModel: needs defaultDraftTokenCount"),
    (
        {**BASE, "baseModelDetails": {"huggingfaceFiles": ["a"]}},
        None,
        "spec.baseModelDetails.huggingfaceFiles: is derived",
    ),
    (BASE, files("model.safetensors"), "spec.source.path: config.json is missing"),
    (BASE, files("config.json", "tokenizer.json"), "*.safetensors or *.bin is missing"),
    (BASE, files("config.json", "training_args.bin"), "*.safetensors or *.bin is missing"),
    (BASE, shards(1, 3, of=3), "model-00002-of-00003.safetensors is missing: 2 of 3 shards"),
    (BASE, shards(1, of=99999999), "model-00000002-of-99999999.safetensors is missing"),
    (BASE, shards(1, 2, of=2, index=False), "model.safetensors.index.json is missing"),
    (BASE, files(*BASE_FILES, config={"quantization_config": {}}), "quantised weights are not"),
    (ADAPTER, files("adapter_model.safetensors"), "adapter_config.json is missing"),
    (ADAPTER, files("adapter_config.json"), "adapter_model.bin is missing"),
    (ADAPTER, files(*ADAPTER_FILES, "tokenizer.json"), "tokenizer.json does not belong"),
    (ADAPTER, files(*ADAPTER_FILES, "README.md"), "README.md does not belong"),
    (ADAPTER, files(*ADAPTER_FILES, "old/adapter_model.bin"), "old/adapter_model.bin does not"),
]


@pytest.mark.parametrize(("spec", "facts", "message"), WRONG, ids=str)
def test_a_wrong_model_is_an_error(
    spec: dict[str, Any], facts: SourceFacts | None, message: str
) -> None:
    assert message in messages(spec, facts)


UNLIKELY = [
    (BASE, files("config.json", "model.safetensors"), "without it no text can be tokenized"),
    (BASE, files(*BASE_FILES, "optimizer.pt"), "optimizer.pt is training state"),
    (BASE, files(*BASE_FILES, "checkpoint/rng_state_0.pth"), "rng_state_0.pth is training state"),
    ({**SOURCE, "kind": "LIVE_MERGE"}, None, "spec.kind: LIVE_MERGE is made by the platform"),
    (ADAPTER, files(*ADAPTER_FILES, "fireworks.json"), "fireworks.json is sent too"),
    (ADAPTER, files(*ADAPTER_FILES, adapter_config={"r": 16}), "but adapter_config.json says 16"),
    (
        ADAPTER,
        files(*ADAPTER_FILES, adapter_config={"target_modules": ["k_proj"]}),
        "spec.peftDetails.targetModules",
    ),
]


@pytest.mark.parametrize(("spec", "facts", "message"), UNLIKELY, ids=str)
def test_an_unlikely_model_is_a_warning(
    spec: dict[str, Any], facts: SourceFacts | None, message: str
) -> None:
    assert message in messages(spec, facts, warnings=True)


def test_an_adapter_that_says_the_same_in_another_order_agrees() -> None:
    config = {"r": 8, "target_modules": ["v_proj", "q_proj"]}

    assert messages(ADAPTER, files(*ADAPTER_FILES, adapter_config=config), warnings=True) == ""


def test_a_file_that_include_names_is_meant() -> None:
    source = {"path": "x", "include": [*ADAPTER_FILES, "fireworks.json"]}

    spec = {**ADAPTER, "source": source}

    assert list(KIND.check(spec, files(*ADAPTER_FILES, "fireworks.json"))) == []


def test_a_list_is_shown_as_a_user_would_write_it() -> None:
    config = {"target_modules": ["k_proj", "o_proj"]}

    shown = messages(ADAPTER, files(*ADAPTER_FILES, adapter_config=config), warnings=True)

    assert shown.endswith("is q_proj, v_proj, but adapter_config.json says k_proj, o_proj")


def test_a_very_long_name_is_cut() -> None:
    (problem,) = KIND.check(ADAPTER, files(*ADAPTER_FILES, "x" * 200))

    assert problem.message.startswith(f"{'x' * 119}… does not belong")


def test_the_hint_for_an_unexpected_file_is_include() -> None:
    (problem,) = KIND.check(ADAPTER, files(*ADAPTER_FILES, "README.md"))

    assert "source.include" in str(problem.hint)


def test_a_base_model_names_its_files_in_order() -> None:
    derived = KIND.derive(BASE, files("tokenizer.json", "config.json"))

    expected = {**DETAILS, "huggingfaceFiles": ["config.json", "tokenizer.json"]}
    assert derived["baseModelDetails"] == expected


def test_an_adapter_names_no_files() -> None:
    assert KIND.derive(ADAPTER, files(*ADAPTER_FILES)) == ADAPTER


def test_deriving_leaves_the_details_as_they_were() -> None:
    spec = {**BASE, "baseModelDetails": dict(DETAILS)}

    KIND.derive(spec, files("config.json"))

    assert spec["baseModelDetails"] == DETAILS
