"""Asks of many rows at once what form they have and whether they are right.

A question that C code answers for a column (the roles of all messages of a block, the types of all
contents) costs some ten nanoseconds for each of them, and a walk through the messages of each row
a few hundred. Columns only prove: of rows that they do not prove right ``row_shapes`` tells what is
wrong, if anything. A test holds that the two never disagree.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from operator import add, itemgetter
from typing import TYPE_CHECKING

from reconciler.manifest.row_blocks import (
    CHAT,
    COMPLETION,
    PREFERENCE,
    SAMPLES,
    TEMPLATE,
    Columns,
    Rows,
)
from reconciler.manifest.row_images import text_sizes
from reconciler.manifest.row_shapes import DPO_FIELDS
from reconciler.manifest.row_talks import (
    all_lists,
    each_under,
    keys_of,
    sound_tools,
    talk_columns,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.manifest.row_blocks import Row, Talk

_FORMS = {"CHAT": (CHAT, PREFERENCE), "COMPLETION": (COMPLETION,), "RL": (SAMPLES,)}
_COMPLETION = frozenset(("prompt", "completion"))

_FIRST = itemgetter(0)
_ROLE, _MESSAGES, _SAMPLES = map(itemgetter, ("role", "messages", "samples"))
_INPUT, _PREFERRED, _OTHER = map(itemgetter, ("input", "preferred_output", "non_preferred_output"))


def rows_of(first: int, text: bytes, lines: Sequence[bytes], objects: Sequence[Row]) -> Rows:
    """``text`` is all the lines."""
    columns = columns_of(objects)
    if columns and columns.plain:
        return Rows(first, lines, objects, columns, list(map(len, lines)), [])
    return Rows(first, lines, objects, columns, *text_sizes(text, lines))


def fit(columns: Columns | None, format_name: str | None) -> bool:
    """Whether nothing is wrong with such rows in a dataset of that ``format``; templates take any
    objects."""
    if format_name not in _FORMS:
        return True
    if columns is None or columns.form not in _FORMS[format_name]:
        return False
    return columns.form != COMPLETION or columns.plain


def columns_of(rows: Sequence[Row]) -> Columns | None:
    """None where no column proves the rows to be of one form and right."""
    keys = keys_of(rows)
    try:
        if "messages" in keys:
            return _chats(rows, keys)
        if "input" in keys:
            return _pairs(rows, keys)
        if "samples" in keys:
            return _samples(rows, keys)
        return _texts(rows, keys)
    except (KeyError, TypeError):  # some have no such key, or something else than an object there
        return None


def _chats(rows: Sequence[Row], keys: frozenset[str]) -> Columns | None:
    if "tools" in keys and not sound_tools(each_under(rows, "tools")):
        return None
    return talk_columns(CHAT, keys, list(map(_MESSAGES, rows)), alone=len(keys) == 1)


def _pairs(rows: Sequence[Row], keys: frozenset[str]) -> Columns | None:
    """One question, two answers (DPO docs): only those are the assistant's, the user asks once."""
    given = list(map(_INPUT, rows))
    names = keys_of(given)
    asked = list(map(_MESSAGES, given))
    answers = [*map(_PREFERRED, rows), *map(_OTHER, rows)]
    if (
        keys != DPO_FIELDS
        or not all_lists([*asked, *answers])
        or {1} != set(map(len, answers))
        or ("tools" in names and not sound_tools(each_under(given, "tools")))
    ):
        return None
    talks = list(map(add, map(add, asked, map(_PREFERRED, rows)), map(_OTHER, rows)))
    found = talk_columns(PREFERENCE, keys, talks, alone=len(names) == 1)
    if found is None or found.roles.count("assistant") != len(answers):
        return None
    answered = {"assistant"} == set(map(_ROLE, map(_FIRST, answers)))
    return found if answered and all(map(_asks_once, asked)) else None


def _asks_once(asked: Talk) -> bool:
    return len(asked) == 1 or list(map(_ROLE, asked)).count("user") <= 1


def _samples(rows: Sequence[Row], keys: frozenset[str]) -> Columns | None:
    """Conversations with a metric each, any number in a row."""
    lists = list(map(_SAMPLES, rows))
    if not all_lists(lists):
        return None
    samples = list(chain.from_iterable(lists))
    metrics = set(map(type, each_under(samples, "metric")))
    found = talk_columns(SAMPLES, keys, list(map(_MESSAGES, samples)), alone=False)
    if found is None or not {int, float} >= metrics:
        return None
    return replace(found, talks=[list(chain.from_iterable(map(_MESSAGES, row))) for row in lists])


def _texts(rows: Sequence[Row], keys: frozenset[str]) -> Columns | None:
    """Rows without messages: prompts with their completions, or whatever a template takes."""
    talks: list[Talk] = [[]] * len(rows)
    if not keys >= _COMPLETION:
        return Columns(TEMPLATE, keys, talks)
    if {len(keys)} != set(map(len, rows)):
        return None
    texts = set(map(type, chain.from_iterable(map(dict.values, rows)))) == {str}
    return Columns(COMPLETION, keys, talks, plain=texts and len(keys) == 2)
