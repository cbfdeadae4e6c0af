"""Messages that the official SDK has no types for, from the fine-tuning guide and the older proto.

Requests are spelled as the guide spells them (snake_case), answers as protobuf JSON does. What an
answer may hold as null is a message that is not set.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  get_type_hints reads it at run time
from typing import Literal, Required, TypedDict

from fireworks.types.shared.status import Status  # noqa: TC002  as above

State = Literal[
    "STATE_UNSPECIFIED", "CREATING", "PENDING", "RUNNING", "COMPLETED", "FAILED", "DELETING"
]


class DatasetParam(TypedDict, total=False):
    """One of several datasets."""

    dataset: Required[str]


class TextCompletionParam(TypedDict, total=False):
    """Templates over the keys of each row, spelled as the guide spells them."""

    input_template: Required[str]
    output_template: Required[str]


class TextClassificationParam(TypedDict, total=False):
    """Each row is a text and its label."""

    text: Required[str]
    label: Required[str]


class ConversationParam(TypedDict, total=False):
    """Each row is a chat."""

    jinja_template: str


class DraftModelDataParam(TypedDict, total=False):
    """Deprecated: makes data for a draft model."""

    deployment_name: str
    jinja_template: str
    cleanup_deployment: bool


class GenieParam(TypedDict, total=False):
    """Deprecated: runs a pipeline."""

    pipeline_name: str


class FineTuningJobParam(TypedDict, total=False):
    """The body of a create; snake_case as in the guide."""

    display_name: str
    dataset: str
    datasets: list[DatasetParam]
    model_id: str
    base_model: str
    legacy_job: object
    text_completion: TextCompletionParam
    text_classification: TextClassificationParam
    conversation: ConversationParam
    draft_model_data: DraftModelDataParam
    draft_model: object
    genie: GenieParam
    epochs: float
    learning_rate: float
    lora_rank: int
    lora_target_modules: list[str]
    batch_size: int
    micro_batch_size: int
    mask_token: str
    pad_token: str
    evaluation: bool
    evaluation_split: float
    evaluation_dataset: str
    wandb_entity: str
    wandb_api_key: str
    wandb_project: str
    dependent_jobs: list[str]
    container_version: str


class TextCompletion(TypedDict, total=False):
    """As answered."""

    inputTemplate: str
    outputTemplate: str


class Conversation(TypedDict, total=False):
    """As answered."""

    jinjaTemplate: str


class DraftModelData(TypedDict, total=False):
    """As answered."""

    deploymentName: str
    jinjaTemplate: str
    cleanupDeployment: bool


class Genie(TypedDict, total=False):
    """As answered."""

    pipelineName: str


class FineTuningJob(TypedDict, total=False):
    """A job as answered. The proto of 0.19.20 has no updateTime here."""

    name: Required[str]
    displayName: str
    createTime: Required[datetime]
    createdBy: str
    state: Required[State]
    status: Status | None
    dataset: str
    datasets: list[DatasetParam]
    modelId: str
    baseModel: str
    warmStartFrom: str
    legacyJob: object | None
    textCompletion: TextCompletion | None
    textClassification: TextClassificationParam | None
    conversation: Conversation | None
    draftModelData: DraftModelData | None
    draftModel: object | None
    genie: Genie | None
    epochs: float
    learningRate: float
    loraRank: int
    loraTargetModules: list[str]
    batchSize: int
    microBatchSize: int
    maskToken: str
    padToken: str
    evaluation: bool
    evaluationSplit: float
    evaluationDataset: str
    wandbUrl: str
    wandbEntity: str
    wandbProject: str
    dependentJobs: list[str]
    containerVersion: str


class FineTuningJobPage(TypedDict, total=False):
    """One page of jobs."""

    fineTuningJobs: Required[list[FineTuningJob]]
    nextPageToken: str
    totalSize: int


class Checkpoint(TypedDict, total=False):
    """A row of the training SDK's checkpoint lists."""

    name: Required[str]
    createTime: datetime
    updateTime: datetime
    checkpointType: str
    promotable: bool


class CheckpointPage(TypedDict, total=False):
    """One page of checkpoints."""

    checkpoints: Required[list[Checkpoint]]
    nextPageToken: str
    totalSize: int
