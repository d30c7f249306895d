"""Every page of the demonstration: no barrier in light or dark, no complaint, no scrolling sideways, one heading."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.instance import Instance

from .browser import DESKTOP, PHONE, Visitor
from .pages import GUEST, NEWCOMER, ORGANISER, PAGES, STEWARD, SUPPORTER, found_in, sign_in_as

SHELL_PAGES = [(GUEST, "/"), (GUEST, "/help-now/"), (GUEST, "/account/login/"), (ORGANISER, "/"), (ORGANISER, "/c/{c}/"),
               (ORGANISER, "/c/{c}/talk/"), (ORGANISER, "/c/{c}/meet/"), (ORGANISER, "/c/{c}/more/")]  # fmt: skip

#: What has the focus, and whether it shows a ring.
FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  return {what: one.outerHTML.slice(0, 120), text: one.innerText.trim(), body: one === document.body,
          ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none'};
}"""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with Instance(tmp_path_factory.mktemp("pages"), DEMO="1") as started:
        started.start()
        yield started


@pytest.fixture(scope="module")
def ids(instance: Instance) -> dict[str, object]:
    return found_in(instance)


@pytest.mark.parametrize("who", [GUEST, NEWCOMER, SUPPORTER, ORGANISER, STEWARD])
def test_every_page_is_without_barriers(browser: Browser, instance: Instance, ids: dict[str, object], who: str) -> None:
    visitor = sign_in_as(browser, instance, who)
    wrong = []
    for look in PAGES:
        if look.who == who:
            page = visitor.go(look.path.format(**ids))
            wrong += [f"{look.name}: {one}" for one in _wrong_with(visitor, page)]
    visitor.close()
    assert not wrong + visitor.complaints.said, "\n".join(wrong)


def _wrong_with(visitor: Visitor, page: Page) -> list[str]:
    wrong = []
    headings = page.locator("h1").count()
    if headings != 1:
        wrong.append(f"{headings} first headings")
    if not page.title().removesuffix("Commonweal").strip(" ·"):
        wrong.append("no title")
    wrong += visitor.barriers()
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # no colour is caught half way
    wrong += [f"dark: {one}" for one in visitor.barriers(only="color-contrast")]
    page.emulate_media(color_scheme="light")
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        if sideways := visitor.sideways():
            wrong.append(f"{sideways} px too wide at {size['width']}")
    return wrong


def test_keys_reach_everything_and_the_focus_is_seen(
    browser: Browser, instance: Instance, ids: dict[str, object]
) -> None:
    visitor = sign_in_as(browser, instance, ORGANISER)
    for path in ("/", "/c/{c}/talk/{topic}/", "/c/{c}/meet/plan/"):
        page = visitor.go(path.format(**ids))
        page.keyboard.press("Tab")
        first = page.evaluate(FOCUS)
        assert "#main" in first["what"], f"the first stop on {path} is {first['what']}"
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0, "the skip link stays hidden"
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#main"
        before = ""
        for _stop in range(25):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUS)
            inside = focus["what"] == before  # the parts of a date field draw a ring of their own
            assert focus["body"] or focus["ring"] or inside, f"no ring around {focus['what']} on {path}"
            before = focus["what"]
    visitor.close()


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("es", "ltr")])
def test_the_shell_speaks_and_runs_as_the_language_does(
    browser: Browser, instance: Instance, ids: dict[str, object], language: str, direction: str
) -> None:
    visitors = {who: sign_in_as(browser, instance, who) for who in (GUEST, ORGANISER)}
    for visitor in visitors.values():
        _choose_language(visitor, language)
    for who, path in SHELL_PAGES:
        visitor = visitors[who]
        page = visitor.go(path.format(**ids))
        root = page.locator("html")
        assert root.get_attribute("lang") == language, path
        assert (root.get_attribute("dir") or "ltr") == direction, path
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            assert visitor.sideways() == 0, f"{path} in {language} at {size['width']}"
            page.evaluate("window.scrollTo(-500, 0)")
            assert page.evaluate("window.scrollX") == 0, f"{path} runs out on the other side in {language}"
    for visitor in visitors.values():
        assert visitor.complaints.said == []
        visitor.close()


def _choose_language(visitor: Visitor, language: str) -> None:
    """On the page of languages, which works for guests too."""
    visitor.go("/languages/")
    visitor.page.get_by_role("main").locator(f"button[name=language][value={language}]").click()
    visitor.page.wait_for_load_state()
