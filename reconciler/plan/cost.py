"""What a change costs, as a range with its basis; what nobody here can tell stays unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.desired.fields import value_at
from reconciler.diff.change import Action
from reconciler.kinds.kind import TrainingCost, UnknownCost
from reconciler.live.said import tokens_text
from reconciler.plan.plan import Cost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.diff.change import Change
    from reconciler.kinds.kind import HourlyCost, Kind
    from reconciler.plan.guards import Facts

BYTES_PER_TOKEN = (6.0, 2.5)
"""How many bytes of a JSONL file make one trained token, from prose in English (most bytes, JSON
around it included) to code and other scripts (fewest): the honest band without a tokenizer."""
MILLION = 1_000_000


def cost(change: Change, kind: Kind, facts: Facts) -> Cost | None:
    """None for what costs nothing: only making something of a paid kind does."""
    spends = change.action in (Action.RUN, Action.REPLACE)
    if not spends or not kind.paid or change.refusals:
        return None
    rule = kind.cost
    if rule is None or isinstance(rule, UnknownCost):
        return _unknown(rule.why if rule else "no price is known for this kind")
    spec = change.resource.spec
    if isinstance(rule, TrainingCost):
        return _training(spec, rule, facts)
    return _hourly(spec, rule, facts)


def _training(spec: Mapping[str, Any], rule: TrainingCost, facts: Facts) -> Cost:
    parameters = _parameters(spec, rule, facts)
    if parameters is None:
        return _unknown("the size of the base model is not known")
    price = facts.context.prices.per_million_tokens(parameters)
    if price is None:
        return _unknown(f"no price for a model of {parameters / 1e9:.1f}B parameters")
    tokens = _tokens(str(value_at(spec, rule.dataset) or ""), facts)
    if tokens is None:
        return _unknown("the size of the dataset is not known")
    low, high, counted = tokens
    epochs = float(value_at(spec, rule.epochs) or rule.default_epochs)
    times = f"{epochs:g} {'epoch' if epochs == 1 else 'epochs'}"
    basis = f"{counted} x {times} x ${price:.2f} per million; {_dated(facts)}"
    return Cost(low * epochs * price / MILLION, high * epochs * price / MILLION, basis)


def _tokens(dataset: str, facts: Facts) -> tuple[float, float, str] | None:
    """(fewest, most, in words) of a dataset: the platform's own estimate, else from its bytes."""
    live = facts.live.get(dataset) or facts.live.external.get(dataset)
    counted = int((live.body.get("estimatedTokenCount") if live else 0) or 0)
    if counted:
        return counted, counted, f"{tokens_text(counted)} tokens as the platform counts"
    resources = (change.resource for change in facts.changes.values())
    files = next((r.files for r in resources if r.name == dataset and r.files), None)
    if files is None or not files.total_bytes:
        return None
    low, high = (files.total_bytes / per_token for per_token in BYTES_PER_TOKEN)
    return low, high, f"{tokens_text(low)} to {tokens_text(high)} tokens guessed from the bytes"


def _parameters(spec: Mapping[str, Any], rule: TrainingCost, facts: Facts) -> int | None:
    """The size of the model that is trained; of an adapter, that of the model below it."""
    name = next((str(found) for path in rule.models if (found := value_at(spec, path))), "")
    for _ in range(2):
        live = facts.live.get(name) or facts.live.external.get(name)
        if live is None:
            return None
        count = int(value_at(live.body, "baseModelDetails.parameterCount") or 0)
        if count:
            return count
        name = str(value_at(live.body, "peftDetails.baseModel") or "")
    return None


def _hourly(spec: Mapping[str, Any], rule: HourlyCost, facts: Facts) -> Cost:
    accelerator = str(value_at(spec, rule.accelerator) or "")
    price = facts.context.prices.gpu_hour.get(accelerator)
    if price is None:
        return _unknown(f"no price for {accelerator or 'a deployment without acceleratorType'}")
    hour = price * int(value_at(spec, rule.count) or 1)
    least = int(value_at(spec, rule.min_replicas) or 0)
    most = max(int(value_at(spec, rule.max_replicas) or 1), least)
    basis = f"an hour of {least} to {most} replicas at ${hour:.2f}; {_dated(facts)}"
    return Cost(least * hour, most * hour, basis, per_hour=True)


def _dated(facts: Facts) -> str:
    return f"prices of {facts.context.prices.as_of}"


def _unknown(why: str) -> Cost:
    return Cost(None, None, f"unknown: {why}")
