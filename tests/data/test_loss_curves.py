"""A metrics file of an undocumented format: what can be read is drawn, the rest is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.data.metrics import Curve, Series, read_curve
from reconciler.errors import ContentError

JSON_LINES = b"""\
{"step": 1, "train_loss": 2.0, "epoch": 0}
{"step": 2, "train_loss": 1.5, "epoch": 0}
"""


def test_json_lines_are_read() -> None:
    loss = Series("train_loss", ((1.0, 2.0), (2.0, 1.5)))

    assert Curve("step", (loss,), ("step", "train_loss", "epoch")) == read_curve(JSON_LINES)


def test_csv_is_read() -> None:
    content = b"global_step,loss,note\r\n10,2.5,a\r\n20,,b\r\n30,1.5,\r\n"
    loss = Series("loss", ((10.0, 2.5), (30.0, 1.5)))

    assert Curve("global_step", (loss,), ("global_step", "loss")) == read_curve(content)


def test_every_loss_is_a_series_of_its_own() -> None:
    content = b'{"step": 1, "train/loss": 2}\n{"step": 2, "train/loss": 1, "eval/loss": 3}\n'

    assert ["train/loss", "eval/loss"] == [series.name for series in read_curve(content).series]


def test_objects_in_objects_are_columns_too() -> None:
    curve = read_curve(b'{"step": 1, "metrics": {"loss": 2}}\n')

    assert (Series("metrics.loss", ((1.0, 2.0),)),) == curve.series


def test_without_a_step_the_epoch_counts() -> None:
    assert "epoch" == read_curve(b'{"loss": 1, "epoch": 0.5}\n').x


def test_without_either_the_row_counts() -> None:
    curve = read_curve(b'{"loss": 3}\n\n{"loss": 2}\n')

    assert ("row", ((1.0, 3.0), (2.0, 2.0))) == (curve.x, curve.series[0].points)


def test_values_that_are_not_finite_are_left_out_and_counted() -> None:
    curve = read_curve(b'{"step": 1, "loss": NaN}\n{"step": 2, "loss": 1e999}\n')

    assert ((), 2) == (curve.series[0].points, curve.dropped)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "not UTF-8 text"),
        (b'{"step": 1, "loss": 2}\n{"step":\n', "line 2 of the metrics file is not JSON"),
        (b"[1, 2]\n", "line 1 of the metrics file is not a JSON object"),
        (b'{"step": 1, "accuracy": 0.5}\n', "no column with a loss; its columns: step, accuracy"),
        (b"step,accuracy\n1,0.5\n", "no column with a loss; its columns: step, accuracy"),
        (b"<html>no</html>\n", "is empty"),
        (b"<html>\nno\n</html>", "no column with a loss; its columns: none with numbers"),
        (b'a,"loss\n1,2\n', "neither JSON lines nor CSV"),
        (b'{"loss": "2.0"}\n', "no column with a loss; its columns: none with numbers"),
    ],
)
def test_what_is_no_loss_curve_is_said(content: bytes, said: str) -> None:
    with pytest.raises(ContentError, match=said):
        read_curve(content)


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_curve_or_an_error_of_ours(content: bytes) -> None:
    try:
        curve = read_curve(content)
    except ContentError:
        return
    assert curve.series
