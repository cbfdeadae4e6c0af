"""The plan that the five libraries give when each is used as its own first page shows it.

``python benchmarks/naive_plan.py PROJECT``: safe_load, ``jsonschema.validate``, httpx and DeepDiff,
one call each for every resource. It knows no field rules, so it compares the names of what refers
to something by their ends.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click
import httpx
import yaml
from deepdiff import DeepDiff
from jsonschema import validate

SCHEMAS = Path(__file__).parent.parent / "schemas"
COLLECTIONS = {"Dataset": "datasets", "SupervisedFineTuningJob": "supervisedFineTuningJobs"}


def live(client: httpx.Client) -> dict[str, dict[str, Any]]:
    """Every row of the account by its last two names."""
    found: dict[str, dict[str, Any]] = {}
    for collection in (*COLLECTIONS.values(), "models"):
        token = ""
        while True:
            query = {"pageSize": "200", "pageToken": token}
            page = client.get(collection, params=query).json()
            found |= {row["name"].split("/", 2)[2]: row for row in page[collection]}
            token = page.get("nextPageToken")
            if not token:
                break
    return found


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text())


@click.command()
@click.argument("project", type=Path)
def main(project: Path) -> None:
    """Print what differs."""
    account, key = os.environ["FIREWORKS_ACCOUNT_ID"], os.environ["FIREWORKS_API_KEY"]
    base = f"{os.environ['FIREWORKS_BASE_URL']}/v1/accounts/{account}/"
    schemas = {name: schema(name) for name in COLLECTIONS}
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=base, headers=headers) as client:
        there = live(client)
    for path in sorted((project / "manifests").iterdir()):
        for document in yaml.safe_load_all(path.read_text()):
            kind, spec = document["kind"], document["spec"]
            validate(spec, schemas[kind])
            row = there[f"{COLLECTIONS[kind]}/{document['metadata']['name']}"]
            wanted = {key: _short(value) for key, value in spec.items()}
            found = {key: _short(row.get(key)) for key in spec}
            if different := DeepDiff(found, wanted, ignore_order=True):
                click.echo(f"{document['metadata']['name']}: {different}")


def _short(value: Any) -> Any:
    """The id of a full name, and numbers as the text that the platform may make of them."""
    if isinstance(value, str):
        return value.rpartition("/")[2]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


main()
