"""Live resources to manifests: every one that is written plans to no changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.errors import ReconcilerError, Refused
from reconciler.export.choose import choose
from reconciler.export.fit import Unfit, fitted, in_words, objections_of
from reconciler.export.names import ShortNames, refs_of
from reconciler.export.settable import SOURCE, Settable, settable
from reconciler.kinds.source_facts import SourceFacts
from reconciler.manifest.write import document_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from reconciler.export.fit import Objection, Spec
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource, LiveState
    from reconciler.manifest.schema_set import SchemaSet
    from reconciler.ref import ResourceRef

DATA = "data"
"""The folder of all rows, beside the folders of the kinds."""
ONE_FACT = SourceFacts({"": 0}, rows=1)


@dataclass(frozen=True, slots=True)
class Rows:
    """The one file of what brings bytes, as it is stored: its name there and its sha256, None when
    nobody read it. ``here``: it stands where the manifest says."""

    key: str
    sha256: str | None = None
    here: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """One manifest. ``document`` is JSON-like; ``source.path`` in it begins with ``data/``.
    ``comments`` are what a reader should know that no field says. ``text`` is the YAML of both."""

    ref: ResourceRef
    live: LiveResource
    document: Mapping[str, Any]
    comments: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Export:
    """The manifests, sorted by ref; ``skipped`` says of other resources why they have none."""

    manifests: tuple[Exported, ...]
    skipped: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exporter:
    """``rows`` tells of the file of a resource whose bytes came from a file; it may raise
    ReconcilerError, Refused where they have no place. It is asked once a resource. ``beside`` is
    how a user writes the folder of ``data``."""

    live: LiveState
    kinds: Mapping[str, Kind]
    schemas: SchemaSet
    rows: Callable[[Kind, LiveResource], Rows]
    beside: str = ""

    def export(self, prove: Callable[[Sequence[Exported]], Mapping[str, str]]) -> Export:
        """Manifests of everything that can have one.

        ``prove`` plans the manifests against the snapshot they were made of and says of each that
        would not be *no change* why: it is left out, and what refers to it does so by its full
        name.
        """
        chosen, skipped = choose(self.live.resources.values(), self.kinds, self.live.account)
        drafts, unfit = self._drafts(chosen)
        skipped |= unfit
        while True:
            chosen = [live for live in chosen if live.name not in skipped]
            made = tuple(self._manifests(chosen, drafts))
            refuted = prove(made)
            if not refuted:
                return Export(made, dict(sorted(skipped.items())))
            skipped |= refuted

    def _drafts(self, chosen: Sequence[LiveResource]) -> tuple[dict[str, _Draft], dict[str, str]]:
        drafts: dict[str, _Draft] = {}
        unfit: dict[str, str] = {}
        for live in chosen:
            try:
                drafts[live.name] = self._draft(live, self.kinds[live.kind])
            except Unfit as error:
                unfit[live.name] = f"a manifest cannot express it: {error}"
            except Refused as error:
                unfit[live.name] = error.message
            except ReconcilerError as error:
                unfit[live.name] = f"its bytes cannot be read: {error.message}"
        return drafts, unfit

    def _draft(self, live: LiveResource, kind: Kind) -> _Draft:
        found = settable(live.body, kind, self.schemas.place(kind.name))
        objections = objections_of(kind, self.schemas)
        for spec, brings in _ways(found, live, kind):
            try:
                fit, left_out = fitted(spec, objections)
            except Unfit as error:
                why = error
                continue
            return _Draft(fit, self.rows(kind, live) if brings else None, left_out, found.secrets)
        raise why

    def _manifests(
        self, chosen: Sequence[LiveResource], drafts: Mapping[str, _Draft]
    ) -> Iterator[Exported]:
        refs = refs_of(chosen, self.kinds)
        short = ShortNames(chosen, self.live.account, self.kinds)
        for live in chosen:
            draft, ref, kind = drafts[live.name], refs[live.name], self.kinds[live.kind]
            document = {
                "apiVersion": "reconciler/v1",
                "kind": ref.kind,
                "metadata": {"name": ref.name},
                "spec": {**short.shortened(draft.spec, kind), **draft.source(live)},
            }
            comments = tuple(draft.comments(self.beside + _folder(live), ref))
            yield Exported(ref, live, document, comments, document_text(document, comments))


@dataclass(frozen=True, slots=True)
class _Draft:
    """What does not change while names are settled."""

    spec: Spec
    rows: Rows | None
    left_out: Sequence[Objection]
    secrets: Sequence[str]

    def source(self, live: LiveResource) -> Spec:
        if self.rows is None:
            return {}
        pin = {"sha256": self.rows.sha256} if self.rows.sha256 else {}
        return {SOURCE: {"path": f"{_folder(live)}/{self.rows.key}", **pin}}

    def comments(self, folder: str, ref: ResourceRef) -> Iterator[str]:
        if self.rows is not None and not self.rows.here:
            needed = "" if self.rows.sha256 else ", needed before it plans"
            yield f"the rows{needed}: reconciler download {ref} --out {folder}"
        for objection in self.left_out:
            yield f"left out: {in_words(objection)}"
        for path in self.secrets:
            yield f"a secret is set, which is never exported: spec.{path}"


def _folder(live: LiveResource) -> str:
    return f"{DATA}/{live.id}"


def _ways(found: Settable, live: LiveResource, kind: Kind) -> Iterator[tuple[Spec, bool]]:
    """The specs that may say where a resource comes from, the likeliest first; True: with bytes
    of its own.

    What follows from the bytes is left to follow: of a kind that is always made here
    (``ContentRule.needs_source`` false) a spec without any origin means an uploaded file.
    """
    plain, marked = dict(found.spec), {**found.spec, **found.markers}
    if kind.content is None or kind.content.needs_source:
        yield plain, False
        yield marked, False
        return
    follows = kind.derive({SOURCE: {}}, ONE_FACT).keys()
    origin = {key: value for key, value in plain.items() if key not in follows}
    uploaded = {**origin, SOURCE: {"path": "rows.jsonl"}}
    sent = any(isinstance(live.body.get(key), dict) for key in follows)
    yield plain, False
    if sent:
        yield uploaded, True
    yield marked, False
    yield uploaded, True
