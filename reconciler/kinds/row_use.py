"""What a job asks of the rows of its dataset, as data: a leaf, so that kinds stay leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.kinds.value_at import value_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

Place = tuple[str | int, ...]
DEFAULT_CONTEXT = 8192
"""Tokens of a row that a job reads when it names no context length (firectl help)."""
PREFERRED = "preferred_output"
"""The key that only rows for preference tuning have."""

_PLACEHOLDER = re.compile(r"\{([^{}\s]+)\}")


@dataclass(frozen=True, slots=True)
class RowUse:
    """Fields are dotted paths below ``spec``; "" where the kind has no such field.

    ``datasets`` are those that it trains on (``[]``: each item of that list), ``evaluation`` is
    judged on. ``keys`` stand in every row, whatever the spec says. ``templates`` are fields whose
    text names keys of the rows in braces; the value of a field in ``names`` is such a key itself.
    The Jinja text of a field in ``chat_templates`` takes the place of the model's chat template.
    ``trains``: the job learns from assistant messages, so a chat without one teaches nothing.
    ``chats``: it reads conversations, so a pair of answers (DPO guide) is nothing to it.
    """

    datasets: tuple[str, ...] = ("dataset",)
    evaluation: str = ""
    context_length: str = ""
    keys: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    chat_templates: tuple[str, ...] = ()
    trains: bool = False
    chats: bool = False

    def trained_on(self, spec: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
        """(place below spec, name) of every dataset that the job trains on."""
        for path in self.datasets:
            name, _, below = path.partition("[].")
            value = value_at(spec, name)
            if isinstance(value, str):
                yield tuple(name.split(".")), value
            for index, item in enumerate(value if below and isinstance(value, list) else ()):
                if found := value_at(item, below):
                    yield (*name.split("."), index, *below.split(".")), str(found)

    def read(self, spec: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
        """The same of every dataset whose rows it reads."""
        yield from self.trained_on(spec)
        if name := value_at(spec, self.evaluation):
            yield tuple(self.evaluation.split(".")), str(name)

    def unfit(self, keys: Collection[str]) -> bool:
        """Whether a row with these keys at its top is of a form that the kind cannot read."""
        return self.chats and "messages" not in keys and PREFERRED in keys

    def longest_row(self, spec: Mapping[str, Any]) -> int:
        """The context length in tokens, of the job or by default; 0 where the kind has none."""
        if not self.context_length:
            return 0
        found = value_at(spec, self.context_length)
        return found if isinstance(found, int) and found > 0 else DEFAULT_CONTEXT

    @property
    def pairs(self) -> bool:
        """Whether every row is a pair of answers, so that it is read twice."""
        return PREFERRED in self.keys

    def own_chat_template(self, spec: Mapping[str, Any]) -> str:
        """The field that holds a chat template of the job's own; "" where none does."""
        return next((path for path in self.chat_templates if value_at(spec, path)), "")

    def wanted(self, spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """(key of the rows, the field that names it); the field is "" for what the kind wants."""
        yield from ((key, "") for key in self.keys)
        for path in self.templates:
            named = _PLACEHOLDER.findall(str(value_at(spec, path) or ""))
            yield from ((key, path) for key in dict.fromkeys(named))
        for path in self.names:
            if key := value_at(spec, path):
                yield str(key), path

    def written_by(self, spec: Mapping[str, Any]) -> dict[str, str]:
        """The templates that make the job's texts of a row, by their fields; empty when it reads
        the rows as they are."""
        texts = ((path, value_at(spec, path)) for path in self.templates)
        keys = ((path, value_at(spec, path)) for path in self.names)
        written = {path: str(text) for path, text in texts if text}
        return written | {path: f"{{{key}}}" for path, key in keys if key}


def filled(templates: Mapping[str, str], row: Mapping[str, Any]) -> dict[str, str]:
    """The texts that templates make of a row; what it lacks stays as it stands in them."""

    def value(found: re.Match[str]) -> str:
        return str(row.get(found[1], found[0]))

    return {path: _PLACEHOLDER.sub(value, text) for path, text in templates.items()}
