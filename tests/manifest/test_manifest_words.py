"""The small parts that messages are made of: globs, suggestions, quoting, plain scalars."""

from __future__ import annotations

import pytest

from reconciler.manifest.globs import fixed_folder, glob
from reconciler.manifest.quoting import dotted, escaped
from reconciler.manifest.scalars import plain_value
from reconciler.manifest.suggest import did_you_mean, distance


@pytest.mark.parametrize(
    ("left", "right", "edits"),
    [("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abcd", "acbd", 1), ("kitten", "sitting", 3)],
)
def test_distance_counts_edits_with_swaps(left: str, right: str, edits: int) -> None:
    assert (edits, edits) == (distance(left, right), distance(right, left))


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("learningRat", "did you mean learningRate?"),
        ("learning_rate", "did you mean learningRate?"),
        ("EPOCHS", "did you mean epochs?"),
        ("epocsh", "did you mean epochs?"),
        ("nods", "did you mean nodes?"),
        ("xyz", None),
        ("no", None),
        ("", None),
    ],
)
def test_a_suggestion_is_at_most_two_edits_away(written: str, hint: str | None) -> None:
    assert hint == did_you_mean(written, ["learningRate", "epochs", "nodes"])


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.json", "a/b.json", True),
        ("*.json", "b.json", True),
        ("a/*.json", "a/b.json", True),
        ("a/*.json", "a/c/b.json", False),
        ("/b.json", "b.json", True),
        ("**/b", "b", True),
        ("**/b", "x/y/b", True),
        ("a/**", "a/b/c", True),
        ("a/**/c", "a/c", True),
        ("a/**", "b/a/c", False),
        ("[ab].x", "a.x", True),
        ("[!ab].x", "a.x", False),
        ("a.b", "axb", False),
        ("?", "ab", False),
        ("[", "[", True),
        ("*", "a\nb", True),
    ],
)
def test_globs_match_as_gitignore_reads_them(pattern: str, path: str, matches: bool) -> None:
    assert matches == bool(glob(pattern).fullmatch(path))


@pytest.mark.parametrize(
    ("pattern", "folder"),
    [("manifests/**", "manifests"), ("a/b/*.yaml", "a/b"), ("*/a", ""), ("x.yaml", ""), ("**", "")],
)
def test_a_search_begins_in_the_folder_that_a_glob_names(pattern: str, folder: str) -> None:
    assert folder == fixed_folder(pattern)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(text, text) for text in ("no", "yes", "on", "0123", "0x1f", "0o7", "1_0", "2024-01-01")],
        *[(text, text) for text in ("+", "-", ".", "1e", "e1", ".nan", "-.inf", "1e999", "tRUE")],
        *[(text, None) for text in ("", "~", "null", "Null", "NULL")],
        *[(text, True) for text in ("true", "True", "TRUE")],
        *[("12", 12), ("-3", -3), ("0", 0), ("9223372036854775807", 2**63 - 1)],
        *[("9223372036854775808", "9223372036854775808"), ("٣", "٣")],
        *[("1e-4", 1e-4), (".5", 0.5), ("5.", 5.0), ("+1.5", 1.5), ("1E+2", 100.0)],
        ("9" * 5000, "9" * 5000),
    ],
)
def test_a_plain_scalar_means_what_yaml_1_2_says_less_its_traps(text: str, value: object) -> None:
    found = plain_value(text)

    assert (value, type(value)) == (found, type(found))


def test_a_path_is_written_with_dots_and_indexes() -> None:
    assert "spec.datasets[0].dataset" == dotted(("spec", "datasets", 0, "dataset"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[0m", "a\\x1b[0m"),
        ("a\nb", "a\\x0ab"),
        ("a\u202eb", "a\\u202eb"),
        ("\udcff", "\\xff"),
        ("x" * 121, "x" * 119 + "…"),
        ("x" * 120, "x" * 120),
    ],
)
def test_what_users_wrote_is_shown_short_and_visible(text: str, shown: str) -> None:
    assert shown == escaped(text)
