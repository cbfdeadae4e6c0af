"""Which files a model's folder must, may and must not hold (upload docs, by kind)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reconciler.kinds.kind import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from reconciler.kinds.source_facts import SourceFacts

_MOST_SHOWN = 120
_FOLDER = ("spec", "source", "path")
_WEIGHTS = (".safetensors", ".bin")
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "tokenizer_config.json")
_SHARD = re.compile(r"^(?P<stem>.*)-(?P<number>\d+)-of-(?P<count>\d+)(?P<end>\.[a-z]+)$")
_TRAINING_STATE = re.compile(
    r"(^|/)(optimizer|scheduler|scaler|training_args|trainer_state|rng_state)[^/]*$"
)
_ADAPTER_WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")
_ADAPTER_FILES = frozenset(("adapter_config.json", "fireworks.json", *_ADAPTER_WEIGHTS))

_MADE_BY_THE_PLATFORM = (
    "DRAFT_ADDON",
    "FIRE_AGENT",
    "FLUMINA_ADDON",
    "FLUMINA_BASE_MODEL",
    "LIVE_MERGE",
    "SNAPSHOT_MODEL",
)


def check_files(spec: Mapping[str, Any], facts: SourceFacts | None) -> Iterator[Problem]:
    """Problems of the folder as a whole; nothing is said of files that could not be listed."""
    kind = str(spec.get("kind"))
    if kind in _MADE_BY_THE_PLATFORM:
        yield Problem(
            ("spec", "kind"), f"{kind} is made by the platform, not uploaded", warning=True
        )
    if facts is not None:
        for rule in _RULES.get(kind, ()):
            yield from rule(spec, facts)


def _base_model(_spec: Mapping[str, Any], facts: SourceFacts) -> Iterator[Problem]:
    names = facts.sizes.keys()
    if "config.json" not in names:
        yield _missing("config.json", "the platform reads the architecture from it")
    if not any(_is_weights(name) for name in names):
        yield _missing("*.safetensors or *.bin", "a base model needs its weights")
    if not any(name in names for name in _TOKENIZERS):
        yield _missing(
            " or ".join(_TOKENIZERS), "without it no text can be tokenized", warning=True
        )
    yield from _shards(names)


def _shards(names: Collection[str]) -> Iterator[Problem]:
    """Sharded weights come whole, with the index that says what is where."""
    numbers: dict[tuple[str, str, str], set[int]] = {}
    for found in filter(None, map(_SHARD.match, names)):
        series = (found["stem"], found["count"], found["end"])
        numbers.setdefault(series, set()).add(int(found["number"]))
    for (stem, count, end), present in sorted(numbers.items()):
        if len(present) < int(count):
            first = next(n for n in range(1, len(present) + 2) if n not in present)
            name = f"{stem}-{first:0{len(count)}}-of-{count}{end}"
            yield _missing(name, f"{len(present)} of {int(count)} shards are here")
        if f"{stem}{end}.index.json" not in names:
            yield _missing(f"{stem}{end}.index.json", "sharded weights need their index")


def _useless(_spec: Mapping[str, Any], facts: SourceFacts) -> Iterator[Problem]:
    """Optimizer and trainer state doubles an upload and is never read."""
    for name in sorted(facts.sizes):
        if _TRAINING_STATE.search(name):
            yield Problem(
                _FOLDER,
                f"{_shown(name)} is training state: large, and never used",
                hint='choose files with source.include, e.g. ["*.json", "*.safetensors"]',
                warning=True,
                code="useless-file",
            )


def _quantised(_spec: Mapping[str, Any], facts: SourceFacts) -> Iterator[Problem]:
    if "quantization_config" in facts.configs.get("config.json", {}):
        yield Problem(
            _FOLDER,
            "config.json holds quantization_config: quantised weights are not accepted",
            hint="upload the 16-bit weights; the platform quantises by itself",
            code="quantised-weights",
        )


def _adapter(_spec: Mapping[str, Any], facts: SourceFacts) -> Iterator[Problem]:
    names = facts.sizes.keys()
    if "adapter_config.json" not in names:
        yield _missing("adapter_config.json", "it describes the adapter")
    if not any(name in names for name in _ADAPTER_WEIGHTS):
        yield _missing(" or ".join(_ADAPTER_WEIGHTS), "an adapter needs its weights")
    for name in sorted(names - _ADAPTER_FILES):
        yield Problem(
            _FOLDER,
            f"{_shown(name)} does not belong to an adapter: the platform refuses unexpected files",
            hint='set source.include: ["adapter_config.json", "adapter_model.safetensors"]',
            code="unexpected-file",
        )


def _adapter_extras(spec: Mapping[str, Any], facts: SourceFacts) -> Iterator[Problem]:
    """The docs allow fireworks.json beside an adapter; uploaders report refusals."""
    if "fireworks.json" in facts.sizes and "fireworks.json" not in spec["source"].get(
        "include", ()
    ):
        yield Problem(
            _FOLDER,
            "fireworks.json is sent too: documented, but some uploads refuse it",
            hint="list it in source.include to confirm it",
            warning=True,
            code="unexpected-file",
        )


def _adapter_config(spec: Mapping[str, Any], facts: SourceFacts) -> Iterator[Problem]:
    """``peftDetails`` says again what adapter_config.json says; the two should agree."""
    config, details = facts.configs.get("adapter_config.json"), spec.get("peftDetails", {})
    for field, name in (("r", "r"), ("targetModules", "target_modules")):
        told, found = details.get(field), (config or {}).get(name)
        if told is not None and found is not None and _plain(told) != _plain(found):
            yield Problem(
                ("spec", "peftDetails", field),
                f"is {_shown(told)}, but adapter_config.json says {_shown(found)}",
                warning=True,
                code="adapter-mismatch",
            )


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list) else value


def _shown(value: Any) -> str:
    """A value of the user's, as a user would write it, and never more than 120 characters."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _is_weights(name: str) -> bool:
    return name.endswith(_WEIGHTS) and not _TRAINING_STATE.search(name)


def _missing(name: str, why: str, *, warning: bool = False) -> Problem:
    return Problem(
        _FOLDER, f"{_shown(name)} is missing: {why}", warning=warning, code="missing-file"
    )


_LIKE_BASE = (_base_model, _useless, _quantised)
_LIKE_ADAPTER = (_adapter, _adapter_extras, _adapter_config)
_RULES: Mapping[str, tuple[Callable[..., Iterator[Problem]], ...]] = {
    "HF_BASE_MODEL": _LIKE_BASE,
    "EMBEDDING_MODEL": _LIKE_BASE,
    "HF_PEFT_ADDON": _LIKE_ADAPTER,
}
