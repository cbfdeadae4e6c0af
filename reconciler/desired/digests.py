"""Content digests of the resources whose id, or a dependant's id, follows their content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.desired.identity import by_content, content_digest, determining, stand_in
from reconciler.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.desired.catalog import Catalog
    from reconciler.desired.references import Link
    from reconciler.manifest.manifest import Manifest
    from reconciler.ref import ResourceRef


def needed(
    order: Iterable[ResourceRef], links: Mapping[ResourceRef, tuple[Link, ...]], catalog: Catalog
) -> dict[ResourceRef, ResourceRef]:
    """Each ref whose digest is needed, mapped to the ``contentHash`` resource that needs it.

    ``order`` has dependencies first.
    """
    wanted: dict[ResourceRef, ResourceRef] = {}
    for ref in reversed(tuple(order)):
        manifest = catalog.manifests[ref]
        if by_content(manifest):
            wanted[ref] = ref
        if ref in wanted:
            for target in _inputs(ref, links[ref], catalog):
                wanted.setdefault(target, wanted[ref])
    return wanted


def _inputs(ref: ResourceRef, found: tuple[Link, ...], catalog: Catalog) -> Iterator[ResourceRef]:
    maker = catalog.made_by(ref)
    if maker is not None:
        yield maker
        return
    for link in determining(found, catalog.kind(ref)):
        if link.target is not None and link.target in catalog.manifests and link.target != ref:
            yield link.target


def digests(
    order: tuple[ResourceRef, ...],
    links: Mapping[ResourceRef, tuple[Link, ...]],
    catalog: Catalog,
) -> tuple[dict[ResourceRef, str], tuple[Diagnostic, ...]]:
    """The digest of every resource that needs one; one that lacks an input has none.

    A file without a known sha256 is a problem, named once for the file.
    """
    found: dict[ResourceRef, str] = {}
    known: dict[ResourceRef, Any] = {}
    problems: list[Diagnostic] = []
    wanted = needed(order, links, catalog)
    for ref in (ref for ref in order if ref in wanted):
        unknown = tuple(_unhashed(ref, wanted[ref], catalog))
        problems.extend(unknown)
        maker = catalog.made_by(ref)
        if maker is not None and maker in known:
            known[ref] = known[maker]  # the manifest only describes what that job makes
        elif maker is None and not unknown and _complete(ref, links[ref], catalog, known):
            found[ref] = content_digest(
                catalog.manifests[ref], catalog.kind(ref), links[ref], known
            )
            known[ref] = stand_in(catalog.manifests[ref], found[ref])
    return found, tuple(problems)


def _complete(
    ref: ResourceRef, found: tuple[Link, ...], catalog: Catalog, known: Mapping[ResourceRef, Any]
) -> bool:
    return all(link.target in known for link in determining(found, catalog.kind(ref)))


def lacks_digest(manifest: Manifest) -> bool:
    """Whether the sha256 of one of its files is not known."""
    return manifest.files is not None and any(f.sha256 is None for f in manifest.files.files)


def _unhashed(ref: ResourceRef, because: ResourceRef, catalog: Catalog) -> Iterator[Diagnostic]:
    manifest = catalog.manifests[ref]
    files = manifest.files.files if manifest.files is not None else ()
    for file in files:
        if file.sha256 is None:
            yield Diagnostic(
                Severity.ERROR,
                "unknown-digest",
                f"spec.source: the sha256 of {file.key[:120]} is not known,"
                f" and the id of {because} follows it",
                manifest.locate(("spec", "source", "path")),
                ref,
            )
            return
