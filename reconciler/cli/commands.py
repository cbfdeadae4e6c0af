"""Which commands there are: name, module and one line of help, so that ``--help`` loads none."""

from __future__ import annotations

COMMANDS: dict[str, str] = {
    "init": "Write a new project that plans at once.",
    "validate": "Check manifests and data files offline: no key, no network.",
    "plan": "Show what apply would do; writes nothing to the account.",
    "apply": "Make the account as the manifests say.",
    "status": "Show every resource of the project as it is live.",
    "wait": "Wait until resources are ready, completed or failed.",
    "drift": "Show what in the account is no longer as the committed manifests say.",
    "export": "Write manifests for what is live; they plan to no changes.",
    "download": "Download a model's weights or a dataset's rows.",
    "destroy": "Delete everything that the project declares, with the same guards.",
    "graph": "Draw the lineage: dataset, job, model, deployment.",
    "explain": "Explain a kind, one of its fields, or one live resource.",
    "schema": "Print the JSON Schema of a kind or of the envelope.",
    "data": "Show what is in the rows of a dataset: tokens, roles, duplicates.",
    "metrics": "Draw the loss curve of a training job.",
    "emulator": "Run the platform on this machine, on loopback.",
    "demo": "Plan and apply an example against the emulator: no key, no network.",
}

HIDDEN = ("github",)
"""For machines: not in help, and no part of the contract."""
