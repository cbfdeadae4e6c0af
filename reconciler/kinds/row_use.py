"""What a job asks of the rows of its dataset, as data: a leaf, so that kinds stay leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PLACEHOLDER = re.compile(r"\{([^{}\s]+)\}")


@dataclass(frozen=True, slots=True)
class RowUse:
    """Fields are dotted paths below ``spec``; "" where the kind has no such field.

    ``keys`` stand in every row, whatever the spec says. ``templates`` are fields whose text names
    keys of the rows in braces; the value of a field in ``names`` is such a key itself.
    ``trains``: the job learns from assistant messages, so a chat without one teaches nothing.
    """

    dataset: str = "dataset"
    evaluation: str = ""
    context_length: str = ""
    keys: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    trains: bool = False

    def wanted(self, spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """(key of the rows, the field that names it); the field is "" for what the kind wants."""
        yield from ((key, "") for key in self.keys)
        for path in self.templates:
            named = _PLACEHOLDER.findall(str(value_at(spec, path) or ""))
            yield from ((key, path) for key in dict.fromkeys(named))
        for path in self.names:
            if key := value_at(spec, path):
                yield str(key), path


def value_at(spec: Mapping[str, Any], path: str) -> Any:
    """What stands at a dotted path; None when nothing does, and for the path ""."""
    value: Any = spec
    for name in path.split("."):
        value = value.get(name) if hasattr(value, "get") else None
    return value
