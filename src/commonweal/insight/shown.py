"""What of a report each reader sees: stewards the exact numbers, everybody else no group smaller than five."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.kit.registry import Registry
from commonweal.trail.verbs import CONTACTS, EFFECTS, Label

from .flow import NOTHING

#: Fewer people than this are not told apart, except to stewards: in a small place a number can be a name.
SMALLEST = 5
UNDER = gettext_lazy("under 5")
NOTHING_YET = gettext_lazy("Nothing yet")


@dataclass
class End:
    """One end of the flow: its words, its number as shown, and how thick it is drawn."""

    key: str
    label: str
    shown: str
    weight: float = 0


@dataclass
class Band:
    """How many people went from one contact to one effect. `weight` draws it; `shown` is the number in words."""

    contact: str
    effect: str
    weight: float
    shown: str


@dataclass
class Picture:
    """The flow as one reader sees it."""

    left: list[End] = field(default_factory=list)
    right: list[End] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    pooled: bool = False

    def rows(self) -> Iterable[tuple[str, list[str]]]:
        """The table behind the picture: for each contact, the numbers in the order of the effects."""
        cells = {(band.contact, band.effect): band.shown for band in self.bands}
        for end in self.left:
            yield end.label, [cells.get((end.key, other.key), "–") for other in self.right]


def number(n: int, *, exact: bool) -> str:
    """A number of people as this reader sees it."""
    return str(n) if exact or n == 0 or n >= SMALLEST else str(UNDER)


def picture(pairs: list[list[Any]], *, exact: bool) -> Picture:
    """The flow, small groups pooled into "under 5" unless `exact`. Ends then count only what is shown, with a plus."""
    sums: dict[str, list[float]] = {}
    small: dict[str, bool] = {}
    drawn = Picture()
    for contact, effect, n in pairs:
        hidden = not exact and n < SMALLEST
        weight = 2.0 if hidden else float(n)
        drawn.bands.append(Band(contact, effect, weight, str(UNDER) if hidden else str(n)))
        drawn.pooled = drawn.pooled or hidden
        for end in (f"<{contact}", f">{effect}"):
            entry = sums.setdefault(end, [0.0, 0.0])
            entry[0] += weight
            entry[1] += 0 if hidden else n
            small[end] = small.get(end, False) or hidden
    for side, sign, names in ((drawn.left, "<", CONTACTS), (drawn.right, ">", EFFECTS)):
        for key in _ordered({end[1:] for end in sums if end[0] == sign}, names):
            weight, known = sums[sign + key]
            words = str(int(known)) + ("+" if small[sign + key] else "") if known else str(UNDER)
            side.append(End(key, _label(key, names), words, weight))
    return drawn


def _ordered(keys: set[str], names: Registry[Label]) -> list[str]:
    known = [label.key for label in names if label.key in keys]
    return known + sorted(keys - set(known) - {NOTHING}) + ([NOTHING] if NOTHING in keys else [])


def _label(key: str, names: Registry[Label]) -> str:
    label = names.get(key)
    return str(NOTHING_YET) if key == NOTHING else str(label.label) if label else key


def headline(data: dict[str, Any], *, exact: bool) -> str:
    """How many got across, in a sentence."""
    people, across = data["people"], data["across"]
    if not exact and people < SMALLEST:
        return _("Fewer than five people here have met online so far")
    if not exact and 0 < across < SMALLEST:
        return _("Fewer than five of %(people)d people got across") % {"people": people}
    return _("%(across)d of %(people)d people got across") % {"across": across, "people": people}


@dataclass(frozen=True)
class Figure:
    """One number with its words; `detail` says how many it rests on and how sure it is."""

    label: str
    value: str
    detail: str = ""


def figures(data: dict[str, Any], *, exact: bool) -> list[Figure]:
    """The four figures. A share of fewer than five is not shown to members."""
    from commonweal.methods.figures import wilson

    promise, helped, welcomed = data["promise"], data["helped"], data["welcomed"]
    low, high = wilson(helped["yes"], helped["n"])
    sure = _("%(low)d–%(high)d%%, of %(n)d") % {"low": round(low * 100), "high": round(high * 100), "n": helped["n"]}
    return [
        _wait(data["first_reply"], exact),
        _share(_("Promise kept"), promise["kept"], promise["n"], _("of %(n)d") % {"n": promise["n"]}, exact),
        _share(_("Helped, says the receiver"), helped["yes"], helped["n"], sure, exact),
        _counted(_("Newcomers welcomed"), welcomed["greeted"], welcomed["n"], exact),
    ]


def _too_few(n: int, exact: bool) -> bool:
    return n == 0 or (not exact and n < SMALLEST)


def _wait(wait: dict[str, Any], exact: bool) -> Figure:
    label = _("First reply, median")
    if _too_few(wait["n"], exact):
        return Figure(label, "–", _("too few to say"))
    of = _("of %(n)d") % {"n": wait["n"]}
    if wait["minutes"] is None:
        return Figure(label, _("none yet"), of)
    minutes = round(wait["minutes"])
    if minutes < 120:
        return Figure(label, _("%(n)d min") % {"n": minutes}, of)
    return Figure(label, _("%(n)d h") % {"n": round(minutes / 60)}, of)


def _share(label: str, yes: int, n: int, detail: str, exact: bool) -> Figure:
    if _too_few(n, exact):
        return Figure(label, "–", _("too few to say"))
    return Figure(label, _("%(n)d%%") % {"n": round(100 * yes / n)}, detail)


def _counted(label: str, some: int, n: int, exact: bool) -> Figure:
    if _too_few(n, exact):
        return Figure(label, "–", _("too few to say"))
    return Figure(label, number(some, exact=exact), _("of %(n)d") % {"n": n})
