"""A real Chromium for the journeys: the system's own, found or skipped with the command that installs it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
INSTALL = "no Chromium here; install one with: apt-get install chromium"


def chromium_path() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Complaints:
    """What the browser complained of: scripts that failed, and anything the content security policy refused."""

    said: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.said.append(f"{message.location.get('url')}: {message.text}")
        elif "Content Security Policy" in message.text:
            self.said.append(message.text)


class Visitor:
    """One person with a phone (or a wide screen): their own browser context, and what it complained of."""

    def __init__(self, browser: Browser, site: str, *, size: dict[str, int] | None = None, **options: object) -> None:
        self.site = site
        self.context = browser.new_context(viewport=size or PHONE, base_url=site, **options)  # type: ignore[arg-type]
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.complaints = Complaints()
        self.complaints.listen(self.page)

    def go(self, path: str) -> Page:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 400, f"{path} answered {answer.status}"
        return self.page

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press the visible button or link with this name, as a person would."""
        button = self.page.get_by_role("button", name=name, exact=exact)
        target = button if button.count() else self.page.get_by_role("link", name=name, exact=exact)
        target.first.click()
        self.page.wait_for_load_state()

    def barriers(self, *, only: str = "") -> list[str]:
        """What axe finds on this page, a line each. `only` one rule, for what differs between colour schemes."""
        options: dict[str, object] = {"resultTypes": ["violations"]}
        if only:
            options["runOnly"] = [only]
        found = Axe().run(self.page, options=options).response["violations"]
        return [
            f"{self.page.url} {v['id']}: {v['help']} — {n['html'][:160]} ({n.get('failureSummary', '')[:200]})"
            for v in found
            for n in v["nodes"][:3]
        ]

    def sideways(self) -> int:
        """How many pixels the page is wider than the screen. Anything above 0 makes a phone scroll sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def close(self) -> None:
        self.context.close()
