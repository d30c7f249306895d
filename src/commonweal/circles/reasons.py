"""Why two people are proposed to each other, in words. The codes are stored, the sentences are made when shown."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commonweal.kit.week import DAYS, PER_DAY, SLOTS
from commonweal.people.suggestions import label_of

#: The kinds of help (Cutrona & Suhr 1992) as something to give and to need.
HELP = {
    "emotional": gettext_lazy("Somebody to listen"),
    "esteem": gettext_lazy("Encouragement"),
    "informational": gettext_lazy("What others learned"),
    "network": gettext_lazy("Company"),
    "tangible": gettext_lazy("A practical hand"),
}
#: Distances are told between wide fixed blocks, in bands wider than those blocks; see docs/safety.md.
DISTANCES = (20, 50, 150, 500)
_CHANGES = {
    "mornings": gettext_lazy("weekday mornings"),
    "afternoons": gettext_lazy("weekday afternoons"),
    "evenings": gettext_lazy("weekday evenings"),
    "weekends": gettext_lazy("weekends"),
    "calls": gettext_lazy("calls"),
    "writing": gettext_lazy("writing"),
    "going twice as far": gettext_lazy("going twice as far"),
}


def in_words(reasons: list[dict[str, Any]], reader: int) -> list[str]:
    """The sentences for one of the two, in their language. Codes of a later version are left out."""
    mine = [one for one in reasons if one.get("for") in (None, reader) and one["kind"] != "change"]
    return [sentence for one in mine if (sentence := _sentence(one["kind"], one["value"]))]


def change_in_words(reasons: list[dict[str, Any]], reader: int) -> str:
    """What the reader could change that would open more people: one sentence, or nothing."""
    for one in reasons:
        if one["kind"] == "change" and one.get("for") == reader and one["value"][0] in _CHANGES:
            what, count = one["value"]
            return ngettext(
                "If you also chose %(what)s, about %(n)d more person would fit.",
                "If you also chose %(what)s, about %(n)d more people would fit.",
                count,
            ) % {"what": _CHANGES[what], "n": count}
    return ""


def _sentence(kind: str, value: Any) -> str:
    if kind in ("experience", "interests"):
        trait = "experience" if kind == "experience" else "interest"
        named = ", ".join(label_of(trait, tag) for tag in _several(value)[:3])
        text = _("You have both lived with %(what)s") if kind == "experience" else _("You both like %(what)s")
        return text % {"what": named} if named else ""
    if kind == "needs":
        named = ", ".join(str(HELP[one]) for one in _several(value) if one in HELP)
        return _("They give something you are looking for: %(what)s") % {"what": named} if named else ""
    if kind == "availability" and value:
        slot = best_slot(_several(value))
        day, hours = DAYS[slot // PER_DAY][1], SLOTS[slot % PER_DAY][1]
        return _("You are both free on %(day)s, %(hours)s") % {"day": day, "hours": hours}
    if kind == "distance" and value in range(len(DISTANCES)):
        return _("You live less than %(km)d km apart") % {"km": DISTANCES[value]}
    return {
        "stage": _("You stand at fitting points of the same road"),
        "topic": _("You are in the same conversation"),
        "circle": _("You sat in the same circle"),
        "words": _("You wrote about similar things"),
    }.get(kind, "")


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def best_slot(free: list[int]) -> int:
    """An evening if there is one, else a daytime slot, else whatever there is."""
    return min(free, key=lambda slot: ({4: 0, 3: 1, 2: 2, 5: 3}.get(slot % PER_DAY, 4), slot))
