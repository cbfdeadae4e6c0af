"""One text for one JSON value: canonical for digests, indented for readers and machines."""

from __future__ import annotations

import json
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def canonical_json(value: Any) -> str:
    """RFC 8785 (JSON Canonicalization Scheme), but integers of any size keep all their digits.

    Raises ``ValueError`` for NaN and infinities, ``TypeError`` for what is no JSON value.
    """
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    if hasattr(value, "items"):
        return _members(value)
    raise TypeError(f"no JSON value: {type(value).__name__}")


def digest(value: Any) -> str:
    """sha256 (64 hex) over the UTF-8 bytes of the canonical text."""
    return sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


def document_text(value: Any) -> str:
    """Indented ASCII JSON, ending with a newline: the one spelling of what we print and save."""
    return harmless(json.dumps(value, indent=2)) + "\n"


def harmless(text: str) -> str:
    """JSON text in which no string is a command to GitHub's runner, which takes ``##[set-output
    name=x]`` for one anywhere in a line (actions/runner ``ActionCommand.TryParse``)."""
    return text.replace("##[", "##\\u005b")


def _members(value: Mapping[str, Any]) -> str:
    ordered = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    pairs = (
        f"{json.dumps(key, ensure_ascii=False)}:{canonical_json(value[key])}" for key in ordered
    )
    return "{" + ",".join(pairs) + "}"


def _number(value: float) -> str:
    """ECMAScript's Number::toString, which RFC 8785 prescribes: 1.0 is 1, 1e-4 is 0.0001."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("NaN and infinities are no JSON numbers")
    if value == 0:
        return "0"  # minus zero too
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, digits))
    point = len(text) + int(exponent)
    return ("-" if sign else "") + _placed(text, point)


def _placed(digits: str, point: int) -> str:
    """Put the point behind the ``point``-th digit; beyond ECMAScript's limits, an exponent."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    mantissa = digits[0] + (f".{digits[1:]}" if digits[1:] else "")
    return f"{mantissa}e{point - 1:+d}"
