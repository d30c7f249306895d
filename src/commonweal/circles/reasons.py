"""Why two people are proposed to each other, in words. The codes are stored, the sentences are made when shown."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from commonweal.kit.place import band
from commonweal.kit.week import DAYS, PER_DAY, SLOTS
from commonweal.people.suggestions import label_of

#: The nearest band reads differently: "within 5 km of each other".
NEAREST = 5


def in_words(reasons: list[dict[str, Any]]) -> list[str]:
    """The sentences, in the reader's language. Codes of a later version are left out."""
    return [sentence for reason in reasons if (sentence := _sentence(reason["kind"], reason["value"]))]


def _sentence(kind: str, value: Any) -> str:
    if kind == "experience":
        return _("You have both lived with %(what)s") % {"what": label_of(kind, value)}
    if kind == "interest":
        return _("You both like %(what)s") % {"what": label_of(kind, value)}
    if kind == "language":
        return _("You both speak %(what)s") % {"what": label_of(kind, value)}
    if kind == "slot":
        day, hours = DAYS[value // PER_DAY][1], SLOTS[value % PER_DAY][1]
        return _("You are both free on %(day)s, %(hours)s") % {"day": day, "hours": hours}
    if kind == "near":
        sentence = _("You live %(far)s of each other") if value == NEAREST else _("You live %(far)s apart")
        return sentence % {"far": band(value - 0.1)}
    if kind == "topic":
        return _("You are in the same conversation")
    return ""
