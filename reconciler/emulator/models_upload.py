"""A model's way from UPLOADING to READY: upload URLs, validation, download URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator import weights
from reconciler.emulator.errors import ApiError, already_exists, failed_precondition, invalid
from reconciler.emulator.resources.shared import PRECISION, status
from reconciler.emulator.schema import Field, Message, Scalar
from reconciler.emulator.uploads import (
    asked_files,
    missing_files,
    read_small,
    signed_urls,
    upload_urls,
)

if TYPE_CHECKING:
    from reconciler.emulator.call import Call
    from reconciler.emulator.decode import Json
    from reconciler.emulator.platform import Platform
    from reconciler.emulator.store import Record

PREPARE = Message(
    "PrepareModelRequest", (Field("precision", PRECISION), Field("readMask", Scalar.STRING))
)


def get_upload_endpoint(platform: Platform, record: Record, call: Call) -> Json:
    """Signed URLs for the asked files. Raises ApiError: 409 when READY, 400 unexpected file."""
    files, resumable = asked_files(call)
    if _finished(platform, record):
        if not platform.options.existing_model_answers_200:
            raise already_exists(f"Model {record.name}")
        return signed_urls({}) | {"filenameToUnsignedUris": {}}
    _check_expected(record, files)
    urls = upload_urls(platform, record, files, resumable=resumable)
    return signed_urls(urls) | {"filenameToUnsignedUris": {}}


def _finished(platform: Platform, record: Record) -> bool:
    if record.fields.get("state") == "READY":
        return True
    complete = record.meta.get("files") and not missing_files(platform, record, _expected(record))
    return bool(complete) and platform.options.upload_endpoint_409_when_complete


def _check_expected(record: Record, files: dict[str, int]) -> None:
    declared = set(record.fields.get("baseModelDetails", {}).get("huggingfaceFiles", []))
    if record.fields.get("kind") in ("HF_PEFT_ADDON", "HF_TEFT_ADDON"):
        declared = set(weights.ADAPTER_FILES)
    unexpected = sorted(set(files) - declared) if declared else []
    if unexpected:
        raise invalid(f"unexpected file: {unexpected[0]}")


def _expected(record: Record) -> set[str]:
    """The files that validation waits for."""
    declared = record.fields.get("baseModelDetails", {}).get("huggingfaceFiles", [])
    return set(declared) | set(record.meta.get("files", {}))


def validate_upload(platform: Platform, record: Record, call: Call) -> Json:
    """READY when all files are there and make sense. Raises ApiError.

    FAILED_PRECONDITION while files are landing, INVALID_ARGUMENT when they cannot be served.
    """
    if record.fields.get("state") == "READY":
        return {"warnings": []}
    expected = _expected(record)
    missing = missing_files(platform, record, expected)
    if missing or not expected:
        raise failed_precondition(f"files are still landing: {', '.join(missing) or 'none yet'}")
    _wait_for_storage(platform, record)
    try:
        warnings = _check_files(platform, record, expected, call)
    except ApiError as error:
        record.fields["status"] = status("INVALID_ARGUMENT", error.message)
        platform.touch(record)
        raise
    record.fields["state"] = "READY"
    record.fields["status"] = status("OK")
    platform.touch(record)
    return {"warnings": warnings}


def _wait_for_storage(platform: Platform, record: Record) -> None:
    """The transfer is asynchronous: bytes count only `validate_delay_seconds` after landing."""
    landed = max(blob.updated for blob in platform.files(record).values())
    if platform.clock.now() - landed < platform.options.validate_delay_seconds:
        raise failed_precondition("files are still being finalized")


def _check_files(platform: Platform, record: Record, names: set[str], call: Call) -> list[str]:
    if record.fields["kind"] in ("HF_PEFT_ADDON", "HF_TEFT_ADDON"):
        return _check_addon(platform, record, names)
    warnings = weights.check_weights(names)
    if call.flag("configOnly"):
        warnings = []
    for name in sorted(names):
        data = read_small(platform, record, name) if name.endswith(".index.json") else None
        if data is not None:
            weights.check_index(name, weights.parse_json_file(name, data), names)
    return warnings + _read_config(platform, record, names, call)


def _read_config(platform: Platform, record: Record, names: set[str], call: Call) -> list[str]:
    if "config.json" not in names:
        raise invalid("config.json not found")
    data = read_small(platform, record, "config.json")
    if data is None:
        return ["config.json was not kept: not checked"]
    config = weights.parse_json_file("config.json", data)
    warnings = [] if call.flag("skipHfConfigValidation") else weights.check_config(config)
    found = weights.facts(config)
    record.fields["contextLength"] = found["contextLength"] or record.fields.get("contextLength", 0)
    details = record.fields.setdefault("baseModelDetails", {})
    details.update(found["details"])
    details["parameterCount"] = str(_parameter_count(platform, record, names))
    record.fields["supportedPrecisions"] = [found["details"]["defaultPrecision"]]
    record.fields.update({"tunable": True, "supervisedLoraTunable": True, "supportsLora": True})
    return warnings


def _parameter_count(platform: Platform, record: Record, names: set[str]) -> int:
    shards = [name for name in names if name.endswith(".safetensors")]
    return sum(_head_parameters(platform, record, name) for name in shards)


def _head_parameters(platform: Platform, record: Record, name: str) -> int:
    blob = platform.files(record)[name]
    if blob.content is None:
        return blob.size // 2
    # The header's length is its first 8 bytes; one piece of 1 MiB holds most headers.
    return weights.parameters(next(blob.read(0, min(blob.size, 1 << 20)), b""))


def _check_addon(platform: Platform, record: Record, names: set[str]) -> list[str]:
    if "adapter_config.json" not in names:
        raise invalid("adapter_config.json not found")
    if not names & weights.ADAPTER_WEIGHTS:
        raise invalid("adapter_model.safetensors or adapter_model.bin not found")
    data = read_small(platform, record, "adapter_config.json")
    if data is None:
        return ["adapter_config.json was not kept: not checked"]
    config = weights.parse_json_file("adapter_config.json", data)
    return weights.check_adapter(config, record.fields.get("peftDetails", {}))


def get_download_endpoint(platform: Platform, record: Record, _call: Call) -> Json:
    """Signed GET URLs. Raises ApiError (400, code 9) unless READY, or switched to give them."""
    early = platform.options.download_while_uploading
    if record.fields.get("state") != "READY" and not early:
        raise failed_precondition(f"{record.name} is not READY")
    return signed_urls(platform.download_urls(record))


def prepare(platform: Platform, record: Record, call: Call) -> Json:
    """Pre-quantise: the precision shows up in supportedPrecisions."""
    body = call.decode(PREPARE)
    precision = body.get("precision", "PRECISION_UNSPECIFIED")
    if precision == "PRECISION_UNSPECIFIED":
        raise invalid("precision is required")
    if record.fields.get("state") != "READY":
        raise failed_precondition(f"{record.name} is not READY")
    supported = record.fields.setdefault("supportedPrecisions", [])
    if precision not in supported:
        supported.append(precision)
    record.fields["calibrated"] = True
    platform.touch(record)
    return {}
