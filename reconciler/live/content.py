"""Content truth: what the storage holds of what the manifests declare (docs/content-truth.md).

Read-only: download URLs are asked for, and one byte of each file. Declared files are hashed only
where the storage offers a hash to compare with, and the sizes are equal.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from reconciler.diagnostic import Diagnostic, Severity
from reconciler.errors import ApiError, ContentError, Unauthenticated
from reconciler.kinds.registry import all_kinds
from reconciler.live.content_wish import ContentMode
from reconciler.live.state import StoredContent
from reconciler.live.stored_memory import StoredMemory
from reconciler.live.verdicts import checkable, differs, verdicts, with_digests

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.kinds.kind import Kind
    from reconciler.live.content_wish import ContentWish
    from reconciler.live.state import LiveResource, LiveState, StoredFile
    from reconciler.manifest.file_set import FileSet, LocalFile
    from reconciler.ref import ResourceRef

MOST_READS = 200
"""Of one run in mode auto, for what this change does not touch and nothing is known of."""

PARALLELISM = 8


class ContentReader(Protocol):
    """What of a Reader is needed here."""

    @property
    def base_url(self) -> str: ...

    def content_facts(self, kind: Kind, resource_id: str) -> Mapping[str, StoredFile | None]: ...


@dataclass(frozen=True, slots=True)
class _Item:
    resource: Resource
    live: LiveResource
    kind: Kind


def check_content(
    desired: DesiredState,
    live: LiveState,
    reader: ContentReader,
    wish: ContentWish,
    refs: Iterable[ResourceRef] | None = None,
) -> tuple[DesiredState, LiveState]:
    """Both states with what is needed to compare bytes: stored facts, and local digests.

    ``refs``: only those, None for all. Raises Unauthenticated; any other failure to read makes
    files unverifiable, with its reason.
    """
    items = _items(desired, live, refs) if wish.mode is not ContentMode.NONE else []
    items = [item for item in items if wish.only is None or item.resource.ref in wish.only]
    if not items:
        return desired, live
    check = _Check(reader, wish, StoredMemory(wish.cache, reader.base_url))
    check.run(items, desired)
    return check.states(desired, live)


def _items(
    desired: DesiredState, live: LiveState, refs: Iterable[ResourceRef] | None
) -> list[_Item]:
    kinds, wanted = all_kinds(), None if refs is None else frozenset(refs)
    found = []
    for ref, resource in desired.resources.items():
        if resource.files is None or not (wanted is None or ref in wanted):
            continue
        one = live.get(resource.name)
        if one is not None and checkable(resource, one, kinds[ref.kind]):
            found.append(_Item(resource, one, kinds[ref.kind]))
    return found


class _Check:
    def __init__(self, reader: ContentReader, wish: ContentWish, memory: StoredMemory) -> None:
        self._reader = reader
        self._wish = wish
        self._memory = memory
        self._content: dict[str, StoredContent] = {}
        self._files: dict[ResourceRef, FileSet] = {}
        self._problems: list[Diagnostic] = []

    def run(self, items: Sequence[_Item], desired: DesiredState) -> None:
        asked = self._to_ask(items, desired)
        for item, content in zip(asked, self._ask(asked), strict=True):
            self._memory.remember(item.live, content)
            self._take(item, content)

    def states(self, desired: DesiredState, live: LiveState) -> tuple[DesiredState, LiveState]:
        resources = {
            ref: _with_files(one, self._files[ref]) if ref in self._files else one
            for ref, one in desired.resources.items()
        }
        seen = replace(
            live,
            content=self._content,
            diagnostics=(*live.diagnostics, *self._problems),
        )
        return replace(desired, resources=resources), seen

    def _to_ask(self, items: Sequence[_Item], desired: DesiredState) -> list[_Item]:
        """Whom to ask; what is known and agrees is taken as it is. In auto what this change
        touches, or builds on, is asked anew, and so is what looks changed by what was known."""
        if self._wish.mode is ContentMode.ALL:
            return list(items)
        touched = self._wish.touched()
        near = frozenset() if touched is None else desired.graph.reach(touched)
        left = MOST_READS if touched is not None else None
        asked = []
        for item in items:
            known = None if item.resource.ref in near else self._memory.recall(item.live)
            if known is not None and self._agrees(item, known):
                continue
            if item.resource.ref in near or known is not None or left is None:
                asked.append(item)
            elif (price := 1 + len(_files(item).files)) <= left:
                left -= price
                asked.append(item)
        return asked

    def _agrees(self, item: _Item, known: StoredContent) -> bool:
        files = self._hashed(item, known)
        if differs(verdicts(files, known, item.kind)):
            return False
        self._content[item.live.name] = known
        self._files[item.resource.ref] = files
        return True

    def _ask(self, items: Sequence[_Item]) -> Sequence[StoredContent]:
        if not items:
            return ()
        pool = ThreadPoolExecutor(min(PARALLELISM, len(items)), "content")
        try:
            return list(pool.map(self._ask_one, items))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # an interrupt waits for no read

    def _ask_one(self, item: _Item) -> StoredContent:
        try:
            return StoredContent(self._reader.content_facts(item.kind, item.live.id))
        except Unauthenticated:
            raise
        except (ApiError, ContentError) as error:
            return StoredContent({}, error.message)

    def _take(self, item: _Item, content: StoredContent) -> None:
        self._content[item.live.name] = content
        self._files[item.resource.ref] = self._hashed(item, content)

    def _hashed(self, item: _Item, content: StoredContent) -> FileSet:
        def hasher(file: LocalFile, md5: bool) -> LocalFile:
            return self._hash(file, md5, item)

        return with_digests(_files(item), content, item.kind, hasher)

    def _hash(self, file: LocalFile, md5: bool, item: _Item) -> LocalFile:
        try:
            return self._wish.hasher(file, md5)
        except OSError as error:
            said = f"spec.source: {file.key[:120]} could not be hashed: {error.strerror or error}"
            where = item.resource.manifest.locate(("spec", "source"))
            self._problems.append(
                Diagnostic(Severity.WARNING, "not-checked", said, where, item.resource.ref)
            )
            return file


def _files(item: _Item) -> FileSet:
    assert item.resource.files is not None  # noqa: S101 - checkable
    return item.resource.files


def _with_files(resource: Resource, files: FileSet) -> Resource:
    return replace(resource, manifest=replace(resource.manifest, files=files))
