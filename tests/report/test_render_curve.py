"""A loss curve as text and as an image."""

from __future__ import annotations

import io
import json
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageColor

from reconciler.data.metrics import Curve, Series
from reconciler.errors import UsageError
from reconciler.report.chart import COLOURS
from reconciler.report.metrics import curve_json, render_curve
from reconciler.report.png import curve_png, require_pillow
from reconciler.report.style import Style
from reconciler.report.svg import curve_svg
from tests.report.golden import assert_golden

TRAIN = Series("train_loss", tuple((step, 2 / (1 + 0.2 * step)) for step in range(1, 21)))
EVAL = Series("eval_loss", ((5, 1.4), (10, 0.9), (15, 0.95), (20, 1.1)))
CURVE = Curve("step", (TRAIN, EVAL), ("step", "train_loss", "eval_loss", "lr"), dropped=1)
TITLE = "SupervisedFineTuningJob/bot"


def test_the_curve_in_a_terminal() -> None:
    assert_golden("curve.txt", render_curve(CURVE, TITLE, Style(width=80)))


def test_the_curve_without_other_characters_than_ascii() -> None:
    text = render_curve(CURVE, TITLE, Style(width=80, unicode=False))

    assert text.isascii()
    assert "* train_loss: last 0.4, lowest 0.4 at step 20" in text


def test_the_curve_as_an_image() -> None:
    assert_golden("curve.svg", curve_svg(CURVE, TITLE))


def test_a_png_image_has_the_curve_twice_as_fine_and_is_the_same_each_time() -> None:
    image = curve_png(CURVE, TITLE)

    with Image.open(io.BytesIO(image)) as opened:
        assert ("PNG", (1600, 840)) == (opened.format, opened.size)
        drawn = {rgb for _, rgb in opened.getcolors(100_000) or ()}
        assert {ImageColor.getrgb(colour) for colour in COLOURS[:2]} <= drawn
    assert image == curve_png(CURVE, TITLE)


def test_a_png_of_one_point_has_a_dot_and_none_of_no_point() -> None:
    dot = Curve("step", (Series("loss\x1b", ((1, 2.0),)),), ("loss",))
    empty = Curve("step", (Series("loss", ()),), ("loss",))

    assert curve_png(dot, TITLE).startswith(b"\x89PNG")
    assert b"" == curve_png(empty, TITLE)


def test_without_its_library_a_png_is_refused_by_the_name_of_the_extra() -> None:
    with pytest.raises(UsageError, match="Pillow") as refused:
        require_pillow(lambda _name: None)

    assert "fireworks-reconciler[png]" in (refused.value.hint or "")


def test_a_single_point_is_a_dot() -> None:
    image = curve_svg(Curve("step", (Series("loss", ((1, 2.0),)),), ("loss",)), TITLE)

    assert "<circle" in image
    assert "nan" not in image


def test_without_a_point_there_is_no_image_and_a_word() -> None:
    empty = Curve("step", (Series("loss", ()),), ("loss",), dropped=3)

    assert "" == curve_svg(empty, TITLE)
    assert "loss: no finite value" in render_curve(empty, TITLE, Style())


def test_names_of_others_are_harmless_in_an_image() -> None:
    name = 'loss<script>alert("x")</script>\x1b\x00'
    image = curve_svg(Curve("step", (Series(name, ((1, 2.0), (2, 1.0))),), (name,)), name)

    assert "<script>" not in image
    assert ElementTree.fromstring(image).tag.endswith("svg")


def test_names_of_others_are_harmless_in_a_terminal() -> None:
    name = "loss\x1b[2J"
    curve = Curve("step", (Series(name, ((1, 2.0),)),), (name,))

    assert "\x1b" not in render_curve(curve, name, Style())


def test_json_has_the_points_and_the_columns() -> None:
    document = json.loads(curve_json(CURVE, TITLE, "accounts/a/supervisedFineTuningJobs/bot"))

    assert ["step", "train_loss", "eval_loss", "lr"] == document["columns"]
    assert [[5, 1.4], [10, 0.9], [15, 0.95], [20, 1.1]] == document["series"][1]["points"]
