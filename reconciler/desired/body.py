"""The body of a resource: its spec with full names, derived fields and its output model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.desired.fields import put_all
from reconciler.kinds.source_facts import SourceFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.desired.catalog import Catalog
    from reconciler.desired.fields import Place
    from reconciler.desired.identity import Identity
    from reconciler.desired.references import Link
    from reconciler.kinds.kind import Kind
    from reconciler.manifest.manifest import Manifest
    from reconciler.ref import ResourceRef


def body(
    manifest: Manifest,
    identity: Identity,
    links: tuple[Link, ...],
    identities: Mapping[ResourceRef, Identity],
    catalog: Catalog,
    account: str,
) -> Mapping[str, Any]:
    """What is sent and compared. Secrets stay ``{"env": NAME}``; ``source`` is taken out."""
    kind = catalog.kind(manifest.ref)
    names = _names(links, identities, account)
    if identity.output_model and kind.output_model and not manifest.absent:
        names[tuple(kind.output_model.split("."))] = _sent(identity.output_model, kind)
    return put_all(_derived(manifest, kind), names)


def _derived(manifest: Manifest, kind: Kind) -> Mapping[str, Any]:
    files, spec = manifest.files, manifest.spec
    if manifest.absent and not spec:
        return spec
    if files is None:
        facts = None
    else:
        facts = SourceFacts({file.key: file.size for file in files.files}, files.rows)
        spec = spec if "source" in spec else {**spec, "source": {}}
    derived = kind.derive(spec, facts)
    if "source" not in derived:
        return derived
    return {key: value for key, value in derived.items() if key != "source"}


def _names(
    links: tuple[Link, ...], identities: Mapping[ResourceRef, Identity], account: str
) -> dict[Place, str]:
    found: dict[Place, str] = {}
    for link in links:
        identity = identities.get(link.target) if link.target is not None else None
        if identity is not None:
            meant = identity.output_model if link.to_output else identity.name
            found[link.place] = meant or link.value
        elif link.external and "/" not in link.value:
            full = f"accounts/{account}/{link.reference.collection}/{link.value}"
            found[link.place] = full
    return found


def _sent(output_model: str, kind: Kind) -> str:
    return output_model.rpartition("/")[2] if kind.output_model_is_id else output_model
