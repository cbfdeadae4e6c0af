"""The schemas, ready to judge: a fast yes or no for every document, reasons for the others."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from reconciler.manifest.schema_place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENVELOPE = "manifest"
PROJECT = "project"


class SchemaSet:
    """``read(name)`` gives a schema: ``manifest`` for the envelope, a kind's name for its spec.

    ``flawless`` compiles a schema once and answers in microseconds; only what it refuses is
    shown to the slow validator that knows why.
    """

    def __init__(self, read: Callable[[str], dict[str, Any]]) -> None:
        self.read = cache(read)
        self.flawless = cache(self._flawless)
        self.place = cache(self._place)
        self._slow = cache(self._slow_validators)

    def _flawless(self, name: str) -> Callable[[Any], bool]:
        """Whether a value has neither errors nor warnings."""
        import jsonschema_rs  # on first use: a command that reads no manifest does not pay for it

        strict = without_warnings(self.read(name))
        answer: Callable[[Any], bool] = jsonschema_rs.Draft202012Validator(strict).is_valid
        return answer

    def _slow_validators(self, name: str) -> tuple[Any, Any]:
        """One validator for the errors, one whose ``x-warning`` failures are the warnings."""
        from jsonschema import Draft202012Validator, validators

        extend: Any = validators.extend
        strict = extend(Draft202012Validator, {"pattern": _pattern})
        warning = extend(strict, {"x-warning": _x_warning})
        schema = self.read(name)
        return strict(schema), warning(schema)

    def errors(self, name: str, value: Any) -> Iterator[Any]:
        """Every ``jsonschema.ValidationError`` of the value."""
        yield from self._slow(name)[0].iter_errors(value)

    def warnings(self, name: str, value: Any) -> Iterator[Any]:
        """Values that are allowed and probably wrong: failures of ``x-warning``."""
        found = self._slow(name)[1].iter_errors(value)
        yield from (error for error in found if error.validator == "x-warning")

    def _place(self, name: str) -> Place:
        """The root of a schema, to walk beside a value."""
        schema = self.read(name)
        return Place((schema,), schema)


def without_warnings(schema: Any) -> Any:
    """The schema that refuses what the given one only warns of."""
    if isinstance(schema, list):
        return [without_warnings(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {k: without_warnings(v) for k, v in schema.items() if k != "x-warning"}
    doubts = [without_warnings(doubt["schema"]) for doubt in _doubts(schema)]
    if doubts:
        strict["allOf"] = [*strict.get("allOf", ()), *doubts]
    return strict


def _doubts(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """``x-warning`` holds one or several ``{schema, message}``."""
    given = schema.get("x-warning", [])
    return given if isinstance(given, list) else [given]


def _x_warning(validator: Any, given: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    for doubt in given if isinstance(given, list) else [given]:
        if not validator.evolve(schema=doubt["schema"]).is_valid(instance):
            yield ValidationError(doubt["message"])


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    """JSON Schema's ``$`` is the end of the text; Python's is also before a last line feed."""
    from jsonschema import ValidationError

    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError("pattern")


@lru_cache(maxsize=1)
def shipped_schemas() -> SchemaSet:
    """The schemas of this version."""
    from reconciler.schema_files import schema

    return SchemaSet(schema)
