"""Model files: what validateUpload checks in them, and the small real ones that jobs write."""

from __future__ import annotations

import hashlib
import json
import struct
from typing import TYPE_CHECKING, Any

from reconciler.emulator.errors import ApiError, invalid

if TYPE_CHECKING:
    from reconciler.emulator.decode import Json

ADAPTER_FILES = frozenset(
    {"adapter_config.json", "adapter_model.safetensors", "adapter_model.bin", "fireworks.json"}
)
ADAPTER_WEIGHTS = frozenset({"adapter_model.safetensors", "adapter_model.bin"})
_TARGETS = "q_proj k_proj v_proj o_proj up_proj w1 down_proj w2 gate_proj w3 block_sparse_moe.gate"
TARGET_MODULES = frozenset(_TARGETS.split())
"""custom-models docs: what an adapter may target."""
_FAMILIES = """
dbrx deepseek falcon gemma glm chatglm gptneox gpt_neox gptoss gpt_oss idefics kimi llama llava
mistral mixtral mllama phi qwen solar stablelm starcoder gptbigcode
"""
ARCHITECTURES = tuple(_FAMILIES.split())
"""custom-models docs; the list moves, so another one is a warning."""
_PRECISION = {"float16": "FP16", "bfloat16": "BF16", "float32": "FP16"}
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "tokenizer_config.json", "vocab.txt")


def parse_json_file(name: str, data: bytes) -> Json:
    """A JSON object in a model file. Raises ApiError (400, code 3)."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise invalid(f"{name} is not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise invalid(f"{name} must hold a JSON object")
    return value


def check_config(config: Json) -> list[str]:
    """Warnings about a base model's config.json. Raises ApiError when it cannot be served."""
    if "quantization_config" in config:
        raise invalid("config.json: quantization_config is not supported: upload FP16 or BF16")
    architectures = config.get("architectures")
    if not isinstance(architectures, list) or not architectures:
        raise invalid("config.json: architectures is missing")
    name = str(architectures[0]).lower()
    if any(known in name for known in ARCHITECTURES):
        return []
    return [f"architecture {architectures[0]} is not known to be supported"]


def facts(config: Json) -> Json:
    """What validation reads from config.json, as fields of the model."""
    context = config.get("max_position_embeddings") or config.get("n_positions") or 0
    precision = _PRECISION.get(str(config.get("torch_dtype") or config.get("dtype")), "FP16")
    details = {"modelType": str(config.get("model_type", "")), "defaultPrecision": precision}
    return {"contextLength": context if isinstance(context, int) else 0, "details": details}


def check_index(name: str, index: Json, files: set[str]) -> None:
    """Every shard that a `*.index.json` names must be there. Raises ApiError."""
    weights = index.get("weight_map")
    if not isinstance(weights, dict) or not weights:
        raise invalid(f"{name}: weight_map is missing")
    folder = name.rpartition("/")[0]
    for shard in sorted({str(value) for value in weights.values()}):
        path = f"{folder}/{shard}" if folder else shard
        if path not in files:
            raise invalid(f"{name}: names the file {shard}, which is not part of the model")


def check_weights(files: set[str]) -> list[str]:
    """Warnings about a base model's set of files. Raises ApiError without any weights."""
    if not any(name.endswith((".safetensors", ".bin")) for name in files):
        raise invalid("no weights found: expected *.safetensors or *.bin")
    if any(name.rpartition("/")[2] in _TOKENIZERS for name in files):
        return []
    return ["no tokenizer files found"]


def check_adapter(config: Json, details: Json) -> list[str]:
    """Warnings about an adapter_config.json. Raises ApiError."""
    rank = config.get("r")
    if not isinstance(rank, int) or not 4 <= rank <= 64:
        raise invalid("LoRA validation failed: adapter_config.json: r must be between 4 and 64")
    targets = config.get("target_modules")
    names = targets if isinstance(targets, list) else []
    wrong = [str(t) for t in names if str(t) not in TARGET_MODULES]
    if wrong or not names:
        raise invalid(f"LoRA validation failed: target_modules: {wrong or 'missing'}")
    if rank != details.get("r"):
        return [f"adapter_config.json has r {rank}, peftDetails {details.get('r')}"]
    return []


def parameters(data: bytes | None) -> int:
    """How many parameters a safetensors header declares; 0 when it cannot be read."""
    try:
        length = struct.unpack("<Q", (data or b"")[:8])[0]
        header = json.loads((data or b"")[8 : 8 + length])
        return sum(_count(t["shape"]) for name, t in header.items() if name != "__metadata__")
    except (ApiError, ValueError, struct.error, KeyError, TypeError, AttributeError):
        return 0


def _count(shape: list[int]) -> int:
    product = 1
    for side in shape:
        product *= side
    return product


def adapter_files(job: str, base_model: str, rank: int, targets: list[str]) -> dict[str, bytes]:
    """A LoRA's files: valid, small, and the same bytes for the same job."""
    config = {
        "base_model_name_or_path": base_model,
        "bias": "none",
        "lora_alpha": 2 * rank,
        "lora_dropout": 0.0,
        "peft_type": "LORA",
        "r": rank,
        "target_modules": targets,
        "task_type": "CAUSAL_LM",
    }
    return {
        "adapter_config.json": json.dumps(config, indent=2, sort_keys=True).encode(),
        "adapter_model.safetensors": _safetensors(job, rank, targets),
    }


def _safetensors(seed: str, rank: int, targets: list[str]) -> bytes:
    header: dict[str, Any] = {"__metadata__": {"format": "pt", "job": seed}}
    body = b""
    for target in targets:
        stem = f"base_model.model.model.layers.0.self_attn.{target}"
        for side, shape in (("lora_A", [rank, 16]), ("lora_B", [16, rank])):
            data = _floats(f"{seed}/{target}/{side}", _count(shape))
            offsets = [len(body), len(body) + len(data)]
            header[f"{stem}.{side}.weight"] = _tensor(shape, offsets)
            body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def _tensor(shape: list[int], offsets: list[int]) -> Json:
    return {"dtype": "F32", "shape": shape, "data_offsets": offsets}


def _floats(seed: str, count: int) -> bytes:
    """Floats from -0.01 to 0.01, drawn from a hash of the seed."""
    raw = hashlib.shake_256(seed.encode()).digest(2 * count)
    numbers = struct.unpack(f"<{count}H", raw)
    return struct.pack(f"<{count}f", *((n / 65535 - 0.5) / 50 for n in numbers))
