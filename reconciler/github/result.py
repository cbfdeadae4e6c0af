"""What a run left for the steps after it: its exit code, and the plan's digest and counts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.github.ending import ending

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.github.inputs import Inputs


@dataclass(frozen=True, slots=True)
class Result:
    """``code`` is None when the run could not write it down. ``counts`` are those of the plan."""

    code: int | None = None
    digest: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        return sum(n for word, n in self.counts.items() if word not in ("none", "blocked"))

    def outputs(self, inputs: Inputs) -> dict[str, str]:
        """The outputs of action.yml."""
        return {
            "exit-code": "" if self.code is None else str(self.code),
            "outcome": ending(self.code).word,
            "digest": self.digest,
            "changes": str(self.changes),
            "counts": json.dumps(dict(self.counts)),
            "plan-file": _if_there(inputs.document),
            "markdown-file": _if_there(inputs.markdown),
            "html-file": _if_there(inputs.page),
        }


def result_of(inputs: Inputs, code: int | None) -> Result:
    """With what the run wrote: a plan, or a ledger with its plan."""
    document = _read(inputs.document)
    plan = document.get("plan", document)
    return Result(code, str(plan.get("digest", "")), plan.get("summary") or {})


def written_code(inputs: Inputs) -> int | None:
    code = _read(_record(inputs)).get("code")
    return code if isinstance(code, int) else None


def write_code(inputs: Inputs, code: int) -> None:
    _record(inputs).write_text(json.dumps({"code": code}))


def clear(inputs: Inputs) -> None:
    """Nothing of an earlier step may be taken for what this one found."""
    inputs.results.mkdir(parents=True, exist_ok=True)
    written = (inputs.document, inputs.markdown, inputs.page)
    for path in (*written, said(inputs), _record(inputs)):
        path.unlink(missing_ok=True)


def said(inputs: Inputs) -> Path:
    """What the command printed, where somebody needs it as text."""
    return inputs.results / f"{inputs.command}.txt"


def _record(inputs: Inputs) -> Path:
    return inputs.results / f"{inputs.command}.code.json"


def _if_there(path: Path) -> str:
    return str(path) if path.exists() else ""


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
