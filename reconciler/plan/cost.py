"""What a change costs, as a range with its basis; what nobody here can tell stays unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.desired.fields import value_at
from reconciler.diff.change import Action
from reconciler.kinds.cost_rule import HourlyCost, TrainingCost, UnknownCost
from reconciler.live.said import count, tokens_text
from reconciler.manifest.row_tokens import of_bytes
from reconciler.plan.context import TokenCount
from reconciler.plan.plan import Cost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.desired.resource import Resource
    from reconciler.diff.change import Change
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveState
    from reconciler.plan.guards import Facts

MILLION = 1_000_000
PAYING = (Action.RUN, Action.REPLACE)
"""What makes something anew, so that a paid kind costs."""


def cost(change: Change, kind: Kind, facts: Facts) -> Cost | None:
    """None for what costs nothing: only making something of a paid kind does, and more of it."""
    if not kind.paid or change.refusals:
        return None
    rule = kind.cost
    if change.action is Action.UPDATE and isinstance(rule, HourlyCost):
        return _scaled(change, rule, facts)
    if change.action not in PAYING:
        return None
    if rule is None or isinstance(rule, UnknownCost):
        return _unknown(rule.why if rule else "no price is known for this kind")
    if isinstance(rule, TrainingCost):
        return _training(change, kind, rule, facts)
    return _hourly(change.resource.spec, rule, facts)


def _training(change: Change, kind: Kind, rule: TrainingCost, facts: Facts) -> Cost:
    spec = change.resource.spec
    parameters = _parameters(spec, rule, facts)
    if parameters is None:
        return _unknown("the size of the base model is not known")
    price = facts.context.prices.per_million_tokens(parameters)
    if price is None:
        return _unknown(f"no price for a model of {parameters / 1e9:.1f}B parameters")
    datasets = trained_datasets(spec, kind)
    each = [_tokens(change.resource, kind, dataset, facts) for dataset in datasets]
    found = [tokens for tokens in each if tokens is not None]
    if not found or len(found) < len(each):
        return _unknown("the size of the dataset is not known")
    low, high = sum(tokens.low for tokens in found), sum(tokens.high for tokens in found)
    epochs = float(value_at(spec, rule.epochs) or rule.default_epochs)
    if epochs < 0:
        return _unknown(f"{epochs:g} epochs")  # the schema only warns (contract 8)
    times = f"{epochs:g} {'epoch' if epochs == 1 else 'epochs'}"
    basis = f"{_counted(found)} x {times} x ${price:.2f} per million; {_dated(facts)}"
    return Cost(low * epochs * price / MILLION, high * epochs * price / MILLION, basis)


def trained_datasets(spec: Mapping[str, Any], kind: Kind) -> tuple[str, ...]:
    """The full names of all datasets that a job trains on, each as often as it is named."""
    return tuple(name for _, name in kind.rows.trained_on(spec)) if kind.rows else ()


def platform_count(dataset: str, live: LiveState) -> int:
    """The tokens of a dataset as the platform counts them; 0 when it does not say."""
    found = live.get(dataset) or live.external.get(dataset)
    return count(found.body, "estimatedTokenCount") if found else 0


def _tokens(job: Resource, kind: Kind, dataset: str, facts: Facts) -> TokenCount | None:
    """The platform's own estimate, else a real tokenizer's count, else the band of the bytes."""
    if counted := platform_count(dataset, facts.live):
        return TokenCount(counted, counted, "as the platform counts")
    if (job.ref, dataset) in facts.context.tokens:
        return facts.context.tokens[job.ref, dataset]
    needed = (facts.changes[ref].resource for ref in job.depends_on if ref in facts.changes)
    files = next((one.files for one in needed if one.name == dataset and one.files), None)
    if files is None or not files.total_bytes:
        return None
    guess = files.summary.tokens if files.summary else of_bytes(files.total_bytes, files.rows or 0)
    templates = kind.rows.written_by(job.spec) if kind.rows else {}
    around = of_bytes(sum(len(text.encode()) for text in templates.values()) * (files.rows or 0))
    return TokenCount(guess.low, guess.high + around.high, "guessed from the bytes")


def _counted(found: Sequence[TokenCount]) -> str:
    low, high = (
        tokens_text(sum(ends)) for ends in zip(*((t.low, t.high) for t in found), strict=True)
    )
    of = f" of {len(found)} datasets," if len(found) > 1 else ""
    how = " and ".join(dict.fromkeys(tokens.how for tokens in found))
    return f"{low if low == high else f'{low} to {high}'} tokens{of} {how}"


def _parameters(spec: Mapping[str, Any], rule: TrainingCost, facts: Facts) -> int | None:
    """The size of the model that is trained; of an adapter, that of the model below it."""
    name = next((str(found) for path in rule.models if (found := value_at(spec, path))), "")
    for _ in range(2):
        live = facts.live.get(name) or facts.live.external.get(name)
        if live is None:
            return None
        details = value_at(live.body, "baseModelDetails")
        if isinstance(details, dict) and (parameters := count(details, "parameterCount")):
            return parameters
        name = str(value_at(live.body, "peftDetails.baseModel") or "")
    return None


def _hourly(spec: Mapping[str, Any], rule: HourlyCost, facts: Facts) -> Cost:
    price = _gpu_hour(spec, rule, facts)
    if isinstance(price, Cost):
        return price
    gpus = int(value_at(spec, rule.count) or 1)
    least = int(value_at(spec, rule.min_replicas) or 0)
    if gpus < 0 or least < 0:
        return _unknown(f"{least} replicas of {gpus} accelerators")
    hour = price * gpus
    most = max(int(value_at(spec, rule.max_replicas) or 1), least)
    basis = f"an hour of {least} to {most} replicas at ${hour:.2f}; {_dated(facts)}"
    return Cost(least * hour, most * hour, basis, per_hour=True)


def _scaled(change: Change, rule: HourlyCost, facts: Facts) -> Cost | None:
    """What an hour costs more than it does now; None where it costs no more."""
    now = change.live.body if change.live else {}
    then = {**now, **{one.path: one.after for one in change.fields}}
    pair = (_running(now, rule), _running(then, rule))
    more = [after - before for before, after in zip(*pair, strict=True)]
    low, high = max(min(more), 0), max(more)
    if high <= 0:
        return None
    price = _gpu_hour(now, rule, facts)
    if isinstance(price, Cost):
        return price
    basis = f"an hour of {low} to {high} more accelerators at ${price:.2f}; {_dated(facts)}"
    return Cost(low * price, high * price, basis, per_hour=True)


def _gpu_hour(fields: Mapping[str, Any], rule: HourlyCost, facts: Facts) -> float | Cost:
    """US dollars for an hour of an accelerator; an unknown cost where there is no price."""
    accelerator = str(value_at(fields, rule.accelerator) or "")
    price = facts.context.prices.gpu_hour.get(accelerator)
    if price is None:
        return _unknown(f"no price for {accelerator or 'a deployment without acceleratorType'}")
    return price


def _running(fields: Mapping[str, Any], rule: HourlyCost) -> tuple[int, int]:
    """The accelerators that run, at least and at most."""
    least, most = count(fields, rule.min_replicas), count(fields, rule.max_replicas)
    each = count(fields, rule.count) or 1
    return least * each, max(most or 1, least) * each


def _dated(facts: Facts) -> str:
    return f"prices of {facts.context.prices.as_of}"


def _unknown(why: str) -> Cost:
    return Cost(None, None, f"unknown: {why}")
