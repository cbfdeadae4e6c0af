"""Makes the weights of the examples: tiny, random, and valid to the last byte.

Run it from the checkout to write them again: ``python -m tests.kinds.example_weights``.
"""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLES = Path(__file__).parents[2] / "examples"
Shape = tuple[int, ...]

SPECIAL = ("<unk>", "<s>", "</s>")
LETTERS = "\n" + "".join(map(chr, range(32, 127)))
LLAMA: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "bos_token_id": 1,
    "eos_token_id": 2,
    "head_dim": 8,
    "hidden_act": "silu",
    "hidden_size": 16,
    "initializer_range": 0.02,
    "intermediate_size": 32,
    "max_position_embeddings": 2048,
    "model_type": "llama",
    "num_attention_heads": 2,
    "num_hidden_layers": 1,
    "num_key_value_heads": 1,
    "rms_norm_eps": 1e-05,
    "rope_theta": 10000.0,
    "tie_word_embeddings": True,
    "torch_dtype": "bfloat16",
    "vocab_size": len(SPECIAL) + len(LETTERS),
}
ADAPTER: dict[str, Any] = {
    "base_model_name_or_path": "meta-llama/Llama-3.2-1B-Instruct",
    "bias": "none",
    "fan_in_fan_out": False,
    "inference_mode": True,
    "lora_alpha": 8,
    "lora_dropout": 0.0,
    "peft_type": "LORA",
    "r": 4,
    "target_modules": ["q_proj"],
    "task_type": "CAUSAL_LM",
}
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


def files() -> Mapping[Path, bytes]:
    """Path below ``examples`` -> content."""
    llama = Path("custom-model/models/tiny-llama")
    adapter = Path("lora-adapter/models/support-adapter")
    return {
        llama / "config.json": _json(LLAMA),
        llama / "generation_config.json": _json({"bos_token_id": 1, "eos_token_id": 2}),
        llama / "model.safetensors": safetensors(_llama_shapes()),
        llama / "tokenizer.json": _json(_tokenizer()),
        llama / "tokenizer_config.json": _json(_tokenizer_config()),
        adapter / "adapter_config.json": _json(ADAPTER),
        adapter / "adapter_model.safetensors": safetensors(_adapter_shapes()),
    }


def safetensors(shapes: Mapping[str, Shape]) -> bytes:
    """Random bfloat16 tensors in the safetensors format: header length, JSON header, data."""
    numbers = random.Random(0)  # the same bytes on every machine
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, shape in sorted(shapes.items()):
        tensor = b"".join(_bfloat16(numbers.uniform(-0.02, 0.02)) for _ in range(_size(shape)))
        offsets = [len(data), len(data) + len(tensor)]
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": offsets}
        data += tensor
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the data begins at a multiple of eight
    return struct.pack("<Q", len(text)) + text + data


def _llama_shapes() -> dict[str, Shape]:
    hidden, inner, narrow = 16, 32, 8
    layer = {
        "input_layernorm": (hidden,),
        "mlp.down_proj": (hidden, inner),
        "mlp.gate_proj": (inner, hidden),
        "mlp.up_proj": (inner, hidden),
        "post_attention_layernorm": (hidden,),
        "self_attn.k_proj": (narrow, hidden),
        "self_attn.o_proj": (hidden, hidden),
        "self_attn.q_proj": (hidden, hidden),
        "self_attn.v_proj": (narrow, hidden),
    }
    named: dict[str, Shape] = {f"model.layers.0.{name}.weight": s for name, s in layer.items()}
    outer = {"model.embed_tokens.weight": (LLAMA["vocab_size"], hidden)}
    return {**outer, **named, "model.norm.weight": (hidden,)}


def _adapter_shapes() -> dict[str, Shape]:
    """One layer of Llama 3.2 1B, whose hidden size is 2048; an adapter need not change them all."""
    layer = "base_model.model.model.layers.0.self_attn.q_proj"
    return {f"{layer}.lora_A.weight": (4, 2048), f"{layer}.lora_B.weight": (2048, 4)}


def _tokenizer() -> dict[str, Any]:
    """Every printable character is a token."""
    added = [
        {"id": number, "content": text, "special": True, "single_word": False}
        | {"lstrip": False, "rstrip": False, "normalized": False}
        for number, text in enumerate(SPECIAL)
    ]
    vocabulary = {text: number for number, text in enumerate((*SPECIAL, *LETTERS))}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": {"type": "Fuse"},
        "model": {"type": "BPE", "unk_token": "<unk>", "vocab": vocabulary, "merges": []},
    }


def _tokenizer_config() -> dict[str, Any]:
    return {
        "bos_token": "<s>",
        "chat_template": CHAT_TEMPLATE,
        "eos_token": "</s>",
        "model_max_length": 2048,
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": "<unk>",
    }


def _size(shape: Shape) -> int:
    size = 1
    for side in shape:
        size *= side
    return size


def _bfloat16(number: float) -> bytes:
    """The upper half of a 32-bit float."""
    return struct.pack("<f", number)[2:]


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


if __name__ == "__main__":
    for path, content in files().items():
        (EXAMPLES / path).parent.mkdir(parents=True, exist_ok=True)
        (EXAMPLES / path).write_bytes(content)
