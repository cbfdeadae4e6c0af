"""Says what a JSON Schema found wrong, in the words of the manifest's author."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reconciler.manifest.finding import Finding
from reconciler.manifest.quoting import described, escaped, listed, quoted
from reconciler.manifest.scalars import plain_value
from reconciler.manifest.suggest import did_you_mean
from reconciler.manifest.typed import Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.manifest.manifest import Path

_MOST_HINTS = 100  # names compared with the known ones: it takes a while, and nobody reads more
_MOST_NAMES = 12  # of a list of allowed values
_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
}
_ID = "1 to 63 characters of a-z, 0-9 and -, starting with a letter, not ending with a hyphen"
_TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
_PATTERNS = {
    "^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$": _ID,
    "^(accounts/[^/]+/models/)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?$": f"a model's full name, or {_ID}",
    "^[0-9a-fA-F]{64}$": "64 hexadecimal digits",
    "^[A-Za-z_][A-Za-z0-9_]*$": "the name of an environment variable",
    "^(gs|s3|https)://.": "a URL of gs://, s3:// or https://",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "a day as YYYY-MM-DD",
    "^[0-9]+(\\.[0-9]{1,9})?s$": "seconds with an s, like 30s or 1.5s",
    _TIME: "a time like 2026-07-01T12:00:00Z",
}
"""The patterns of our schemas in words; another one is shown as it is."""
_JSON_TYPES = {bool: "boolean", int: "integer", float: "number"}
_LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} fields",
    "maxProperties": "at most {} fields",
}


def explain(error: Any, base: Path) -> Iterator[Finding]:
    """What a ``jsonschema.ValidationError`` means; ``base`` is the path of the judged value."""
    path = (*base, *error.absolute_path)
    rule = str(error.validator)
    if rule in ("oneOf", "anyOf") and error.context:
        yield from _alternatives(error, base)
    elif rule in ("additionalProperties", "unevaluatedProperties"):
        yield from _unknown_fields(error, path)
    elif rule in ("required", "dependentRequired"):
        yield from _missing_fields(error, path)
    elif rule == "x-warning":
        expects = error.message.startswith("expected ")
        was = f", but was {described(error.instance)}" if expects else ""
        yield Finding(path, f"{error.message}{was}", "unlikely-value", warning=True)
    else:
        yield _refused_value(error, path, rule)


def _refused_value(error: Any, path: Path, rule: str) -> Finding:
    say = _SAY.get(rule)
    message = say(error) if say else f"is not allowed by the schema ({rule})"
    code = "wrong-type" if rule == "type" else "invalid-value"
    return Finding(path, message, code, _value_hint(error))


def _unknown_fields(error: Any, path: Path) -> Iterator[Finding]:
    known = error.schema.get("properties", {})
    unknown = [name for name in error.instance if name not in known]
    for number, name in enumerate(unknown):
        hint = did_you_mean(name, known) if number < _MOST_HINTS else None
        yield Finding((*path, name), "unknown field", "unknown-field", hint, on_key=True)


def _missing_fields(error: Any, path: Path) -> Iterator[Finding]:
    needed = error.validator_value
    if isinstance(needed, dict):
        needed = [n for field, names in needed.items() if field in error.instance for n in names]
    for name in needed:
        if name not in error.instance:
            yield Finding((*path, name), "required, but missing", "missing-field", place=path)


def _alternatives(error: Any, base: Path) -> Iterator[Finding]:
    """Of several allowed shapes: what is wrong with the one that was meant, else their types."""
    branches: dict[int, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    meant = [b for b in branches.values() if not any(_wrong_shape(e, error) for e in b)]
    if len(meant) == 1:
        for inner in meant[0]:
            yield from explain(inner, base)
        return
    kinds = [str(t) for e in error.context if e.validator == "type" for t in _names(e)]
    path = (*base, *error.absolute_path)
    expected = " or ".join(dict.fromkeys(kinds)) or "one of the allowed shapes"
    yield Finding(path, _but_was(expected, error.instance), "invalid-value")


def _wrong_shape(inner: Any, outer: Any) -> bool:
    return inner.validator == "type" and list(inner.absolute_path) == list(outer.absolute_path)


def _names(error: Any) -> list[str]:
    named = error.validator_value
    return [_TYPES.get(n, n) for n in ([named] if isinstance(named, str) else named)]


def _but_was(expected: str, value: Any) -> str:
    was = escaped(value) if isinstance(value, Written) else described(value)
    return f"expected {expected}, but was {was}"


def _plainly(expected: str, value: Any) -> str:
    """Like ``_but_was``, for a value whose type is right: its quotes say that it is text."""
    was = quoted(value) if type(value) is str else described(value)
    return f"expected {expected}, but was {was}"


def _say_type(error: Any) -> str:
    return _but_was(" or ".join(_names(error)), error.instance)


def _say_enum(error: Any) -> str:
    names = error.validator_value
    more = f", … ({len(names)} in all)" if len(names) > _MOST_NAMES else ""
    return _plainly(f"one of {listed(names[:_MOST_NAMES])}{more}", error.instance)


def _say_const(error: Any) -> str:
    return _plainly(listed([error.validator_value]), error.instance)


def _say_pattern(error: Any) -> str:
    expected = _PATTERNS.get(error.validator_value, f"text like {error.validator_value}")
    return _plainly(expected, error.instance)


def _say_limit(error: Any) -> str:
    expected = _LIMITS[error.validator].format(error.validator_value)
    if error.validator_value == 1:
        expected = expected.removesuffix("s")
    if error.validator == "minLength" and not error.instance:
        return "expected text, but was empty"
    if error.validator in ("minLength", "maxLength"):
        return f"expected {expected}, but was {len(error.instance):,} characters long"
    if isinstance(error.instance, list | dict):
        return f"expected {expected}, but has {len(error.instance):,}"
    return _plainly(expected, error.instance)


_SAY: dict[str, Callable[[Any], str]] = {
    "type": _say_type,
    "enum": _say_enum,
    "const": _say_const,
    "pattern": _say_pattern,
    "uniqueItems": lambda _error: "expected each item once, but one appears twice",
    **dict.fromkeys(_LIMITS, _say_limit),
}


def _value_hint(error: Any) -> str | None:
    value = error.instance
    if not isinstance(value, str) or (isinstance(value, Written) and error.validator != "type"):
        return None
    if error.validator == "enum":
        return did_you_mean(value, [v for v in error.validator_value if isinstance(v, str)])
    if error.validator != "type":
        return None
    return _type_hint(value, error.validator_value)


def _type_hint(value: str, wanted: Any) -> str | None:
    if wanted == "boolean" and value.lower() in ("yes", "no", "on", "off", "y", "n"):
        return "write true or false"
    meant = plain_value(value)
    if _JSON_TYPES.get(type(meant)) == wanted or (wanted == "number" and type(meant) is int):
        return "leave out the quotes"
    if wanted == "integer" and re.fullmatch(r"-?[0-9]{19,}", value):
        return "integers have at most 64 bits"
    if wanted == "integer" and re.fullmatch(r"[-+]?[0-9][0-9a-fA-FxoXO_.,eE+-]*", value):
        return "write decimal digits only"
    return None
