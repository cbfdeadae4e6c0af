"""A saved plan on disk: written with the flags it was made with, read back, and held to."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from reconciler.errors import StalePlan, UsageError
from reconciler.plan.saved import HINT, hold_to, read_saved

if TYPE_CHECKING:
    from reconciler.cli.options import Common
    from reconciler.plan.context import Allow
    from reconciler.plan.plan import Plan

LARGEST = 256 * 1024 * 1024
BEGINNING = b'{\n  "format_version":'


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What a plan was asked for, as typed: the plan of ``apply PLAN.json`` is made the same way.

    ``since`` is a commit's hash: what ``HEAD~1`` means moves on."""

    paths: tuple[str, ...] = ()
    environment: str | None = None
    replace: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    shard: str | None = None
    prune: bool = False
    since: str | None = None
    tokenizer: str | None = None

    @classmethod
    def of(cls, shared: Common, **flags: Any) -> PlanRequest:
        """``flags`` are the options of these names, as click gave them."""
        return cls(tuple(map(str, shared.paths)), shared.environment, **flags)

    def common(self, shared: Common) -> Common:
        """The shared options with the saved plan's paths and environment."""
        paths = tuple(Path(path) for path in self.paths)
        return replace(shared, paths=paths, environment=shared.environment or self.environment)


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """``document`` is what was reviewed."""

    request: PlanRequest
    document: dict[str, Any]

    def check(self, plan: Plan, allow: Allow) -> None:
        """Raise StalePlan (exit 5) unless ``plan`` is equal to the saved one, or part of it."""
        from reconciler.report.json_plan import plan_document

        # Through JSON, so that both sides are made of the same types.
        now = json.loads(json.dumps(plan_document(plan)))
        lifted = set(map(str, allow.deletes))
        if allow.spend_usd is not None:
            lifted |= {action["ref"] for action in now["actions"] if action["action"] != "delete"}
        hold_to(self.document, now, lifted)


def given(asked: PlanRequest) -> SavedPlan | None:
    """The saved plan that ``apply`` was given instead of manifests, if it was.

    Raises UsageError when flags would change what the saved plan says, StalePlan as ``read``.
    """
    plans = [path for path in asked.paths if _is_plan(path)]
    if not plans:
        return None
    alone = f"reconciler apply {quote(plans[0])}"
    if len(asked.paths) > 1:
        raise UsageError("a saved plan takes no other path beside it", alone)
    if asked != PlanRequest(asked.paths, asked.environment):
        raise UsageError("a saved plan already says which resources it covers", alone)
    path = Path(plans[0])
    if not path.exists():
        raise UsageError(f"{plans[0][:120]}: no such file or folder")
    return read(path)


def _is_plan(path: str) -> bool:
    """By its name, or by how it begins: ``plan --out FILE`` takes any name. Whatever is no file
    of its own (a pipe) is not looked into."""
    if path.endswith(".json") or not os.path.isfile(path):
        return path.endswith(".json")
    try:
        with open(path, "rb") as stream:
            return stream.read(len(BEGINNING)) == BEGINNING
    except OSError:
        return False  # the loader of manifests says why


def read(path: Path) -> SavedPlan:
    """The saved plan of a file. Raises StalePlan when it is missing, damaged or altered."""
    from reconciler.manifest.schema_set import SchemaSet
    from reconciler.report.json_plan import seal
    from reconciler.schema_files import schema

    try:
        with path.open("rb") as stream:
            text = stream.read(LARGEST + 1).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise StalePlan(f"the plan file {path} cannot be read", HINT) from None
    document = read_saved(text[:LARGEST], seal)
    if "request" not in document or not SchemaSet(schema).flawless("plan")(document):
        raise StalePlan("the plan file is damaged: it is not what plan --out writes", HINT)
    asked: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in document["request"].items()
    }
    return SavedPlan(PlanRequest(**asked), document)


def write(path: Path, plan: Plan, request: PlanRequest) -> None:
    """Write the plan with mode 0600, whole or not at all. Raises ReconcilerError."""
    from reconciler.cli.files import write_private
    from reconciler.report.json_plan import saved_json

    write_private(path, saved_json(plan, asdict(request)).encode())
