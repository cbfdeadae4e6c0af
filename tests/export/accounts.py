"""Random accounts: resources of every kind with any values that their schemas allow, and worse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from reconciler.desired.fields import find, put_all
from reconciler.kinds.cost_rule import TrainingCost
from reconciler.kinds.field_rule import FieldClass, Shape
from reconciler.kinds.kind import Readiness
from reconciler.kinds.registry import all_kinds
from reconciler.schema_files import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.emulator.server import Emulator
    from reconciler.kinds.kind import Kind

ROWS = b"".join(b'{"messages": [{"role": "user", "content": "%d"}]}\n' % n for n in range(7))
BASE = "accounts/fireworks/models/llama-v3p2-1b-instruct"
PREFIX = "accounts/acme/"

# What YAML, ours or another's, may take for something else, and what a terminal may.
HOSTILE = (
    "no", "1e5", "0123", "2024-01-01", "~", "null", "- x", "a: b", "# x", "x # y", "%TAG", "&a",
    "*a", "!!int 3", "${values.x}", "$${x}", "{{ jinja }}", "'", '"', "\\", "|", ">", "---", "...",
    "@x", "\u202ereversed", "\u200bhidden", "tab\there", "bell\x07", "two\nlines", " lead",
    "trail ", "é", "🙂", "\u2028", "\x85", "x\n\n", "\n", "<<", "=", "1:30", "fw_" + "a1" * 12,
)  # fmt: skip
text = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def value(field: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Any value of the schema's type, mostly one that the schema allows."""
    if "enum" in field:
        return st.sampled_from([*field["enum"], "OF_A_LATER_VERSION"])
    if field.get("type") == "object":
        return mapping(field)
    if field.get("type") == "array":
        return st.lists(value(field["items"]), max_size=3)
    if "pattern" in field:
        return st.from_regex(field["pattern"], fullmatch=True)
    numbers = {"integer": st.integers(-3, 70), "number": st.floats(-2, 80, width=32)}
    return {**numbers, "boolean": st.booleans()}.get(field["type"], text)


def mapping(given: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of its fields; a map of the user's own keys has hostile ones too."""
    if isinstance(given.get("additionalProperties"), dict):
        return st.dictionaries(text, value(given["additionalProperties"]), max_size=2)
    fields = {name: value(field) for name, field in given.get("properties", {}).items()}
    needed = set(given.get("required", ()))
    return st.fixed_dictionaries(
        {name: each for name, each in fields.items() if name in needed},
        optional={name: each for name, each in fields.items() if name not in needed},
    )


@st.composite
def accounts(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Live resources by full name: one plain one of each kind, and up to six of any kind."""
    live = dict(plain())
    names = list(live)
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(list(all_kinds().values())))
        name = f"{PREFIX}{kind.collection}/{draw(st.sampled_from(('r', 'x-y', '8digit')))}{number}"
        names.append(name)
        live[name] = draw(_live(kind, tuple(names)))
    for fields in live.values():
        fields["displayName"] = draw(text.map(lambda said: said[:63]))
    return live


@st.composite
def _live(draw: st.DrawFn, kind: Kind, names: tuple[str, ...]) -> dict[str, Any]:
    described = schema(kind.name)
    described["properties"].pop("source", None)
    spec = draw(mapping(described))
    refs = {
        place: draw(st.sampled_from(_could_mean(reference.kinds, names)))
        for reference in kind.references
        for place, _ in find(spec, reference.path)
    }
    if isinstance(kind.cost, TrainingCost):
        refs |= {("dataset",): f"{PREFIX}datasets/plain"}
        spec = _started(spec, kind.cost, draw(st.integers(0, 1)))
    body = {key: _as_answered(item, kind.rule(key)) for key, item in put_all(spec, refs).items()}
    states = [s for s, r in kind.states.items() if r is not Readiness.UNKNOWN]
    return {**body, "state": draw(st.sampled_from([*states, "A_NEW_STATE"]))}


def _could_mean(kinds: tuple[str, ...], names: tuple[str, ...]) -> list[str]:
    """Names of these kinds, one that was there once, a public one, and a bare id."""
    collections = [all_kinds()[kind].collection for kind in kinds if kind in all_kinds()]
    ours = [name for name in names if name.split("/")[2] in collections]
    gone = [f"{PREFIX}{collection}/gone" for collection in collections]
    return [*ours, *gone, BASE, "plain"]


def _started(spec: dict[str, Any], cost: TrainingCost, which: int) -> dict[str, Any]:
    """The job trains one model, whichever of its fields names it."""
    for number, path in enumerate(cost.models):
        *above, last = path.split(".")
        for name in above:
            spec = {**spec, name: dict(spec.get(name, {}))}
        inside = spec[above[0]] if above else spec
        inside.pop(last, None)
        if number == min(which, len(cost.models) - 1):
            inside[last] = BASE
    return spec


def _as_answered(item: Any, rule: Any) -> Any:
    """int64 travels as text; a shape comes back with its version."""
    if (
        rule is not None
        and rule.shape is Shape.INT64
        and rule.field_class is not FieldClass.COMPUTED
    ):
        return str(item)
    if rule is not None and rule.shape is Shape.VERSIONED_NAME and isinstance(item, str):
        return f"{item}/versions/v1"
    return item


def plain() -> dict[str, dict[str, Any]]:
    """One resource of each kind that any manifest can say, referring to each other."""
    dataset, model = f"{PREFIX}datasets/plain", f"{PREFIX}models/plain"
    deployment = f"{PREFIX}deployments/plain"
    training = {"baseModel": BASE, "outputModel": f"{PREFIX}models/of-", "epochs": 1}
    done = "JOB_STATE_COMPLETED"
    return {
        dataset: {"state": "READY", "format": "CHAT", "userUploaded": {}, "exampleCount": "7"},
        model: {
            "state": "READY",
            "kind": "HF_PEFT_ADDON",
            "peftDetails": {"baseModel": BASE, "r": 8, "targetModules": ["q_proj"]},
        },
        deployment: {"state": "READY", "baseModel": BASE, "acceleratorType": "NVIDIA_H100_80GB"},
        f"{PREFIX}deployedModels/8server-made": {
            "state": "DEPLOYED", "model": model, "deployment": deployment,
        },
        f"{PREFIX}supervisedFineTuningJobs/plain": {
            "state": "JOB_STATE_FAILED", "dataset": dataset, **training,
            "outputModel": f"{PREFIX}models/of-sft",
        },
        f"{PREFIX}fineTuningJobs/plain": {
            "state": "COMPLETED", "dataset": dataset, "baseModel": BASE, "modelId": "of-legacy",
            "textCompletion": {"inputTemplate": "{q}", "outputTemplate": "{a}"},
        },
        f"{PREFIX}dpoJobs/plain": {
            "state": done, "dataset": dataset,
            "trainingConfig": {**training, "outputModel": f"{PREFIX}models/of-dpo"},
        },
        f"{PREFIX}reinforcementFineTuningJobs/plain": {
            "state": done, "dataset": dataset, "evaluator": f"{PREFIX}evaluators/exact-answer",
            "trainingConfig": {**training, "outputModel": f"{PREFIX}models/of-rft"},
        },
    }  # fmt: skip


def fill(emulator: Emulator, live: Mapping[str, dict[str, Any]]) -> None:
    """Make the account hold just that; every dataset has its rows."""
    for kind in all_kinds().values():
        for name in emulator.store.names(kind.collection):
            emulator.store.delete(name)
    for name, fields in live.items():
        emulator.store.put(name, fields)
        if "/datasets/" in name:
            emulator.store.put_blob(name, "rows.jsonl", ROWS)
