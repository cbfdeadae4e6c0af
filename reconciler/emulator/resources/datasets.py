"""Datasets: uploaded directly or by signed URL, or made from other data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator import datasets_upload
from reconciler.emulator.datasets_upload import become_ready
from reconciler.emulator.errors import failed_precondition, invalid
from reconciler.emulator.ids import full_name
from reconciler.emulator.jobs import TERMINAL, training_jobs
from reconciler.emulator.operations import remove
from reconciler.emulator.resources.collection import Collection, Creation, IdFrom, Verb
from reconciler.emulator.resources.shared import FORMAT, OUTPUTS, status
from reconciler.emulator.schema import (
    Field,
    Message,
    Role,
    Scalar,
    enum,
    many,
    shorter_than,
)

if TYPE_CHECKING:
    from reconciler.emulator.call import Call
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

EVALUATION_RESULT = Message(
    "EvaluationResult", many(Scalar.STRING, Role.MUTABLE, "evaluationJobId"), ("evaluationJobId",)
)
SPLITTED = Message(
    "Splitted", many(Scalar.STRING, Role.MUTABLE, "sourceDatasetId"), ("sourceDatasetId",)
)
TRANSFORMED = Message(
    "Transformed",
    (
        *many(Scalar.STRING, Role.MUTABLE, "sourceDatasetId filter"),
        Field("originalFormat", FORMAT),
    ),
    ("sourceDatasetId",),
)
SOURCES = ("userUploaded", "evaluationResult", "transformed", "splitted", "evalProtocol")
"""The data_source oneof; evalProtocol marks another tool's output."""

MESSAGE = Message(
    "Dataset",
    (
        *OUTPUTS,
        Field("createdBy", Scalar.STRING, Role.OUTPUT),
        Field("state", enum("STATE_UNSPECIFIED UPLOADING READY"), Role.OUTPUT),
        Field("displayName", Scalar.STRING, check=shorter_than(64)),
        Field("exampleCount", Scalar.INT64),
        *many(Scalar.STRING, Role.MUTABLE, "externalUrl sourceJobName"),
        Field("format", FORMAT, Role.IMMUTABLE),
        Field("userUploaded", Scalar.OBJECT, Role.IMMUTABLE, sparse=True),
        Field("evaluationResult", EVALUATION_RESULT, Role.IMMUTABLE, sparse=True),
        Field("transformed", TRANSFORMED, Role.IMMUTABLE, sparse=True),
        Field("splitted", SPLITTED, Role.IMMUTABLE, sparse=True),
        Field("evalProtocol", Scalar.OBJECT, Role.IMMUTABLE, sparse=True),
        Field("averageTurnCount", Scalar.DOUBLE, Role.OUTPUT),
        Field("estimatedTokenCount", Scalar.INT64, Role.OUTPUT),
    ),
)

CREATE = Message(
    "CreateDatasetRequest",
    many(Scalar.STRING, Role.MUTABLE, "datasetId sourceDatasetId filter"),
    ("datasetId",),
)


def check(platform: Platform, creation: Creation) -> None:
    """One data source at most, and what it refers to exists. Raises ApiError."""
    fields = creation.fields
    given = [name for name in SOURCES if name in fields]
    if len(given) > 1:
        raise invalid(f"only one data source may be set, but {' and '.join(given)} are")
    if platform.options.require_example_count and not fields.get("exampleCount"):
        raise invalid("exampleCount is required")
    for name in ("transformed", "splitted"):
        if name in fields:
            platform.reference(fields[name]["sourceDatasetId"], "datasets", ready=True)
    if creation.request.get("sourceDatasetId"):
        platform.reference(creation.request["sourceDatasetId"], "datasets", ready=True)


def created(platform: Platform, record: Record, creation: Creation) -> None:
    """A new dataset waits for its bytes, unless they come from somewhere else."""
    record.fields["state"] = "UPLOADING"
    record.fields["status"] = status("OK")
    record.fields["createdBy"] = platform.email
    source = creation.request.get("sourceDatasetId") or _source(record)
    if source:
        datasets_upload.copy(platform, platform.reference(source, "datasets"), record)
    if source or record.fields.get("externalUrl"):
        become_ready(platform, record)


def _source(record: Record) -> str:
    for name in ("transformed", "splitted"):
        if name in record.fields:
            return str(record.fields[name]["sourceDatasetId"])
    return ""


def delete(platform: Platform, record: Record, _call: Call) -> None:
    """24-8: refused while a job that uses it is not done. Raises ApiError."""
    for job in training_jobs(platform):
        used = {job.fields.get("dataset", ""), job.fields.get("evaluationDataset", "")}
        used |= {d.get("dataset", "") for d in job.fields.get("datasets", [])}
        names = {full_name(value, platform.account, "datasets") for value in used if value}
        if record.name in names and job.fields.get("state") not in TERMINAL:
            raise failed_precondition(f"{record.name} is in use by {job.name}")
    remove(platform, record)


COLLECTION = Collection(
    segment="datasets",
    noun="Dataset",
    message=MESSAGE,
    id_from=IdFrom.BODY,
    id_key="datasetId",
    wrapper="dataset",
    extras=CREATE,
    check=check,
    created=created,
    delete=delete,
    verbs={
        "upload": Verb("POST", datasets_upload.upload),
        "getUploadEndpoint": Verb("POST", datasets_upload.get_upload_endpoint),
        "validateUpload": Verb("POST", datasets_upload.validate_upload),
        "getDownloadEndpoint": Verb("GET", datasets_upload.get_download_endpoint),
    },
)
