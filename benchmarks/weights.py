"""A project with one model whose weights are sparse files with true headers: any size, no disk."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NAME = "big-base"
MANIFEST = f"""apiVersion: reconciler/v1
kind: Model
metadata:
  name: {NAME}
spec:
  kind: HF_BASE_MODEL
  baseModelDetails: {{checkpointFormat: HUGGINGFACE, worldSize: 1}}
  source: {{path: ../weights}}
"""
CONFIG = {"architectures": ["LlamaForCausalLM"], "model_type": "llama"}
INDEX = "model.safetensors.index.json"


def write_project(root: Path, count: int, size: int) -> Path:
    """``count`` shards of ``size`` bytes of zeros each, and what else a model needs; its folder."""
    folder = root / "weights"
    for made in (folder, root / "manifests"):
        made.mkdir(parents=True)
    (root / "reconciler.yaml").write_text("apiVersion: reconciler/v1\nkind: Project\nspec: {}\n")
    (root / "manifests" / "model.yaml").write_text(MANIFEST)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_text("{}")
    names = [f"model-{number:05}-of-{count:05}.safetensors" for number in range(1, count + 1)]
    tensors = {f"layer.{number}": name for number, name in enumerate(names)}
    for tensor, name in tensors.items():
        _write_shard(folder / name, tensor, size)
    total = {"total_size": count * size}
    (folder / INDEX).write_text(json.dumps({"metadata": total, "weight_map": tensors}))
    return folder


def _write_shard(path: Path, tensor: str, size: int) -> None:
    """One tensor of bfloat16 zeros: only the header takes room on the disk."""
    about = {"dtype": "BF16", "shape": [size // 2], "data_offsets": [0, size]}
    header = json.dumps({tensor: about}).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(file.tell() + size)
