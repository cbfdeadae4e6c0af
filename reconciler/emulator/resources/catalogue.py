"""The public account `fireworks`: a few READY base models to train and to deploy."""

from __future__ import annotations

from typing import Any

from reconciler.emulator.platform import PUBLIC_ACCOUNT, Platform
from reconciler.emulator.resources.shared import status

PUBLIC_MODELS: dict[str, tuple[str, int, int, str]] = {
    "llama-v3p1-8b-instruct": ("Llama 3.1 8B Instruct", 131_072, 8_030_261_248, "llama"),
    "llama-v3p2-1b-instruct": ("Llama 3.2 1B Instruct", 131_072, 1_235_814_400, "llama"),
    "llama-v3p1-70b-instruct": ("Llama 3.1 70B Instruct", 131_072, 70_553_706_496, "llama"),
    "qwen2p5-7b-instruct": ("Qwen2.5 7B Instruct", 32_768, 7_615_616_512, "qwen2"),
    "qwen3-8b": ("Qwen3 8B", 40_960, 8_190_735_360, "qwen3"),
    "mixtral-8x7b-instruct": ("Mixtral 8x7B Instruct", 32_768, 46_702_792_704, "mixtral"),
}
"""id: display name, context length, parameters, model type; all can be fine-tuned."""

UNTUNABLE = {"nomic-embed-text-v1p5": ("Nomic Embed Text v1.5", 8_192, 136_731_648, "nomic_bert")}
"""The same for a public model that cannot be fine-tuned."""


def seed_models(platform: Platform) -> None:
    """Public models, once."""
    for identifier, facts in PUBLIC_MODELS.items():
        _seed(platform, identifier, facts, tunable=True)
    for identifier, facts in UNTUNABLE.items():
        _seed(platform, identifier, facts, tunable=False)


def _seed(
    platform: Platform, identifier: str, facts: tuple[str, int, int, str], *, tunable: bool
) -> None:
    name = f"accounts/{PUBLIC_ACCOUNT}/models/{identifier}"
    if platform.store.find(name) is not None:
        return
    title, context, parameters, model_type = facts
    kind = "HF_BASE_MODEL" if tunable else "EMBEDDING_MODEL"
    details = {
        "worldSize": 1,
        "checkpointFormat": "HUGGINGFACE",
        "modelType": model_type,
        "parameterCount": str(parameters),
        "moe": model_type == "mixtral",
        "tunable": tunable,
        "supportsFireattention": True,
        "defaultPrecision": "BF16",
    }
    fields: dict[str, Any] = {
        "displayName": title,
        "kind": kind,
        "state": "READY",
        "status": status("OK"),
        "contextLength": context,
        "baseModelDetails": details,
        "supportedPrecisions": ["BF16", "FP8"],
        "public": True,
        "supportsServerless": True,
        "supportsTools": tunable,
        **dict.fromkeys(_TUNABLE, tunable),
    }
    platform.add(name, fields)


_TUNABLE = (
    "tunable",
    "rlTunable",
    "supportsLora",
    "supervisedLoraTunable",
    "supervisedFullParameterTunable",
    "rlLoraTunable",
    "rlFullParameterTunable",
)
