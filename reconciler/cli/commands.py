"""Which commands there are: name, module and one line of help, so that ``--help`` loads none."""

from __future__ import annotations

COMMANDS: dict[str, str] = {
    "init": "Create a new project that is ready to plan.",
    "validate": "Check manifests and data files offline: no key, no network.",
    "plan": "Show what apply would do; writes nothing to the account.",
    "apply": "Make the account match the manifests.",
    "status": "Show the live state of every resource of the project.",
    "wait": "Wait until resources are ready, completed or failed.",
    "drift": "Show where the account no longer matches the committed manifests.",
    "export": "Write manifests for live resources; they plan to no changes.",
    "download": "Download a model's weights or a dataset's rows.",
    "destroy": "Delete everything that the project declares, with the same guards.",
    "graph": "Draw the lineage: dataset, job, model, deployment.",
    "explain": "Explain a kind, one of its fields, or one live resource.",
    "schema": "Print the JSON Schema of a kind or of the envelope.",
    "data": "Show what is in the rows of a dataset: tokens, roles, duplicates.",
    "metrics": "Draw the loss curve of a training job.",
    "emulator": "Run an emulator of the platform on this machine.",
    "demo": "Plan and apply an example against the emulator: no key, no network.",
}

HIDDEN = ("github",)
"""For machines: not in help, and no part of the contract."""
