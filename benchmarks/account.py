"""A project of N resources and an emulator whose account is already as its manifests say."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.emulator.server import Emulator

ACCOUNT = "bench"
KEY = "fw_bench"
PER_FILE = 25
BASE_MODEL = "accounts/fireworks/models/llama-v3p2-1b-instruct"


def dataset(number: int) -> dict[str, object]:
    """The spec of one dataset that lives in the customer's own bucket: no file to read."""
    return {
        "displayName": f"Support chat {number}",
        "format": "CHAT",
        "exampleCount": 1000 + number,
        "externalUrl": f"gs://bench-bucket/support/{number}.jsonl",
    }


def job(number: int) -> dict[str, object]:
    """The spec of one training job with the fields that people pin."""
    return {
        "displayName": f"Support bot {number}",
        "dataset": f"data-{number}",
        "baseModel": BASE_MODEL,
        "outputModel": f"bot-{number}",
        "epochs": 2,
        "learningRate": 0.0001,
        "learningRateWarmupSteps": 10,
        "loraRank": 8,
        "maxContextLength": 8192,
        "batchSize": 32768,
        "earlyStop": True,
        "optimizerWeightDecay": 0.01,
        "wandbConfig": {"enabled": False, "project": "support", "entity": "acme"},
    }


def write_manifests(root: Path, count: int, changed: float = 0.0) -> None:
    """``count`` resources, half datasets and half jobs, ``PER_FILE`` documents a file. ``changed``
    is the share of them that is a dataset with another name to show than the live one."""
    documents = []
    for number in range(count // 2):
        spec = dataset(number)
        if number < count * changed:
            spec["displayName"] = f"Renamed {number}"
        documents.append(document("Dataset", f"data-{number}", spec))
        documents.append(document("SupervisedFineTuningJob", f"job-{number}", job(number)))
    _write(root, documents)


def write_datasets(root: Path, count: int) -> None:
    """``count`` datasets, ``PER_FILE`` documents a file."""
    named = ((f"data-{number}", dataset(number)) for number in range(count))
    _write(root, [document("Dataset", name, spec) for name, spec in named])


def write_files(root: Path, count: int) -> None:
    """``count`` datasets with a small file of rows each."""
    data = root / "data"
    data.mkdir(parents=True)
    documents = []
    for number in range(count):
        turn = (
            {"role": "user", "content": f"What is {number}?"},
            {"role": "assistant", "content": "It."},
        )
        (data / f"{number}.jsonl").write_text(f"{json.dumps({'messages': turn})}\n" * 3)
        spec: dict[str, object] = {"format": "CHAT", "source": {"path": f"../data/{number}.jsonl"}}
        documents.append(document("Dataset", f"data-{number}", spec))
    _write(root, documents)


def _write(root: Path, documents: list[str]) -> None:
    folder = root / "manifests"
    folder.mkdir(parents=True)
    (root / "reconciler.yaml").write_text("apiVersion: reconciler/v1\nkind: Project\nspec: {}\n")
    for start in range(0, len(documents), PER_FILE):
        text = "---\n".join(documents[start : start + PER_FILE])
        (folder / f"{start:06}.yaml").write_text(text)


def document(kind: str, name: str, spec: dict[str, object]) -> str:
    metadata = {"name": name, "lifecycle": {"preventDestroy": True}}
    whole = {"apiVersion": "reconciler/v1", "kind": kind, "metadata": metadata, "spec": spec}
    return f"# Owned by the support team; see the runbook before you change it.\n{_block(whole)}"


def _block(value: dict[str, Any], margin: str = "") -> str:
    """A mapping as people write it: one field a line."""
    return "".join(
        f"{margin}{key}:\n{_block(item, f'{margin}  ')}"
        if isinstance(item, dict)
        else f"{margin}{key}: {str(item).lower() if isinstance(item, bool) else item}\n"
        for key, item in value.items()
    )


def fill(emulator: Emulator, count: int) -> None:
    """Make the account as the manifests say, behind the API's back."""
    parent = f"accounts/{ACCOUNT}"
    for number in range(count // 2):
        data = f"{parent}/datasets/data-{number}"
        ran = f"{parent}/supervisedFineTuningJobs/job-{number}"
        made = f"{parent}/models/bot-{number}"
        facts = {**dataset(number), "exampleCount": str(1000 + number), "state": "READY"}
        emulator.store.put(data, facts)
        record = {**job(number), "dataset": data, "outputModel": made}
        emulator.store.put(ran, {**record, "state": "JOB_STATE_COMPLETED"})
        model = {"kind": "HF_PEFT_ADDON", "state": "READY", "fineTuningJob": ran}
        emulator.store.put(made, model)


def main() -> None:
    """Serve an account of ``sys.argv[1]`` resources until stdin closes; prints the address."""
    from reconciler.emulator.server import Emulator

    with Emulator(account=ACCOUNT, key=KEY) as emulator:
        fill(emulator, int(sys.argv[1]))
        print(emulator.url, flush=True)
        sys.stdin.read()


def environment(url: str) -> dict[str, str]:
    """What a client of that account is given."""
    ours = {
        "FIREWORKS_BASE_URL": url,
        "FIREWORKS_ACCOUNT_ID": ACCOUNT,
        "FIREWORKS_API_KEY": KEY,
    }
    return {**os.environ, **ours}


if __name__ == "__main__":
    main()
