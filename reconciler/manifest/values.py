"""Replaces ``${values.x}`` in a spec's scalars by the project's values (contract 8, Values)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.manifest.finding import Finding
from reconciler.manifest.quoting import quoted
from reconciler.manifest.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.manifest.manifest import Path

MARK = "${"
_TOKEN = re.compile(r"\$\$\{|\$\{(?:values\.([A-Za-z0-9_.-]+)\})?")
_ALONE = re.compile(r"\$\{values\.([A-Za-z0-9_.-]+)\}")


@dataclass(slots=True)
class Substitution:
    """One pass over a document; ``findings`` collects what could not be replaced."""

    values: Mapping[str, Any]
    findings: list[Finding] = field(default_factory=list)

    def document(self, tree: Any) -> None:
        """Replaces the values of a document's spec in place; elsewhere ``${`` is an error.

        Only scalars change, so positions and the texts of plain scalars stay true.
        """
        if not isinstance(tree, dict):
            return
        for part in ("apiVersion", "kind", "metadata"):
            self._refuse_in(tree.get(part), (part,))
        if isinstance(tree.get("spec"), str):
            tree["spec"] = self._scalar(tree["spec"], ("spec",))
        self._replace_in(tree.get("spec"), ("spec",))

    def _replace_in(self, node: Any, path: Path) -> None:
        for step, child in list(_children(node)):
            if isinstance(child, str) and MARK in child:
                node[step] = self._scalar(child, (*path, step))
            else:
                self._replace_in(child, (*path, step))

    def _scalar(self, text: str, path: Path) -> Any:
        alone = _ALONE.fullmatch(text)
        if alone:
            return self._value(alone[1], path, text)
        return _TOKEN.sub(lambda match: self._inside(match, path), text)

    def _inside(self, match: re.Match[str], path: Path) -> str:
        if match[0] == "$${":
            return MARK
        if match[1] is None:
            hint = "write ${values.NAME}, or $${ for a literal ${"
            self.findings.append(
                Finding(path, '"${" without a value reference', "invalid-value", hint)
            )
            return match[0]
        value = self._value(match[1], path, match[0])
        return value if isinstance(value, str) else json.dumps(value)

    def _value(self, name: str, path: Path, written: str) -> Any:
        if name in self.values:
            return self.values[name]
        hint = did_you_mean(name, self.values) or "give it in spec.values of reconciler.yaml"
        message = f"the value {quoted(name)} is not defined"
        self.findings.append(Finding(path, message, "undefined-value", hint))
        return written

    def _refuse_in(self, node: Any, path: Path) -> None:
        if isinstance(node, str) and MARK in node:
            message = "values may stand in spec only"
            self.findings.append(Finding(path, message, "invalid-value"))
        for step, child in _children(node):
            self._refuse_in(child, (*path, step))


def _children(node: Any) -> Any:
    if isinstance(node, dict):
        return node.items()
    return enumerate(node) if isinstance(node, list) else ()
