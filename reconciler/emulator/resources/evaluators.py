"""Evaluators: created, their code uploaded, built, then ACTIVE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator.errors import failed_precondition
from reconciler.emulator.lifecycle import schedule
from reconciler.emulator.resources.collection import Collection, Creation, IdFrom, Verb
from reconciler.emulator.resources.shared import OUTPUTS, status
from reconciler.emulator.schema import (
    Field,
    ListOf,
    MapOf,
    Message,
    Role,
    Scalar,
    enum,
    many,
    shorter_than,
)
from reconciler.emulator.uploads import asked_files, missing_files, signed_urls, upload_urls

if TYPE_CHECKING:
    from reconciler.emulator.call import Call
    from reconciler.emulator.decode import Json
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

SNIPPETS = Message(
    "CodeSnippets",
    (
        *many(Scalar.STRING, Role.MUTABLE, "language entryFile entryFunc"),
        Field("fileContents", MapOf(Scalar.STRING)),
    ),
)
CRITERION = Message(
    "Criterion",
    (
        *many(Scalar.STRING, Role.MUTABLE, "name description"),
        Field("type", enum("TYPE_UNSPECIFIED CODE_SNIPPETS")),
        Field("codeSnippets", SNIPPETS),
    ),
)
SOURCE = Message(
    "EvaluatorSource",
    (
        Field("type", enum("TYPE_UNSPECIFIED TYPE_UPLOAD TYPE_GITHUB TYPE_TEMPORARY")),
        Field("githubRepositoryName", Scalar.STRING),
    ),
)
MESSAGE = Message(
    "Evaluator",
    (
        *OUTPUTS,
        Field("createdBy", Scalar.STRING, Role.OUTPUT),
        Field("state", enum("STATE_UNSPECIFIED ACTIVE BUILDING BUILD_FAILED"), Role.OUTPUT),
        Field("displayName", Scalar.STRING, check=shorter_than(64)),
        *many(
            Scalar.STRING,
            Role.MUTABLE,
            "description commitHash defaultDataset entryPoint requirements",
        ),
        Field("criteria", ListOf(CRITERION)),
        Field("source", SOURCE),
    ),
)
CREATE = Message("CreateEvaluatorRequest", many(Scalar.STRING, Role.MUTABLE, "evaluatorId"))
EMPTY = Message("ValidateEvaluatorUploadRequest", many(Scalar.STRING, Role.MUTABLE, "name"))


READY_MADE = "exact-answer"
"""An evaluator that every account here has: nothing on this machine builds one from code."""


def seed(platform: Platform) -> None:
    """One ACTIVE evaluator, once."""
    name = f"accounts/{platform.account}/evaluators/{READY_MADE}"
    if platform.store.find(name) is None:
        platform.add(name, {"displayName": "Exact answer", "state": "ACTIVE"})


def created(platform: Platform, record: Record, _creation: Creation) -> None:
    """BUILDING until code is uploaded and validated; with snippets alone for good."""
    updates = {"state": "BUILDING", "status": status("OK"), "createdBy": platform.email}
    record.fields.update(updates)


def updated(platform: Platform, record: Record, call: Call) -> None:
    """With prepareCodeUpload it waits for new code."""
    if call.flag("prepareCodeUpload"):
        record.fields["state"] = "BUILDING"
        record.meta["files"] = {}
        platform.touch(record)


def get_upload_endpoint(platform: Platform, record: Record, call: Call) -> Json:
    """Signed URLs for the code. Raises ApiError (400, code 9) unless it waits for some."""
    if record.fields.get("state") != "BUILDING":
        raise failed_precondition(f"{record.name} is {record.fields.get('state')}")
    files, _ = asked_files(call)
    return signed_urls(upload_urls(platform, record, files))


def validate_upload(platform: Platform, record: Record, call: Call) -> Json:
    """Build what was uploaded. Raises ApiError (400, code 9) while it is not all there."""
    call.decode(EMPTY)
    expected = set(record.meta.get("files", {}))
    if not expected or missing_files(platform, record, expected):
        raise failed_precondition("the code has not been uploaded")
    schedule(platform, record, [(platform.options.deployment_seconds, "ACTIVE", {})])
    return {}


def source_code(platform: Platform, record: Record, _call: Call) -> Json:
    """Signed GET URLs of the code."""
    return signed_urls(platform.download_urls(record))


def build_log(platform: Platform, record: Record, _call: Call) -> Json:
    """A signed GET URL of the build's log."""
    return {"buildLogSignedUri": platform.signed_url("GET", platform.file_key(record, "build.log"))}


COLLECTION = Collection(
    segment="evaluators",
    noun="Evaluator",
    message=MESSAGE,
    id_from=IdFrom.BODY,
    id_key="evaluatorId",
    wrapper="evaluator",
    seeds=seed,
    extras=CREATE,
    create_segment="evaluatorsV2",
    created=created,
    updated=updated,
    verbs={
        "getUploadEndpoint": Verb("POST", get_upload_endpoint),
        "validateUpload": Verb("POST", validate_upload),
        "getSourceCodeSignedUrl": Verb("GET", source_code),
        "getBuildLogEndpoint": Verb("GET", build_log),
    },
)
