"""Rows are asked for all credentials at once: what each shape alone would find is found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.secrets import find_secrets, find_secrets_in_rows

LONG = "a1B2" * 10
NEARLY = (
    "AKIA", "ASIA", "ABCDEFGHIJKLMNOP", "fw_", "ghp_", "ghx_", "github_pat_", "hf_", "sk-", "task-",
    "-----BEGIN ", "RSA ", "PRIVATE KEY", "X-Goog-Signature=", "X-Amz-signature=", "?sig=", "&sig=",
    "_", "-", "=", " ", "x", "9", LONG, LONG[:11], LONG[:16], "\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(NEARLY), max_size=12).map("".join))
def test_what_one_shape_finds_the_rows_are_told_to_hold(text: str) -> None:
    rows = text.encode().splitlines() or [b""]

    alone = {what for line in rows for _, what in find_secrets(line.decode())}

    assert alone == set(find_secrets_in_rows(b"\n".join(rows)))
