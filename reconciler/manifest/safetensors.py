"""Whether the header of a safetensors file describes the bytes behind it, as its readers demand.

The format's own rules (huggingface/safetensors, README *Format* and ``Metadata::validate``):
tensors lie one behind the other from the first byte to the last, and each is as long as its dtype
and shape say.
"""

from __future__ import annotations

import json
from typing import Any

from reconciler.manifest.quoting import quoted

_PREFIX = "not a safetensors file"
_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F4": 4,
    "F6_E2M3": 6, "F6_E3M2": 6, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32,
    "F32": 32, "I64": 64, "U64": 64, "F64": 64, "C64": 64,
}  # fmt: skip
"""A dtype that is not here may be a newer one: nothing is said of its size."""
_MOST = 1 << 63
"""No file has so many bytes, and no reader writes such numbers out."""
_Tensor = tuple[int, int, str]


class HeaderProblem(ValueError):
    """Why a header describes no file of this size."""


def check_header(raw: bytes, size: int) -> None:
    """Raises ``HeaderProblem``; ``size`` is that of the whole file, header included."""
    tensors = [_tensor(name, said) for name, said in _object(raw).items() if name != "__metadata__"]
    end = 0
    for start, stop, name in sorted(tensors):
        if start != end:
            said = f"begins at byte {start:,}, expected {end:,}"
            raise HeaderProblem(f"{_PREFIX}: the tensor {quoted(name)} {said}")
        end = stop
    expected = 8 + len(raw) + end
    if expected != size:
        raise HeaderProblem(f"the header describes {expected:,} bytes, but the file has {size:,}")


def _object(raw: bytes) -> dict[str, Any]:
    if not raw.startswith(b"{"):
        raise HeaderProblem(f"{_PREFIX}: the header is not a JSON object")
    try:
        found: dict[str, Any] = json.loads(raw.decode(), object_pairs_hook=_once)
    except HeaderProblem:
        raise
    except (ValueError, RecursionError):
        raise HeaderProblem(f"{_PREFIX}: the header is not a JSON object") from None
    metadata = found.get("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise HeaderProblem(f"{_PREFIX}: __metadata__ holds more than texts")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise HeaderProblem(f"{_PREFIX}: a key appears twice in the header")
    return found


def _tensor(name: str, said: Any) -> _Tensor:
    """(first byte, byte behind the last, name), counted from the end of the header."""
    facts = said if isinstance(said, dict) else {}
    offsets = _counts(facts.get("data_offsets"))
    if offsets is None or len(offsets) != 2:
        raise HeaderProblem(f"{_PREFIX}: a tensor without data_offsets: {quoted(name)}")
    start, stop = offsets
    if stop < start:
        raise HeaderProblem(f"{_PREFIX}: the tensor {quoted(name)} ends before it begins")
    shape, dtype = _counts(facts.get("shape")), facts.get("dtype")
    if shape is None or not isinstance(dtype, str):
        raise HeaderProblem(f"{_PREFIX}: a tensor without dtype or shape: {quoted(name)}")
    bits = _count(shape) * _BITS[dtype] if dtype in _BITS else 8 * (stop - start)
    if bits != 8 * (stop - start):
        asked = f"{-(-bits // 8):,}" if bits < _MOST else "too many"
        said = f"dtype and shape ask for {asked} bytes, data_offsets for {stop - start:,}"
        raise HeaderProblem(f"{_PREFIX}: the tensor {quoted(name)}: {said}")
    return start, stop, name


def _count(shape: list[int]) -> int:
    """How many numbers a tensor has; of more than any file holds, not how many more: a header may
    name millions of sides, whose product has as many digits."""
    count = int(0 not in shape)
    for side in shape:
        count *= side
        if count >= _MOST:
            break
    return count


def _counts(value: Any) -> list[int] | None:
    right = isinstance(value, list) and all(type(n) is int and 0 <= n < _MOST for n in value)
    return value if right else None
