"""The pages in a real browser: silent, closed to the network, and readable on a phone, on paper and in the dark."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from grader.report import LANGUAGES, to_candidate_html, to_html
from tests.report.hostile import ATTACKS, everywhere
from tests.report.sheets import SHEETS, middling

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
RENDERERS = {"report": to_html, "candidate": to_candidate_html}

LOW_CONTRAST = """
() => {
  const part = (value) => { const c = value / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const has_text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!has_text || !element.checkVisibility()) continue;
    const [one, two] = [light(numbers(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) found.push(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
  }
  return [...new Set(found)];
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine; install the package chromium to run these tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass(slots=True)
class Visit:
    """One page that was opened, and everything that it said or asked for."""

    page: Page
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def visit(browser: Browser, tmp_path: Path):
    contexts = []

    def open_page(html: str, *, width: int = 1100, scheme: str = "light") -> Visit:
        file = tmp_path / f"page{len(contexts)}.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        visit = Visit(context.new_page())
        visit.page.on("console", lambda message: visit.console.append(message.text))
        visit.page.on("pageerror", lambda error: visit.console.append(str(error)))
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.goto(file.as_uri())
        visit.requests.remove(file.as_uri())
        return visit

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHEETS)
@pytest.mark.parametrize("renderer", RENDERERS)
def test_a_page_is_silent_asks_for_nothing_and_fits_a_phone(
    visit, renderer: str, kind: str, language: str
) -> None:
    seen = visit(RENDERERS[renderer](SHEETS[kind](), language), width=320)
    seen.page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert not seen.console
    assert not [url for url in seen.requests if url != "data:,"]


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_runs_nothing_loads_nothing_and_widens_nothing(visit, attack: str) -> None:
    for kind in ("middling", "build_failed"):
        for render in RENDERERS.values():
            seen = visit(render(everywhere(kind, attack)), width=320)
            assert seen.page.title() != "owned"
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= 320
            assert seen.page.locator("script, img, iframe, h1 + h1").count() == 0
            assert not seen.console
            assert not [url for url in seen.requests if url != "data:,"]


def test_the_policy_holds_against_what_might_slip_through(visit) -> None:
    """Even markup that got in by a mistake of ours could not run or load anything."""
    script = "document.title='owned'"
    slipped = f"<script>{script}</script><img src='http://192.0.2.1/x' onerror=\"{script}\">"
    seen = visit(to_html(middling()).replace("</main>", f"{slipped}</main>"))
    assert seen.page.title() != "owned"
    assert seen.console
    assert all("Content Security Policy" in message for message in seen.console)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", SHEETS)
def test_every_text_stands_out_from_its_ground(visit, kind: str, scheme: str) -> None:
    for render in RENDERERS.values():
        assert visit(render(SHEETS[kind]()), scheme=scheme).page.evaluate(LOW_CONTRAST) == []


def test_paper_shows_what_is_folded_away_and_leaves_navigation_out(visit) -> None:
    page = visit(to_html(middling()), scheme="dark").page
    row = page.get_by_text("Limits below 1 raise ValueError")
    assert not row.is_visible()
    page.emulate_media(media="print")
    assert row.is_visible()
    assert not page.locator("nav").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf().startswith(b"%PDF")


def test_what_a_good_answer_holds_is_folded_until_it_is_opened(visit) -> None:
    page = visit(to_html(middling())).page
    answer = page.get_by_text("It prints [1, 2] [1, 2]")
    assert not answer.is_visible()
    page.get_by_text("What a good answer holds").last.click()
    assert answer.is_visible()
    assert page.locator("ol.questions li").count() == 6


def test_a_link_to_a_line_opens_its_file(visit) -> None:
    seen = visit(to_html(middling()))
    seen.page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = false; })")
    seen.page.get_by_role("link", name="solution.py:20").click()
    assert seen.page.locator("#f0-L20").is_visible()


def test_the_keyboard_reaches_what_failed_first(visit) -> None:
    page = visit(to_html(middling())).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to what failed"
    page.keyboard.press("Enter")
    assert page.url.endswith("#failed")


def test_landmarks_and_table_headings_are_named_for_screen_readers(visit) -> None:
    page = visit(to_html(middling())).page
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("banner").count() == 1
    assert page.get_by_role("navigation", name="Contents").count() == 1
    assert page.get_by_role("rowheader", name="Correctness").count() == 1
    assert page.get_by_role("region", name="What failed").count() == 1
    assert (
        page.get_by_role("img", name="0.97, band 0.94 to 1.01; full points up to 0.35, none from 0.8").count()
        == 1
    )
