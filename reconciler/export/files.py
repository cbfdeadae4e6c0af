"""Exported manifests as text: one stream, one file for each resource, or one JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.export.settable import SOURCE
from reconciler.manifest.write import document_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.export.export import Export, Exported
    from reconciler.ref import ResourceRef


def file_name(ref: ResourceRef) -> str:
    """Where the manifest of a resource stands below the folder."""
    return f"{ref.kind}/{ref.name}.yaml"


def file_text(one: Exported) -> str:
    """Its text there: paths count from the manifest's own folder."""
    spec = one.document["spec"]
    if SOURCE not in spec:
        return one.text
    source = {**spec[SOURCE], "path": f"../{spec[SOURCE]['path']}"}
    return document_text({**one.document, "spec": {**spec, SOURCE: source}}, one.comments)


def stream(exported: Iterable[Exported]) -> str:
    """All of them, one document after the other; paths count from where the text is saved."""
    return "---\n".join(one.text for one in exported)


def document(export: Export) -> dict[str, Any]:
    """The same for programs, with what is left out: resource names and reasons."""
    manifests = [dict(one.document) for one in export.manifests]
    return {"manifests": manifests, "left_out": dict(export.skipped)}
