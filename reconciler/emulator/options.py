"""Switches for what the sources leave open or contradict (fact sheet, section 24)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Each default is the safest reading of the documents; each switch is another one."""

    existing_model_answers_200: bool = False
    """24-1: creating an existing model, and asking it for upload URLs, is a no-op with 200."""
    upload_endpoint_409_when_complete: bool = False
    """24-3: getUploadEndpoint says ALREADY_EXISTS once all bytes have landed."""
    download_while_uploading: bool = False
    """Undocumented: getDownloadEndpoint of a model that is not READY gives what has landed."""
    legacy_501: bool = False
    """24-6: the older fineTuningJobs collection is gone (501)."""
    strict_patch_replaces: bool = False
    """24-10: a PATCH without updateMask replaces all mutable fields."""
    lora_loaded_409: bool = False
    """24-16: loading a LoRA twice is 409 instead of 400."""
    require_example_count: bool = False
    """24-17: a dataset without exampleCount is refused."""
    check_example_count: bool = False
    """24-18: exampleCount is compared with the rows when the upload is validated."""
    premature_validate_wedges: bool = True
    """4.5: validating a dataset before its bytes leaves it in UPLOADING for good."""
    url_lifetime_seconds: int = 3600
    """24-23: how long a signed URL lives."""
    validate_delay_seconds: float = 0.0
    """How long after the last byte a model's validateUpload says FAILED_PRECONDITION, and how
    long a dataset stays UPLOADING after its upload was accepted."""
    deployment_seconds: float = 0.0
    """How long a deployment is CREATING or UPDATING, and a LoRA is DEPLOYING."""
    delete_lag_seconds: float = 0.0
    """24-31: how long a deleted resource is still there."""
    list_lag_seconds: float = 0.0
    """24-32: how long a list misses what was created and shows what was deleted."""
    link_lag_seconds: float = 0.0
    """3.2: how long a model and a deployment still count an adapter that was unloaded."""
    read_lag_seconds: float = 0.0
    """How long GET says 404 after a create."""
    training_usd_per_million_tokens: float = 0.5
    """24-41: the rate behind a job's estimatedCost."""
