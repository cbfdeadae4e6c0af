"""Looks at the files that describe weights before gigabytes are sent: headers, sizes, configs."""

from __future__ import annotations

import json
import os
from typing import Any

_MAX_HEADER = 100_000_000  # the safetensors library's own limit, in bytes
_MAX_CONFIG = 16 * 1024 * 1024
CONFIGS = ("config.json", "adapter_config.json")


def safetensors_problem(handle: int, size: int) -> str | None:
    """Why the header does not describe the file: 8 bytes of length, JSON, offsets to the end."""
    if size < 8:
        return "no safetensors file: shorter than its header"
    length = int.from_bytes(os.pread(handle, 8, 0), "little")
    if length > min(size - 8, _MAX_HEADER):
        return "no safetensors file, or cut off: the header is longer than the file"
    header = _object(_read(handle, length, 8))
    if header is None:
        return "no safetensors file: the header is no JSON object"
    ends = [_end(tensor) for name, tensor in header.items() if name != "__metadata__"]
    if any(end is None for end in ends):
        return "no safetensors file: a tensor without data_offsets"
    expected = 8 + length + max((end for end in ends if end is not None), default=0)
    if expected != size:
        return f"the header describes {expected:,} bytes, but the file has {size:,}"
    return None


def read_config(handle: int, size: int) -> dict[str, Any] | str:
    """A small JSON file as an object, or why it is none."""
    if size > _MAX_CONFIG:
        return "larger than 16 MiB"
    found = _object(_read(handle, size, 0))
    return "expected a JSON object" if found is None else found


def _read(handle: int, size: int, offset: int) -> bytes:
    blocks: list[bytes] = []
    while size > 0 and (block := os.pread(handle, size, offset)):
        blocks.append(block)
        size, offset = size - len(block), offset + len(block)
    return b"".join(blocks)


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _end(tensor: Any) -> int | None:
    offsets = tensor.get("data_offsets") if isinstance(tensor, dict) else None
    if isinstance(offsets, list) and len(offsets) == 2 and type(offsets[1]) is int:
        return offsets[1]
    return None
