"""One of the people of a journey: presses what they see, and looks at each new page for barriers on the way."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Browser, Locator, Page, expect

from tests.instance import Instance

from .browser import Visitor
from .hands import Finger, Keys
from .spoken import Text, said, still_english
from .written import WRITTEN

#: The narrowest phone that every page must fit.
NARROW = 320


class Walker(Visitor):
    """A person with a phone who looks at every distinct page once. What is wrong with any of them is in `found`.

    Texts are those of the catalogue in English; who reads another `language` finds the page's own words for them.
    With `scripts` off nothing runs in the browser. `hands` are a finger or the keys. `barriers` are looked for with axe
    unless the same pages are measured in another walk; `session` is somebody's who is signed in already.
    """

    def __init__(
        self,
        browser: Browser,
        instance: Instance,
        name: str,
        *,
        language: str = "en",
        scripts: bool = True,
        hands: Finger | Keys | None = None,
        barriers: bool = True,
        session: str = "",
        **options: object,
    ) -> None:
        super().__init__(browser, instance.url, java_script_enabled=scripts, locale=language, **options)  # type: ignore[arg-type]
        self.instance = instance
        self.name = name
        self.email = f"{name.lower()}@example.org"
        self.language, self.scripts, self.hands = language, scripts, hands or Finger()
        self.writes = WRITTEN[language]
        self.measured = barriers and scripts
        self.found: list[str] = []
        self._looked_at: set[tuple[str, str]] = set()
        if session:
            self.context.add_cookies([{"name": "sessionid", "value": session, "url": self.site}])

    def said(self, text: Text) -> str | re.Pattern[str]:
        """How pages say this to this person."""
        return said(text, self.language)

    def go(self, path: str) -> Page:
        page = super().go(path)
        self.look()
        return page

    def press(self, name: Text, *, exact: bool = False) -> None:
        """Press the visible button or link with this name."""
        self.press_in(self.page.locator("body"), name, exact=exact)

    def press_in(self, place: Locator, name: Text, *, exact: bool = False) -> None:
        """Press the button or link with this name inside a part of the page."""
        words = self.said(name)
        button = place.get_by_role("button", name=words, exact=exact)
        link = place.get_by_role("link", name=words, exact=exact)
        expect(button.or_(link).first).to_be_visible()
        self.hands.press((button if button.count() else link).first)
        self.page.wait_for_load_state()
        self.look()

    def fill(self, label: Text, text: str) -> None:
        self.hands.fill(self.page.get_by_label(self.said(label)).first, text)

    def choose(self, label: Text, *, exact: bool = False, group: Text = "") -> None:
        """Tick a box or a radio button by its words, in the group of that name where several say the same."""
        place = self.page.get_by_role("group", name=self.said(group)) if group else self.page
        self.hands.choose(place.get_by_label(self.said(label), exact=exact).first)

    def sees(self, text: Text) -> None:
        """Wait until this text can be seen in the page's main part."""
        expect(self._shown(text).first).to_be_visible()

    def sees_soon(self, text: Text, *, seconds: float = 30) -> None:
        """The worker needs a moment: load the page again until the text is there."""
        self._until(self._shown(text), text, seconds)

    def reads(self, written: str) -> None:
        """Wait until somebody's own words can be seen in the page's main part."""
        expect(self._written(written).first).to_be_visible()

    def reads_soon(self, written: str, *, seconds: float = 30) -> None:
        """As `sees_soon`, for somebody's own words."""
        self._until(self._written(written), written, seconds)

    def open(self, written: str) -> None:
        """Follow the link that is named by somebody's own words."""
        self.hands.press(self.page.get_by_role("main").get_by_role("link", name=written).first)
        self.page.wait_for_load_state()
        self.look()

    def _until(self, shown: Locator, text: Text, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not shown.count():
            assert time.monotonic() < end, f"{self.name} never saw “{text}” on {self.page.url}: {self.words()[:3000]}"
            self.page.wait_for_timeout(500)
            self.page.reload()
        self.look()

    def _written(self, text: str) -> Locator:
        return self.page.get_by_role("main").get_by_text(text).locator("visible=true")

    def _shown(self, text: Text) -> Locator:
        return self.page.get_by_role("main").get_by_text(self.said(text)).locator("visible=true")

    def words(self) -> str:
        return self.page.get_by_role("main").inner_text()

    def code(self, *, other_than: str = "") -> str:
        """The newest code mailed to this person, as they would read it in their mail."""
        for _attempt in range(120):
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
        if self.measured:
            self.found += self.barriers()
        self._look_at_width()
        if self.language != "en":
            words = self.page.locator("body").inner_text()
            self.found += [f"{self.page.url} says in English: {line}" for line in still_english(words, self.language)]

    def _look_at_width(self) -> None:
        own = self.page.viewport_size
        assert own is not None
        for width in {own["width"], NARROW}:
            self.page.set_viewport_size({**own, "width": width})
            if sideways := self.sideways():
                self.found.append(f"{self.page.url} is {sideways} px wider than a phone of {width} px")
        self.page.set_viewport_size(own)

    def troubles(self) -> list[str]:
        """Everything that was wrong on this person's way: it should be nothing."""
        return [*self.found, *self.complaints.said]
