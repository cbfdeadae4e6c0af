"""A dataset's way from UPLOADING to READY: direct or by signed URL, then its rows checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.emulator.clock import epoch
from reconciler.emulator.errors import ApiError, failed_precondition, invalid, method_not_allowed
from reconciler.emulator.ids import last_part
from reconciler.emulator.lifecycle import schedule
from reconciler.emulator.resources.shared import status
from reconciler.emulator.schema import Message, Role, Scalar, many
from reconciler.emulator.uploads import asked_files, missing_files, signed_urls, upload_urls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.emulator.call import Call
    from reconciler.emulator.decode import Json
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.storage.blobs import Blob
    from reconciler.emulator.store import Record

DIRECT_LIMIT = 157_286_400
"""24-19: `:upload` takes 150 MiB at most."""
FEWEST_ROWS = 3
"""fine-tuning-models docs: at least 3 examples."""
VALIDATE = Message("ValidateDatasetUploadRequest", many(Scalar.STRING, Role.MUTABLE, "name"))


@dataclass(slots=True)
class Rows:
    """What counting found."""

    count: int = 0
    turns: int = 0


def upload(platform: Platform, record: Record, call: Call) -> Json:
    """Path A: one multipart part named `file`. Raises ApiError."""
    if call.upload is None:
        raise invalid('expected multipart/form-data with one part named "file"')
    _refuse_when_done(record)
    sent = call.upload
    if sent.blob.size > DIRECT_LIMIT:
        raise invalid("the file is too large for a direct upload: use getUploadEndpoint")
    name = sent.filename or "dataset.jsonl"
    platform.blobs.drop(platform.file_key(record, ""))
    platform.blobs.commit(platform.file_key(record, name), sent.blob)
    record.meta["files"] = {name: sent.blob.size}
    _check_and_finish(platform, record)
    return {
        "id": last_part(record.name),
        "bytes": sent.blob.size,
        "created_at": int(epoch(record.fields["createTime"])),
        "filename": name,
        "object": "file",
        "purpose": "fine-tune",
    }


def _refuse_when_done(record: Record) -> None:
    """24-21: datasets are immutable once READY."""
    if record.fields.get("state") == "READY":
        raise failed_precondition(f"{record.name} is READY: its content cannot change")


def get_upload_endpoint(platform: Platform, record: Record, call: Call) -> Json:
    """Path B, first step. Raises ApiError; 405 on a wedged dataset."""
    if record.meta.get("wedged"):
        raise method_not_allowed(f"{record.name} does not accept an upload")
    files, _ = asked_files(call)
    _refuse_when_done(record)
    return signed_urls(upload_urls(platform, record, files))


def validate_upload(platform: Platform, record: Record, call: Call) -> Json:
    """Path B, last step: never before the PUT was answered. Raises ApiError."""
    call.decode(VALIDATE)
    if record.fields.get("state") == "READY":
        return {}
    expected = set(record.meta.get("files", {}))
    if record.meta.get("wedged") or not expected or missing_files(platform, record, expected):
        # Reported of the live service: a premature validate wedges the dataset for good.
        record.meta["wedged"] = platform.options.premature_validate_wedges
        platform.store.save(record)
        raise failed_precondition(f"{record.name}: the upload is not complete")
    _check_and_finish(platform, record)
    return {}


def _check_and_finish(platform: Platform, record: Record) -> None:
    try:
        rows = _count(platform, record)
        _compare_count(platform, record, rows)
    except ApiError as error:
        record.fields["status"] = status("INVALID_ARGUMENT", error.message)
        platform.touch(record)
        raise
    size = sum(blob.size for blob in platform.files(record).values())
    # About four bytes of JSON make a token.
    record.fields["estimatedTokenCount"] = str(size // 4)
    if rows.count:
        record.fields["averageTurnCount"] = round(rows.turns / rows.count, 3)
    become_ready(platform, record)


def become_ready(platform: Platform, record: Record) -> None:
    """READY now, or after the validation delay."""
    done = {"status": status("OK")}
    delay = platform.options.validate_delay_seconds
    if delay:
        schedule(platform, record, [(delay, "READY", done)])
        return
    record.fields.update(done)
    record.fields["state"] = "READY"
    platform.touch(record)


def _compare_count(platform: Platform, record: Record, rows: Rows) -> None:
    told = int(record.fields.get("exampleCount", "0"))
    if platform.options.check_example_count and told and rows.count and told != rows.count:
        raise invalid(f"exampleCount is {told}, but the file has {rows.count} examples")


def _count(platform: Platform, record: Record) -> Rows:
    """Rows of all files; none when their bytes were not kept."""
    blobs = list(platform.files(record).values())
    rows = Rows()
    if any(blob.content is None for blob in blobs):
        return rows
    for blob in blobs:
        for number, line in enumerate(_lines(blob), 1):
            _check_row(rows, number, line)
    if rows.count < FEWEST_ROWS:
        raise invalid(f"a dataset needs at least {FEWEST_ROWS} examples, but has {rows.count}")
    return rows


def _check_row(rows: Rows, number: int, line: bytes) -> None:
    if not line.strip():
        return
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise invalid(f"dataset validation failed: invalid JSON on line {number}") from None
    if not isinstance(row, dict):
        raise invalid(f"dataset validation failed: line {number} is no JSON object")
    messages = row.get("messages")
    rows.count += 1
    rows.turns += len(messages) if isinstance(messages, list) else 0


def _lines(blob: Blob) -> Iterator[bytes]:
    """Lines split at LF only: other separators may stand inside strings."""
    rest = b""
    for piece in blob.read():
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    if rest:
        yield rest


def copy(platform: Platform, source: Record, target: Record) -> None:
    """The target gets the source's files."""
    for name, blob in platform.files(source).items():
        sink = platform.blobs.sink()
        for piece in blob.read():
            sink.write(piece)
        platform.blobs.commit(platform.file_key(target, name), sink.finish())
    for field in ("estimatedTokenCount", "averageTurnCount", "exampleCount"):
        if field in source.fields:
            target.fields.setdefault(field, source.fields[field])


def get_download_endpoint(platform: Platform, record: Record, call: Call) -> Json:
    """Signed GET URLs; with downloadLineage also those of what it was made from."""
    if record.fields.get("state") != "READY":
        raise failed_precondition(f"{record.name} is not READY")
    urls = platform.download_urls(record)
    if call.flag("downloadLineage"):
        urls = {f"{last_part(record.name)}/{name}": url for name, url in urls.items()}
        for ancestor in _ancestors(platform, record):
            found = platform.download_urls(ancestor).items()
            urls |= {f"{last_part(ancestor.name)}/{name}": url for name, url in found}
    return signed_urls(urls)


def _ancestors(platform: Platform, record: Record) -> Iterator[Record]:
    while True:
        made = record.fields.get("transformed") or record.fields.get("splitted") or {}
        if "sourceDatasetId" not in made:
            return
        record = platform.reference(made["sourceDatasetId"], "datasets")
        yield record
