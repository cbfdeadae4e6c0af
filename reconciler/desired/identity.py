"""Ids, chosen from the manifests alone: exact or by content (docs/content-digest.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.canonical import digest
from reconciler.desired.catalog import output_name
from reconciler.desired.fields import put_all
from reconciler.desired.rules import RuleIndex, rule_index
from reconciler.kinds.field_rule import FieldClass
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.kind import OUTPUT_KIND
from reconciler.manifest.manifest import IdStrategy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.desired.catalog import Catalog
    from reconciler.desired.references import Link
    from reconciler.kinds.kind import Kind
    from reconciler.manifest.manifest import Manifest
    from reconciler.ref import ResourceRef

HASH_LENGTH = 10
ID_LIMIT = 63
ID = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
"""Resource ids: 1-63 of a-z 0-9 -, first a letter, last not a hyphen (docs: concepts)."""

_VERSION = re.compile(rf"(?P<stem>.+)-[0-9a-f]{{{HASH_LENGTH}}}(?:-[0-9]+)?")

_NEVER = frozenset({FieldClass.WRITE_ONLY, FieldClass.COMPUTED})
_IN_PLACE = frozenset({FieldClass.MUTABLE, FieldClass.UNPROVED})
_DROPPED = object()


@dataclass(frozen=True, slots=True)
class Identity:
    """The full resource name ("" where the server chooses it), and for a job the full name of the
    model it makes."""

    name: str
    output_model: str | None = None

    @property
    def id(self) -> str:
        return self.name.rpartition("/")[2]


def by_content(manifest: Manifest) -> bool:
    """Whether the id follows the content. A tombstone without a spec names the id itself."""
    hashed = manifest.id_strategy is IdStrategy.CONTENT_HASH
    return hashed and not (manifest.absent and not manifest.spec and manifest.files is None)


def content_digest(
    manifest: Manifest, kind: Kind, links: Iterable[Link], known: Mapping[ResourceRef, Any]
) -> str:
    """sha256 over everything that determines the result (docs/content-digest.md).

    ``known`` holds what stands for each resource of the project that ``links`` refer to
    (``stand_in``). Every file must have its sha256.
    """
    ours = determining(links, kind)
    replaced = {link.place: known[link.target] for link in ours if link.target is not None}
    spec = {key: value for key, value in manifest.spec.items() if key != "source"}
    content: dict[str, Any] = {
        "version": "reconciler/v1",
        "kind": kind.name,
        "spec": _kept(put_all(spec, replaced), "", rule_index(kind), _dropped(kind)),
    }
    if manifest.files is not None:
        content["files"] = {file.key: file.sha256 for file in manifest.files.files}
    elif kind.content is not None and kind.content.needs_source:
        content["id"] = manifest.ref.name  # made elsewhere: only its id says which it is
    return digest(content)


def determining(links: Iterable[Link], kind: Kind) -> tuple[Link, ...]:
    """The references to resources of the project that count in the digest."""
    rules, dropped = rule_index(kind), _dropped(kind)
    found = ((link, rules.rule(link.reference.path)) for link in links if link.target is not None)
    return tuple(link for link, rule in found if rule is None or rule.field_class not in dropped)


def _dropped(kind: Kind) -> frozenset[FieldClass]:
    """A job has run with everything it was given; elsewhere what can change in place may."""
    return _NEVER if kind.runs_once else _NEVER | _IN_PLACE


def stand_in(manifest: Manifest, content: str) -> dict[str, Any]:
    """What a digest holds in place of a reference to this resource: another attempt of a job is
    another result."""
    attempt = manifest.lifecycle.attempt
    return {"digest": content, **({"attempt": attempt} if attempt > 1 else {})}


def _kept(value: Any, path: str, rules: RuleIndex, dropped: frozenset[FieldClass]) -> Any:
    """The part of a spec that determines the result; ``_DROPPED`` for what does not."""
    rule = rules.rule(path)
    if rule is not None and rule.field_class in dropped:
        return _DROPPED
    if hasattr(value, "items"):
        dot = f"{path}." if path else ""
        below = ((key, _kept(item, f"{dot}{key}", rules, dropped)) for key, item in value.items())
        return {key: item for key, item in below if item is not _DROPPED}
    if isinstance(value, (list, tuple)):
        return [_kept(item, f"{path}[]", rules, dropped) for item in value]
    return value


def identify(manifest: Manifest, catalog: Catalog, account: str, content: str | None) -> Identity:
    """The names of a manifest's resource; ``content`` is its digest when the id follows it."""
    kind = catalog.kind(manifest.ref)
    if isinstance(kind.identity, NaturalKey):
        return Identity("")
    suffix = f"-{content[:HASH_LENGTH]}" if content else ""
    if kind.runs_once and manifest.lifecycle.attempt > 1:
        suffix += f"-{manifest.lifecycle.attempt}"
    name = full_name(account, kind, manifest.ref.name + suffix)
    return Identity(name, _output(manifest, catalog, account, suffix))


def _output(manifest: Manifest, catalog: Catalog, account: str, suffix: str) -> str | None:
    kind = catalog.kind(manifest.ref)
    named = output_name(manifest, kind)
    if named is None or "/" in named:
        return named
    return output_full_name(account, catalog.kinds, named + suffix)


def version_stem(name: str) -> str:
    """What the names of all versions by content share, "" for a name that is no such version.

    A name alone proves nothing (contract 1.3): good enough to explain by, never to delete by.
    """
    matched = _VERSION.fullmatch(name)
    return matched["stem"] if matched else ""


def full_name(account: str, kind: Kind, resource_id: str) -> str:
    return f"accounts/{account}/{kind.collection}/{resource_id}"


def output_full_name(account: str, kinds: Mapping[str, Kind], model_id: str) -> str:
    """The full name of a job's output model."""
    return full_name(account, kinds[OUTPUT_KIND], model_id)
