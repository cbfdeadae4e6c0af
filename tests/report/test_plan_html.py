"""A plan as one page: everything in it, nothing from elsewhere, and no text of others acts."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest

from reconciler.manifest.row_change import RowChange, Rows
from reconciler.plan.plan import Group
from reconciler.ref import ResourceRef
from reconciler.report.about import About
from reconciler.report.html.page import plan_html
from tests.hostile import HOSTILE, unsafe_in_html, unsafe_in_log
from tests.report import hostile_samples as hostile
from tests.report.samples import CREATE, DELETE, EMPTY, PLAN, RUN, with_change

ABOUT = About("ml/support", "prod")
ELEMENTS = (
    *("html", "head", "meta", "title", "style", "script", "body", "header", "main", "footer"),
    *("div", "section", "h1", "h2", "h3", "h4", "p", "span", "b", "i", "code", "pre", "br"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"),
    *("details", "summary", "button", "input", "a"),
    *("svg", "g", "rect", "path", "text", "defs", "marker"),
)
ATTRIBUTES = (
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "type", "hidden", "open"),
    *("role", "tabindex", "scope", "placeholder", "autocomplete", "href", "aria-label"),
    *("aria-pressed", "aria-hidden", "data-action", "data-group", "data-blocked", "data-label"),
    *("data-filter", "data-value", "viewbox", "width", "height", "x", "y", "rx", "d"),
    *("refx", "refy", "markerwidth", "markerheight", "orient", "marker-end"),
)


def hashes(kind: str, text: str) -> set[str]:
    found = re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
    digests = (hashlib.sha256(each.encode()).digest() for each in found)
    return {f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests}


def policy(text: str) -> dict[str, set[str]]:
    content = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)[0]
    parts = (part.split() for part in content.replace("&#x27;", "'").split("; "))
    return {name: set(sources) for name, *sources in parts}


def test_the_policy_allows_only_what_stands_in_the_page() -> None:
    text = plan_html(PLAN, ABOUT)

    assert {
        "default-src": {"'none'"},
        "style-src": hashes("style", text),
        "script-src": hashes("script", text),
        "base-uri": {"'none'"},
        "form-action": {"'none'"},
    } == policy(text)


def test_nothing_leads_out_of_the_page() -> None:
    text = plan_html(PLAN, ABOUT)

    assert {"#"} == {href[:1] for href in re.findall(r'href="([^"]*)"', text)}
    assert [] == re.findall(r"https?://|url\((?!#)|@import|src=", text)


def test_the_same_plan_is_the_same_page() -> None:
    assert plan_html(PLAN, ABOUT) == plan_html(PLAN, ABOUT)


def test_every_change_has_a_card_and_a_box_that_leads_to_it() -> None:
    text = plan_html(replace(PLAN, changes=(CREATE, RUN)), ABOUT)

    assert ["c0", "c1"] == re.findall(r'<details id="(c\d)" class="card', text)
    assert ["#c0", "#c1"] == sorted(re.findall(r'<a href="(#c\d)">', text))


def test_what_loses_data_stands_open_with_its_way_out() -> None:
    text = plan_html(replace(PLAN, changes=(DELETE,)), ABOUT)

    assert ' class="card a-delete" open ' in text
    assert "--allow delete:Dataset/support-2024" in text


def test_rows_that_came_and_went_are_told_with_their_numbers() -> None:
    rows = RowChange(Rows(41, (12, 13, 14), ('{"a": 1}',)), Rows(3, (7, 8, 9)), "4f1c2d9")

    text = plan_html(replace(PLAN, changes=(with_change(CREATE, rows=rows),)), ABOUT)

    assert "Rows since 4f1c2d9" in text
    assert "+41 added (rows 12, 13, 14, …)" in text
    assert '<th scope="row" aria-label="added row 12">+ 12</th>' in text
    assert "<pre>{&quot;a&quot;: 1}</pre>" in text
    assert "-3 removed (rows 7, 8, 9)" in text


def test_a_changed_row_is_shown_as_it_was_and_as_it_is() -> None:
    now, was = Rows(1, (3,), ("new text",)), Rows(1, (2,), ("old text",))
    rows = RowChange(Rows(), Rows(), "4f1c2d9", now, was)

    text = plan_html(replace(PLAN, changes=(with_change(CREATE, rows=rows),)), ABOUT)

    assert "~1 changed (row 3)" in text
    assert text.index("old text") < text.index("new text")
    assert '<th scope="row" aria-label="removed row 2">- 2</th>' in text


def test_groups_stand_in_their_order() -> None:
    changes = (replace(RUN, group=Group.DRIFT), replace(CREATE, group=Group.THIS_CHANGE))

    text = plan_html(replace(PLAN, changes=changes, base="4f1c2d9"), ABOUT)

    assert ["This change", "Drift, not of this change"] == re.findall("<h3>(.*?)</h3>", text)


def test_a_plan_without_changes_says_so() -> None:
    assert "No changes: the account matches the manifests." in plan_html(EMPTY, ABOUT)


def test_a_page_has_an_end() -> None:
    many = tuple(
        with_change(
            CREATE, resource=replace(CREATE.change.resource, ref=ResourceRef("Dataset", f"d{n}"))
        )
        for n in range(9)
    )

    text = plan_html(replace(PLAN, changes=(*many, DELETE)), ABOUT, most=3)

    assert 3 == text.count('class="card ')
    assert "Dataset/</span><b>support-2024" in text
    assert "7 less dangerous changes are left out of this page." in text


@pytest.mark.parametrize("title", HOSTILE)
def test_no_text_of_others_is_markup(title: str) -> None:
    text = HOSTILE[title]
    made = hostile.plan(text)
    rows = RowChange(Rows(1, (1,), (text,)), Rows(1, (1,), (text,)), text)
    changes = tuple(with_change(change, rows=rows) for change in made.changes)

    html = plan_html(replace(made, changes=changes), About(text, text))

    assert [] == unsafe_in_html(html, ELEMENTS, ATTRIBUTES)
    assert [] == unsafe_in_log(html)
