"""Dataset: an immutable set of examples, as one JSONL file or made of another dataset."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reconciler.kinds.checks import at_most_one, derived_by_hand, exactly_one, pin_of_a_folder
from reconciler.kinds.field_rule import FieldClass, Shape, rules
from reconciler.kinds.identity import BodyId
from reconciler.kinds.kind import ContentRule, Kind, Problem, Readiness, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.kinds.source_facts import SourceFacts

_ORIGIN = "says where the examples came from: a dataset never changes"

_MADE_BY_THE_PLATFORM = ("transformed", "splitted", "evaluationResult", "evalProtocol")
"""With ``userUploaded`` the oneof ``data_source``: two of them are an error."""

_RULES = (
    *rules(FieldClass.MUTABLE, "changed in place: the one field firectl updates", "displayName"),
    *rules(
        FieldClass.UNPROVED,
        "PATCH accepts it, but nothing proves that the server applies it",
        "exampleCount",
        shape=Shape.INT64,
    ),
    *rules(
        FieldClass.UNPROVED,
        "PATCH accepts it, but nothing proves that the server applies it",
        "sourceJobName",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "another file means other examples: a dataset never changes",
        "externalUrl",
    ),
    *rules(
        FieldClass.IMMUTABLE,
        "the rows were read as this format: a dataset never changes",
        "format",
    ),
    *rules(
        FieldClass.IMMUTABLE,
        _ORIGIN,
        "userUploaded",
        *_MADE_BY_THE_PLATFORM,
        "transformed.originalFormat",
        "transformed.filter",
    ),
    *rules(
        FieldClass.IMMUTABLE,
        _ORIGIN,
        "transformed.sourceDatasetId",
        "splitted.sourceDatasetId",
        "evaluationResult.evaluationJobId",
        shape=Shape.RESOURCE_NAME,
    ),
    *rules(
        FieldClass.CREATE_ONLY,
        "counts at creation only: which dataset is copied",
        "sourceDatasetId",
        shape=Shape.RESOURCE_NAME,
        place="body",
    ),
    *rules(
        FieldClass.CREATE_ONLY,
        "counts at creation only: which rows are copied",
        "filter",
        place="body",
    ),
    *rules(
        FieldClass.COMPUTED,
        "set by the server",
        "averageTurnCount",
        "createTime",
        "createdBy",
        "estimatedTokenCount",
        "name",
        "state",
        "status",
        "updateTime",
    ),
)


def derive(spec: Mapping[str, Any], facts: SourceFacts | None) -> Mapping[str, Any]:
    """The record of an uploaded file: ``userUploaded`` and, as the API's int64, the row count."""
    derived = dict(spec)
    if "source" in spec:
        derived["userUploaded"] = {}
        if facts and facts.rows is not None:
            derived["exampleCount"] = facts.rows
    if "exampleCount" in derived:
        derived["exampleCount"] = str(derived["exampleCount"])
    return derived


def check(spec: Mapping[str, Any], facts: SourceFacts | None) -> Iterator[Problem]:
    """Where the examples come from is said exactly once, and a source is one file."""
    yield from exactly_one(spec, "source", "externalUrl", "sourceDatasetId", *_MADE_BY_THE_PLATFORM)
    yield from at_most_one(spec, "userUploaded", "sourceDatasetId", *_MADE_BY_THE_PLATFORM)
    yield from derived_by_hand(spec, "exampleCount")
    if "filter" in spec and "sourceDatasetId" not in spec:
        yield Problem(
            ("spec", "filter"),
            "chooses rows of sourceDatasetId, which is not given",
            code="missing-field",
        )
    if "source" in spec:
        yield from _check_source(spec, facts)


def _check_source(spec: Mapping[str, Any], facts: SourceFacts | None) -> Iterator[Problem]:
    """Dataset docs: JSONL, one object a line. One file is one dataset."""
    path = ("spec", "source", "path")
    yield from pin_of_a_folder(spec, facts)
    if "include" in spec["source"]:
        yield Problem(
            ("spec", "source", "include"),
            "picks files of a folder, but a dataset is one file",
            hint="remove include",
        )
    if facts and len(facts.sizes) > 1:
        yield Problem(path, f"expected one file, but was a folder of {len(facts.sizes)}")
    if not str(spec["source"].get("path", "")).endswith(".jsonl"):
        yield Problem(path, "expected a .jsonl file", warning=True, code="file-name")


KIND = Kind(
    name="Dataset",
    collection="datasets",
    identity=BodyId("datasetId", "dataset"),
    rules=_RULES,
    states=MappingProxyType(
        {
            "STATE_UNSPECIFIED": Readiness.UNKNOWN,
            "UPLOADING": Readiness.PENDING,
            "READY": Readiness.READY,
        }
    ),
    references=(
        Reference("sourceDatasetId", ("Dataset",), lineage=True),
        Reference("transformed.sourceDatasetId", ("Dataset",), lineage=True),
        Reference("splitted.sourceDatasetId", ("Dataset",), lineage=True),
        Reference("evaluationResult.evaluationJobId", ("EvaluationJob",), "evaluationJobs"),
        Reference("sourceJobName", ("BatchInferenceJob",), "batchInferenceJobs"),
    ),
    content=ContentRule(
        validate_method="POST",
        direct_limit=150_000_000,  # the guide's 150 MB, read as the smaller of its two meanings
        single_file=True,
    ),
    protected=True,
    content_hash=True,
    derive=derive,
    check=check,
    docs="Training or evaluation examples. Their content never changes: new rows, new id.",
)
