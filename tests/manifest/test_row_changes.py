"""Rows of two versions are compared as multisets, however they are ordered and spelt."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.row_change import RowChange, Rows, compare_rows, with_texts


def lines(*rows: int | str) -> list[bytes]:
    return [b'{"a": "%s"}\n' % str(row).encode() for row in rows]


def test_rows_that_are_in_one_version_only_are_added_and_removed() -> None:
    expected = RowChange(Rows(2, (2, 4)), Rows(1, (1,)), "4f1c2d9")

    assert expected == compare_rows(lines(1, 5, 2, 6), lines(3, 1, 2), "4f1c2d9")


def test_another_order_is_no_change() -> None:
    assert RowChange(Rows(), Rows()) == compare_rows(lines(1, 2, 3), lines(3, 1, 2))


def test_another_spelling_is_no_change() -> None:
    new, old = [b'{"a":1,"b":"\\u00e9"}\r\n'], ['{"b": "é", "a": 1}'.encode()]

    assert RowChange(Rows(), Rows()) == compare_rows(new, old)


def test_a_row_in_the_place_of_another_one_is_changed() -> None:
    expected = RowChange(Rows(), Rows(), changed=Rows(1, (2,)), before=Rows(1, (2,)))

    assert expected == compare_rows(lines(1, 9, 3), lines(1, 2, 3))


def test_a_place_is_the_same_whatever_came_before_it() -> None:
    found = compare_rows(lines(7, 8, 1, 9, 3), lines(1, 2, 3))

    expected = RowChange(Rows(2, (1, 2)), Rows(), changed=Rows(1, (4,)), before=Rows(1, (2,)))
    assert expected == found


def test_of_more_rows_in_one_place_the_rest_are_added_or_removed() -> None:
    grown = compare_rows(lines(1, 8, 9, 3), lines(1, 2, 3))
    shrunk = compare_rows(lines(1, 2, 3), lines(1, 8, 9, 3))

    assert RowChange(Rows(1, (3,)), Rows(), "", Rows(1, (2,)), Rows(1, (2,))) == grown
    assert RowChange(Rows(), Rows(1, (3,)), "", Rows(1, (2,)), Rows(1, (2,))) == shrunk


def test_of_many_rows_the_first_are_told() -> None:
    found = compare_rows(lines(*range(100)), [])

    assert found == RowChange(Rows(100, (1, 2, 3)), Rows())


def test_what_is_no_json_counts_by_its_bytes() -> None:
    found = compare_rows([b"{\n"], [b"[\n"])

    assert found is not None
    assert found.any


def test_blank_lines_are_no_rows() -> None:
    assert RowChange(Rows(), Rows()) == compare_rows([*lines(1), b"\n"], lines(1))


def test_versions_that_have_nothing_in_common_are_not_counted_for_ever() -> None:
    new, old = lines(*range(20)), lines(*range(20, 40))

    assert compare_rows(new, old, most_apart=10) is None
    assert compare_rows(new, old, most_apart=40) is not None


ROWS = st.lists(st.integers(0, 6), max_size=30)


@given(new=ROWS, old=ROWS)
def test_the_counts_are_those_of_multisets(new: list[int], old: list[int]) -> None:
    found = compare_rows(lines(*new), lines(*old))

    assert found is not None
    assert found.changed.count == found.before.count
    assert (Counter(new) - Counter(old)).total() == found.added.count + found.changed.count
    assert (Counter(old) - Counter(new)).total() == found.removed.count + found.before.count


@given(new=ROWS, old=ROWS)
def test_the_rows_told_are_of_the_side_that_has_more(new: list[int], old: list[int]) -> None:
    found = compare_rows(lines(*new), lines(*old))

    assert found is not None
    surplus = Counter(new) - Counter(old)
    told = {*found.added.first, *found.changed.first}
    assert all(new[number - 1] in surplus for number in told)
    assert min(3, len(surplus)) <= len(told) <= 6


def test_the_text_of_a_row_is_cut_and_holds_no_credential() -> None:
    rows = Rows(2, (2, 3))

    version = [b"1\n", b'{"a": "fw_abcdef0123456789"}\n', b"x" * 5000]
    secret, long = with_texts([rows], version)[0].texts

    assert '{"a": "***"}' == secret
    assert "x" * 599 + "…" == long
