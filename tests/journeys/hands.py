"""How a person works a page: with a finger, or with the keys alone."""

from __future__ import annotations

from playwright.sync_api import Locator

#: Whether the focus is on an element (or, of radio buttons, on one of its group), whether it is seen, and which way to go.
#: What only a script or a link can focus (the main part, the first new message) is no stop and needs no ring.
WHERE = """one => {
  const here = document.activeElement, body = !here || here === document.body;
  const style = body ? null : getComputedStyle(here);
  const group = !body && here.type === 'radio' && one.type === 'radio' && here.name === one.name && here.form === one.form;
  const ring = body || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
  return {
    there: here === one, group: group,
    before: !body && Boolean(one.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING),
    inside: Boolean(one.closest('main')) && (body || !here.closest('main')),
    skip: !body && here.matches('a[href="#main"]'),
    seen: ring || group || here.tabIndex < 0,
    what: body ? '' : here.outerHTML.slice(0, 120)
  };
}"""


class Finger:
    """Presses what it sees."""

    def press(self, target: Locator) -> None:
        target.click()

    def choose(self, target: Locator) -> None:
        target.check()

    def fill(self, target: Locator, text: str) -> None:
        target.fill(text)


class Keys:
    """Never touches: Tab and Shift+Tab until the thing has the focus, then Enter, Space, arrows or letters.

    What the focus passes must show it. `longest` is the most stops that any one way took, and `bound` the most allowed
    to a button: past it a person would give up.
    """

    bound = 40
    bound_in_forms = 90

    def __init__(self) -> None:
        self.longest = 0

    def press(self, target: Locator) -> None:
        self._reach(target, self.bound_in_forms if _in_form(target) else self.bound)
        target.press("Enter")

    def choose(self, target: Locator) -> None:
        self._reach(target, self.bound_in_forms)
        if not target.is_checked():
            target.press("Space")
        assert target.is_checked()

    def fill(self, target: Locator, text: str) -> None:
        self._reach(target, self.bound_in_forms)
        target.press("ControlOrMeta+a")
        target.page.keyboard.type(text)
        assert target.input_value() == text

    def _reach(self, target: Locator, bound: int) -> None:
        page, stops = target.page, 0
        while True:
            now = target.evaluate(WHERE)
            assert now["seen"], f"no ring around {now['what']} on {page.url}"
            if now["there"]:
                break
            assert stops < bound, f"{bound} stops, and the focus is on {now['what']} of {page.url}, not on {target}"
            page.keyboard.press(_towards(now))
            stops += 1
        self.longest = max(self.longest, stops)


def _towards(now: dict[str, object]) -> str:
    if now["group"]:  # arrows go round within a group of radio buttons
        return "ArrowUp" if now["before"] else "ArrowDown"
    if now["skip"] and now["inside"]:
        return "Enter"
    return "Shift+Tab" if now["before"] else "Tab"


def _in_form(target: Locator) -> bool:
    return bool(target.evaluate("one => Boolean(one.form && one.form.elements.length > 12)"))
