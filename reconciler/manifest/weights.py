"""Looks at the files that describe weights before gigabytes are sent: headers, sizes, configs."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

import orjson

from reconciler.manifest.row_json import wording
from reconciler.manifest.safetensors import HeaderProblem, check_header

_MAX_HEADER = 100_000_000  # the safetensors library's own limit, in bytes
_MAX_CONFIG = 16 * 1024 * 1024
CONFIGS = ("config.json", "adapter_config.json")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a file; line and column count from 1, in characters."""

    message: str
    line: int = 1
    column: int = 1


def safetensors_problem(handle: int, size: int) -> Flaw | None:
    """Why the header does not describe the file: 8 bytes of length, JSON, offsets to the end."""
    if size < 8:
        return Flaw("not a safetensors file: shorter than its header")
    length = int.from_bytes(os.pread(handle, 8, 0), "little")
    if length > min(size - 8, _MAX_HEADER):
        return Flaw("not a safetensors file, or cut off: the header is longer than the file")
    try:
        check_header(_read(handle, length, 8), size)
    except HeaderProblem as problem:
        return Flaw(str(problem))
    return None


def read_config(handle: int, size: int) -> dict[str, Any] | Flaw:
    """A small JSON file as an object, or why it is none."""
    if size > _MAX_CONFIG:
        return Flaw("larger than 16 MiB")
    raw = _read(handle, size, 0)
    try:
        found = json.loads(raw.decode())
    except (ValueError, RecursionError):
        return _place(raw)
    return found if isinstance(found, dict) else Flaw("expected a JSON object")


def _place(raw: bytes) -> Flaw:
    """Where a text stops to be JSON: the second parser, stricter than the first, which takes the
    Infinity that some tools write, is the one whose words do not change with Python's version."""
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        line, column = error.lineno, error.colno
        return Flaw(f"invalid JSON: {wording(error)}", line, column)
    return Flaw("expected a JSON object")


def _read(handle: int, size: int, offset: int) -> bytes:
    blocks: list[bytes] = []
    while size > 0 and (block := os.pread(handle, size, offset)):
        blocks.append(block)
        size, offset = size - len(block), offset + len(block)
    return b"".join(blocks)
