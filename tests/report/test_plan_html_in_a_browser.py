"""The page in a real browser: what it shows, what its keys do, and that no text of others runs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.report.about import About
from reconciler.report.html.page import plan_html
from tests.hostile import HOSTILE
from tests.report import hostile_samples as hostile
from tests.report.browser import browser
from tests.report.samples import PLAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reconciler.plan.plan import Plan
    from tests.report.browser import Browser

CARDS = "return [...document.querySelectorAll('.card')].filter(card => !card.hidden).length"
HOSTS = "return performance.getEntriesByType('resource').length"
GROUND = "return getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(245, 246, 248)", "rgb(14, 17, 22)"


@pytest.fixture(scope="module")
def window(need: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    driver = need("chromedriver", "apt-get install chromium-driver")
    # Ubuntu's runners bring Chrome, which their driver fits, and no program of Debian's name.
    program = shutil.which("chromium") or shutil.which("google-chrome") or need("chromium")
    with browser(driver, program, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def show(window: Browser, tmp_path: Path) -> Callable[..., Browser]:
    """Write a plan's page and open it in a window of a size."""

    def opened(plan: Plan = PLAN, *, width: int = 1200, dark: bool = False) -> Browser:
        path = tmp_path / "plan.html"
        path.write_text(plan_html(plan, About("ml/support", "prod")), encoding="utf-8")
        window.look(width=width, height=900, dark=dark, phone=width < 500)
        window.open(path)
        return window

    return opened


def test_nothing_is_refused_and_nothing_is_asked_for(show: Callable[..., Browser]) -> None:
    page = show()

    assert ([], 0) == (page.said(), page.run(HOSTS))


def test_a_number_filters_by_its_action(show: Callable[..., Browser]) -> None:
    page = show()
    page.run("document.querySelector('[data-value=delete]').click()")

    assert (1, True) == (
        page.run(CARDS),
        page.run("return document.querySelector('.card.a-create').hidden"),
    )


def test_the_keyboard_alone_searches_and_leaves_again(show: Callable[..., Browser]) -> None:
    page = show()
    page.type("/")
    page.type("support-2024")

    assert 1 == page.run(CARDS)

    page.type("\ue00c")  # Escape, in WebDriver's spelling

    assert 5 == page.run(CARDS)


def test_a_search_that_finds_nothing_says_so(show: Callable[..., Browser]) -> None:
    page = show()
    page.type("/")
    page.type("nowhere")

    assert (0, False) == (page.run(CARDS), page.run("return document.all.nothing.hidden"))


def test_a_card_opens_by_the_keyboard(show: Callable[..., Browser]) -> None:
    page = show()
    closed = "return document.querySelector('.card.a-create').open"
    page.run("document.querySelector('.card.a-create > summary').focus()")

    assert False is page.run(closed)

    page.type("\ue007")  # Enter

    assert True is page.run(closed)


def test_a_box_of_the_lineage_leads_to_its_change(show: Callable[..., Browser]) -> None:
    page = show()
    page.run("location.hash = document.querySelector('.lineage a').getAttribute('href')")

    assert "SUMMARY" == page.run(
        "return new Promise(done => setTimeout(() => done(document.activeElement.tagName)))"
    )


def test_the_page_follows_the_reader_and_can_be_turned(show: Callable[..., Browser]) -> None:
    page = show(dark=True)
    seen = [page.run(GROUND)]
    page.run("document.getElementById('theme').click()")

    assert [DARK, LIGHT] == [*seen, page.run(GROUND)]
    assert LIGHT == show().run(GROUND)


def test_a_phone_shows_all_of_its_width(show: Callable[..., Browser]) -> None:
    page = show(width=390)

    assert 390 == page.run("return document.documentElement.scrollWidth")


def test_everything_is_named_for_those_who_listen(show: Callable[..., Browser]) -> None:
    nameless = (
        "return [...document.querySelectorAll('button, input, a, summary, [role]')]"
        ".filter(one => !(one.textContent.trim() || one.getAttribute('aria-label'))).length"
    )

    assert 0 == show().run(nameless)


def test_no_text_of_others_runs_loads_or_is_refused(show: Callable[..., Browser]) -> None:
    plans = [hostile.plan(text) for text in HOSTILE.values()]
    changes = tuple(change for plan in plans for change in plan.changes)
    problems = tuple(found for plan in plans for found in plan.diagnostics)

    page = show(replace(PLAN, changes=changes, diagnostics=problems))

    assert ([], 0) == (page.said(), page.run(HOSTS))
    assert "Plan · prod" == page.run("return document.title")
    assert [] == page.run(
        "return [...document.querySelectorAll('*')].filter(one =>"
        " one.namespaceURI.endsWith('xhtml') && [...one.attributes].some(at =>"
        " at.name.startsWith('on') || at.name === 'style' || at.name === 'src'))"
        ".map(one => one.outerHTML.slice(0, 80))"
    )
    assert ["SCRIPT"] == page.run("return [...document.scripts].map(one => one.tagName)")
