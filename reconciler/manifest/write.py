"""Writes a document as YAML that our own loader reads back as the same values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from reconciler.manifest.scalars import plain_value
from reconciler.manifest.secrets import without_secrets
from reconciler.manifest.values import MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WIDE = 1 << 20  # never fold: a diff of one long line is easier to read


def document_text(document: Mapping[str, Any], comments: Iterable[str] = ()) -> str:
    """One YAML document, its comments first; keys stay in their order.

    ``document`` is JSON-like. Text that YAML, ours or another's, may take for something else is
    quoted; ``${`` in ``spec`` is written so that it stands for itself.
    """
    told = "".join(f"# {_visible(without_secrets(comment))}\n" for comment in comments)
    spec = {"spec": _literal(document["spec"])} if "spec" in document else {}
    body = yaml.dump(
        {**document, **spec},
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=_WIDE,
        default_flow_style=False,
    )
    return told + "\n".join(_visible(line) for line in body.split("\n"))


def _visible(line: str) -> str:
    """What a terminal does not show, or shows in another order, as an escape: YAML prints it as it
    is, and only in the double quotes that ``_text`` asks for."""
    if line.isprintable():
        return line
    return "".join(char if char.isprintable() else _code(char) for char in line)


def _code(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"


def _literal(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(MARK, f"${MARK}")
    if isinstance(value, dict):
        return {key: _literal(child) for key, child in value.items()}
    return [_literal(child) for child in value] if isinstance(value, list) else value


_FAST: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # where libyaml is: ten times as fast


class _Dumper(_FAST):  # type: ignore[misc]  # one of the two
    """Nothing is shared between documents or their parts: aliases are refused when reading."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    lines = text.split("\n")
    style = None
    if plain_value(text) != text or not all(line.isprintable() for line in lines):
        style = '"'
    elif len(lines) > 1:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
