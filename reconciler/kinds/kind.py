"""The shape of a kind: knowledge as data with reasons first, functions second."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from reconciler.kinds.manners import PLAIN, Manners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reconciler.kinds.cost_rule import CostRule
    from reconciler.kinds.field_rule import FieldRule
    from reconciler.kinds.identity import Identity
    from reconciler.kinds.row_use import RowUse
    from reconciler.kinds.source_facts import SourceFacts

OUTPUT_KIND = "Model"
"""The kind of what jobs make; a reference that takes it also finds the output model of a job."""

MADE_BY = "fineTuningJob"
"""The field of an output model that names the job that made it (Model fields: the best lineage)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that holds a resource's name; ``[]`` in the path means each item of a list.

    ``kinds`` are the kinds a short name may mean, in order; ``Model`` also finds the output
    model of a job. ``collection`` is where a short name lives that is no resource of the project
    because its kind has no file here (``secrets``): it is expanded and looked up live.
    ``lineage``: the field only tells where the resource came from; it keeps nothing in use.
    ``usable`` are the states in which what is looked up live can be used (empty: in any).
    """

    path: str
    kinds: tuple[str, ...]
    collection: str = ""
    lineage: bool = False
    usable: tuple[str, ...] = ()


class Readiness(Enum):
    """What a state means to whoever waits (fact sheet 15)."""

    READY = "ready"  # READY, COMPLETED, EARLY_STOPPED
    PENDING = "pending"
    HALTED = "halted"  # PAUSED, IDLE: not terminal, may go on by itself
    FAILED = "failed"
    VANISHING = "vanishing"  # being deleted
    DELETED = "deleted"  # gone, but its record still holds the id
    UNKNOWN = "unknown"  # treat as in progress, warn, never act

    @property
    def leaving(self) -> bool:
        """On its way out, or gone though its record is still there."""
        return self in (Readiness.VANISHING, Readiness.DELETED)


@dataclass(frozen=True, slots=True)
class ContentRule:
    """How the bytes of ``spec.source`` reach the platform.

    ``direct_limit``: below this many bytes one multipart ``:upload`` (None: never).
    ``validate_method``: the HTTP method of ``:validateUpload``. ``uploading_state``: the state
    of a record whose bytes are not validated yet. ``single_file``: source is one file.
    ``resumable``: the upload endpoint knows ``enableResumableUpload``. ``needs_source``: without
    ``spec.source`` the resource is made elsewhere (by a job, an import) and never created here.
    """

    validate_method: str
    uploading_state: str = "UPLOADING"
    direct_limit: int | None = None
    single_file: bool = False
    resumable: bool = False
    needs_source: bool = False


def _keep(spec: Mapping[str, Any], _facts: SourceFacts | None) -> Mapping[str, Any]:
    return spec


def _no_problems(_spec: Mapping[str, Any], _facts: SourceFacts | None) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What a kind's check found: ``path`` inside the document, e.g. ``("spec", "epochs")``.

    ``message`` does not repeat the path: whoever shows it writes ``spec.epochs: message``.
    """

    path: tuple[str | int, ...]
    message: str
    hint: str | None = None
    warning: bool = False
    code: str = "invalid-spec"


@dataclass(frozen=True, slots=True)
class Kind:
    """Everything the stages need to know about a kind; no stage ever names one.

    ``derive(spec, facts)`` adds what is derived from the files (``huggingfaceFiles``,
    ``exampleCount``); ``check(spec, facts)`` finds what a schema cannot say. ``states`` maps the
    server's state to its meaning; one not listed is UNKNOWN. ``output_model`` is the path of the
    field that names the model a job makes (default: the job's id). ``runs_once``: a job, created
    once, ever. ``paid``: creating it costs money. ``protected``: the default of
    ``lifecycle.preventDestroy``. ``has_update``: the collection has a PATCH verb.
    ``wire_snake_case``: the body is sent in snake_case (the published guide's spelling).
    ``content_hash``: ``idStrategy: contentHash`` is allowed. ``secrets`` are the paths that take
    only ``{"env": NAME}``. ``match``: paths whose equal values find the record again when the
    platform gave it another id than the one we sent (after looking for ``output_model``).
    ``output_model_is_id``: ``output_model`` is sent as an id, not as a full name. ``used_by`` are
    fields of the answer that list who uses the resource (``deployedModelRefs``): while one is
    not empty it is not deleted. ``publishes`` is the field that makes it public when true.
    ``manners`` is what the platform does with it beyond a plain record.
    ``rows`` is what a job asks of the rows of its dataset.
    ``docs`` says in a sentence or two what the kind is, for ``explain``.

    Both functions are given the whole ``spec``, ``source`` included; the caller takes ``source``
    out of the body afterwards. ``facts`` is None when there is no source, or none that could be
    read.
    """

    name: str
    collection: str
    identity: Identity
    rules: tuple[FieldRule, ...]
    states: Mapping[str, Readiness]
    references: tuple[Reference, ...] = ()
    content: ContentRule | None = None
    output_model: str | None = None
    runs_once: bool = False
    paid: bool = False
    protected: bool = False
    has_update: bool = True
    cancel_before_delete: bool = False
    wire_snake_case: bool = False
    content_hash: bool = False
    secrets: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    output_model_is_id: bool = False
    used_by: tuple[str, ...] = ()
    publishes: str | None = None
    manners: Manners = PLAIN
    cost: CostRule | None = None
    rows: RowUse | None = None
    derive: Callable[[Mapping[str, Any], SourceFacts | None], Mapping[str, Any]] = _keep
    check: Callable[[Mapping[str, Any], SourceFacts | None], Iterable[Problem]] = _no_problems
    docs: str = field(default="", compare=False)

    def rule(self, path: str) -> FieldRule | None:
        """The rule for a dotted path: its own, else that of its nearest ancestor."""
        while path:
            for rule in self.rules:
                if rule.path == path:
                    return rule
            path = path.rpartition(".")[0]
        return None

    def readiness(self, state: str) -> Readiness:
        return self.states.get(state, Readiness.UNKNOWN)
