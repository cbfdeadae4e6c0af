"""What models, datasets and evaluators share: upload URLs, and whether the bytes have landed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator.errors import invalid
from reconciler.emulator.schema import Field, MapOf, Message, Scalar

if TYPE_CHECKING:
    from reconciler.emulator.call import Call
    from reconciler.emulator.decode import Json
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

REQUEST = Message(
    "GetUploadEndpointRequest",
    (
        Field("filenameToSize", MapOf(Scalar.INT64)),
        Field("enableResumableUpload", Scalar.BOOL),
        Field("readMask", Scalar.STRING),
        Field("name", Scalar.STRING),
    ),
    required=("filenameToSize",),
)
CONTENT_TYPE = "application/octet-stream"


def asked_files(call: Call) -> tuple[dict[str, int], bool]:
    """The files of a getUploadEndpoint request with sizes, and whether resumably."""
    body = call.decode(REQUEST)
    files = {name: int(size) for name, size in body["filenameToSize"].items()}
    if not files:
        raise invalid("filenameToSize must not be empty")
    for name, size in files.items():
        _check_file(name, size)
    return files, bool(body.get("enableResumableUpload"))


def _check_file(name: str, size: int) -> None:
    """Sub-folders are fine, ways out of the model's folder are not (24-44)."""
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\\" in name or "\0" in name:
        raise invalid(f"invalid file name {name!r}")
    if size < 0:
        raise invalid(f"invalid size of {name!r}")


def upload_urls(
    platform: Platform, record: Record, files: dict[str, int], *, resumable: bool = False
) -> dict[str, str]:
    """Signed URLs for the files, which the record expects from now on."""
    record.meta.setdefault("files", {}).update(files)
    platform.store.save(record)
    urls = {}
    for name, size in files.items():
        key = platform.file_key(record, name)
        if resumable:
            headers = {"content-type": CONTENT_TYPE, "x-goog-resumable": "start"}
            urls[name] = platform.signed_url("POST", key, headers)
        else:
            ranged = {"content-type": CONTENT_TYPE, "x-goog-content-length-range": f"{size},{size}"}
            urls[name] = platform.signed_url("PUT", key, ranged)
    return urls


def missing_files(platform: Platform, record: Record, expected: set[str]) -> list[str]:
    """Expected files that have not landed, or with another size than was announced."""
    landed = platform.files(record)
    sizes = record.meta.get("files", {})
    return sorted(
        name
        for name in expected
        if name not in landed or landed[name].size != sizes.get(name, landed[name].size)
    )


def read_small(
    platform: Platform, record: Record, name: str, limit: int = 16 << 20
) -> bytes | None:
    """A stored file's bytes; None when absent, larger than `limit` or not kept."""
    blob = platform.files(record).get(name)
    if blob is None or blob.content is None or blob.size > limit:
        return None
    return b"".join(blob.read())


def signed_urls(urls: dict[str, str]) -> Json:
    """The answer of the getXEndpoint verbs."""
    return {"filenameToSignedUrls": urls}
