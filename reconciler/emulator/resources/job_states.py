"""The states of the newer training jobs (SDK 1.2.28, the same for SFT, DPO and RFT)."""

from __future__ import annotations

from reconciler.emulator.schema import EnumType

NAMES = """
UNSPECIFIED CREATING RUNNING COMPLETED FAILED CANCELLED DELETING WRITING_RESULTS VALIDATING
DELETING_CLEANING_UP PENDING EXPIRED RE_QUEUEING CREATING_INPUT_DATASET IDLE CANCELLING
EARLY_STOPPED PAUSED
"""

STATE = EnumType(tuple(f"JOB_STATE_{name}" for name in NAMES.split()))
