"""Small projects and accounts, written down as values."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.desired.build import build_desired
from reconciler.diagnostic import SourceLocation
from reconciler.kinds.registry import kind
from reconciler.live.state import LiveResource, LiveState
from reconciler.manifest.file_set import FileIdentity, FileSet, LocalFile
from reconciler.manifest.manifest import IdStrategy, Lifecycle, Manifest
from reconciler.ref import ResourceRef
from reconciler.schema_files import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.desired.resource import DesiredState, Resource

ACCOUNT = "acme"
BASE = "accounts/fireworks/models/llama-v3p2-1b-instruct"
JOB = "SupervisedFineTuningJob"
OLD_JOB = "FineTuningJob"
TEMPLATE = {"inputTemplate": "Q: {question}", "outputTemplate": "A: {answer}"}


def files(*keys: str, digit: str = "a", size: int = 10, rows: int | None = 3) -> FileSet:
    """Files that are on this disk; ``digit`` makes up their sha256."""
    identity = FileIdentity(1, 1, size, 1)
    local = [LocalFile(key, Path("/p") / key, size, digit * 64, identity) for key in keys]
    return FileSet(tuple(local), rows)


def manifest(
    ref: str,
    spec: Mapping[str, Any] | None = None,
    *,
    brings: FileSet | None = None,
    hashed: bool = False,
    absent: bool = False,
    line: int = 1,
    **lifecycle: Any,
) -> Manifest:
    """One document of all.yaml; its nodes stand on its line, one column a level."""
    strategy = IdStrategy.CONTENT_HASH if hashed else IdStrategy.EXACT
    return Manifest(
        ResourceRef.parse(ref),
        spec or {},
        SourceLocation("all.yaml", line, 1),
        strategy,
        Lifecycle(**lifecycle),
        absent,
        brings,
        lambda path: _place(ref.partition("/")[0], path, line),
    )


def _place(kind: str, path: tuple[str | int, ...], line: int) -> SourceLocation:
    """Only places that a document of the kind can have are ever asked for."""
    assert not path or path[0] in ("kind", "metadata", "spec"), path
    if path[:1] == ("spec",) and len(path) > 1:
        assert path[1] in _fields(kind), f"{kind} has no field {path[1]}"
    return SourceLocation("all.yaml", line, len(path))


@cache
def _fields(kind: str) -> frozenset[str]:
    return frozenset(schema(kind)["properties"])


def dataset(name: str = "chat", digit: str = "a", **more: Any) -> Manifest:
    more.setdefault("brings", files("chat.jsonl", digit=digit))
    return manifest(f"Dataset/{name}", {"format": "CHAT"}, **more)


def job(name: str = "bot", spec: Mapping[str, Any] | None = None, **more: Any) -> Manifest:
    return manifest(f"{JOB}/{name}", {"dataset": "chat", "baseModel": BASE, **(spec or {})}, **more)


def old_job(name: str = "bot", spec: Mapping[str, Any] | None = None, **more: Any) -> Manifest:
    body = {"dataset": "chat", "baseModel": BASE, "textCompletion": TEMPLATE, **(spec or {})}
    return manifest(f"{OLD_JOB}/{name}", body, **more)


def weights(name: str = "base", spec: Mapping[str, Any] | None = None, **more: Any) -> Manifest:
    more.setdefault("brings", files("config.json", "model.safetensors", rows=None))
    details = {"checkpointFormat": "HUGGINGFACE", "worldSize": 1}
    body = {"kind": "HF_BASE_MODEL", "baseModelDetails": details, **(spec or {})}
    return manifest(f"Model/{name}", body, **more)


def desired(*manifests: Manifest, account: str = ACCOUNT) -> DesiredState:
    return build_desired(manifests, account)


def one(state: DesiredState, ref: str) -> Resource:
    return state.resources[ResourceRef.parse(ref)]


def codes(state: DesiredState) -> list[str]:
    return [said.code for said in state.diagnostics]


def live(ref: str, state: str = "READY", **body: Any) -> LiveResource:
    """A live resource under ``Kind/id``, in the account."""
    parsed = ResourceRef.parse(ref)
    name = f"accounts/{ACCOUNT}/{kind(parsed.kind).collection}/{parsed.name}"
    return LiveResource(
        parsed.kind,
        name,
        state,
        {"name": name, "state": state, **body},
        "2026-01-01T00:00:00Z",
        "2026-01-02T00:00:00Z",
    )


def made(resource: Resource, state: str = "READY", **body: Any) -> LiveResource:
    """The live resource that a create of ``resource`` leaves behind."""
    return LiveResource(
        resource.ref.kind,
        resource.name,
        state,
        {**resource.spec, "name": resource.name, "state": state, **body},
        "2026-01-01T00:00:00Z",
        "2026-01-02T00:00:00Z",
    )


def account(*resources: LiveResource, **more: Any) -> LiveState:
    return LiveState(ACCOUNT, {r.name: r for r in resources}, **more)
