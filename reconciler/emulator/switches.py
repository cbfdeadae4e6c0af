"""Switches and faults as words of a command line."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from reconciler.emulator.faults import JOB_KINDS, WIRE_KINDS, Fault
from reconciler.emulator.options import Options

FAULT_HINT = "expected KIND [METHOD] [/PATH] [NAME=VALUE]..., such as: status=503 GET /models nth=2"
_NUMBERS = frozenset({"nth", "status", "code", "body_bytes"})
_TEXTS = frozenset({"message", "retry_after"})
_FOREVER = "forever"


def with_switch(options: Options, text: str) -> Options:
    """``NAME`` or ``NAME=VALUE``, a field of Options (hyphens count as underscores).

    Raises ValueError with what was expected.
    """
    name, _, value = text.partition("=")
    name = name.strip().replace("-", "_")
    known = {field.name: field.default for field in fields(Options)}
    if name not in known:
        listed = ", ".join(sorted(known)).replace("_", "-")
        raise ValueError(f'no switch "{name}"; there are {listed}')
    return replace(options, **{name: _like(known[name], value.strip(), name)})


def _like(default: object, value: str, name: str) -> Any:
    """``value`` as the type of the field's default; a switch alone is turned on."""
    if isinstance(default, bool):
        if value not in ("", "true", "false"):
            raise ValueError(f"{name}: expected true or false")
        return value != "false"
    try:
        number = int(value) if isinstance(default, int) else float(value)
    except ValueError:
        raise ValueError(f"{name}: expected a number") from None
    if not 0 <= number < float("inf"):
        raise ValueError(f"{name}: expected a number from 0 up")
    return number


def parse_fault(text: str) -> Fault:
    """``KIND [METHOD] [/PATH] [NAME=VALUE]…``; ``status=503`` alone is a kind too.

    ``times=forever`` strikes every matching request. Raises ValueError with what was expected.
    """
    first, *rest = text.split() or [""]
    kind, _, status = first.partition("=")
    given: dict[str, Any] = {}
    for word in [f"status={status}"] * bool(status) + rest:
        name, value = _word(word)
        given[name] = value
    if kind not in WIRE_KINDS and kind not in JOB_KINDS:
        kinds = ", ".join(sorted(WIRE_KINDS.keys() - {"rewrite", "says"} | JOB_KINDS))
        raise ValueError(f'no fault "{kind}"; there are {kinds}')
    return Fault(kind, **given)


def _word(word: str) -> tuple[str, Any]:
    name, equals, value = word.partition("=")
    if not equals:
        return ("path", word) if word.startswith("/") else ("method", _method(word))
    if name == "times" and value == _FOREVER:
        return name, None
    if name in _NUMBERS or name == "times":
        return name, _number(name, value)
    if name == "seconds":
        return name, _like(0.0, value, name)
    if name in _TEXTS:
        return name, value
    raise ValueError(FAULT_HINT)


def _number(name: str, value: str) -> int:
    if not value.isdecimal():
        raise ValueError(f"{name}: expected a number")
    return int(value)


def _method(word: str) -> str:
    if not (word.isascii() and word.isupper()):
        raise ValueError(FAULT_HINT)
    return word
