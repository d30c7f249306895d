"""One of the people of a journey: presses what they see, and looks at each new page for barriers on the way."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Browser, Locator, Page, expect

from tests.instance import Instance

from .browser import Visitor


class Walker(Visitor):
    """A person with a phone who looks at every distinct page once. What is wrong with any of them is in `found`."""

    def __init__(self, browser: Browser, instance: Instance, name: str, **options: object) -> None:
        super().__init__(browser, instance.url, **options)  # type: ignore[arg-type]
        self.instance = instance
        self.name = name
        self.email = f"{name.lower()}@example.org"
        self.found: list[str] = []
        self._looked_at: set[tuple[str, str]] = set()

    def go(self, path: str) -> Page:
        page = super().go(path)
        self.look()
        return page

    def press(self, name: str, *, exact: bool = False) -> None:
        super().press(name, exact=exact)
        self.look()

    def press_in(self, place: Locator, name: str) -> None:
        """Press the button or link with this name inside a part of the page."""
        button = place.get_by_role("button", name=name)
        (button if button.count() else place.get_by_role("link", name=name)).first.click()
        self.page.wait_for_load_state()
        self.look()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)

    def choose(self, label: str, *, exact: bool = False) -> None:
        """Tick a box or a radio button by its words."""
        self.page.get_by_label(label, exact=exact).first.check()

    def sees(self, text: str) -> None:
        """Wait until this text can be seen in the page's main part."""
        expect(self.page.get_by_role("main").get_by_text(text).locator("visible=true").first).to_be_visible()

    def sees_soon(self, text: str, *, seconds: float = 20) -> None:
        """The worker needs a moment: load the page again until the text is there."""
        end = time.monotonic() + seconds
        shown = self.page.get_by_role("main").get_by_text(text).locator("visible=true")
        while not shown.count():
            assert time.monotonic() < end, f"{self.name} never saw “{text}” on {self.page.url}: {self.words()[:3000]}"
            self.page.wait_for_timeout(500)
            self.page.reload()
        self.look()

    def words(self) -> str:
        return self.page.get_by_role("main").inner_text()

    def code(self, *, other_than: str = "") -> str:
        """The newest code mailed to this person, as they would read it in their mail."""
        for _attempt in range(60):
            mails = [mail for mail in self.instance.mails() if f"To: {self.email}" in mail]
            codes = re.findall(r"^\s*([0-9A-Z]{3,4}-?[0-9A-Z]{3,4})\s*$", mails[-1], re.MULTILINE) if mails else []
            if codes and codes[-1] != other_than:
                return str(codes[-1])
            self.page.wait_for_timeout(250)
        raise AssertionError(f"no code was mailed to {self.email}")

    def look(self) -> None:
        """Whether this page has barriers, scrolls sideways, or answers with an error. Each kind of page once."""
        path = re.sub(r"\d+", "1", self.page.url.removeprefix(self.site).partition("?")[0])
        path = re.sub(r"/(invitation|link)/.*", r"/\1/", path)
        heading = self.page.locator("h1").first.inner_text()
        if (path, heading) in self._looked_at:
            return
        self._looked_at.add((path, heading))
        assert "Something broke" not in heading, f"{self.name} met an error page at {self.page.url}"
        self.found += self.barriers()
        if sideways := self.sideways():
            self.found.append(f"{self.page.url} is {sideways} px wider than the phone")

    def troubles(self) -> list[str]:
        """Everything that was wrong on this person's way: it should be nothing."""
        return [*self.found, *self.complaints.said]
