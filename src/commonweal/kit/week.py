"""Choosing times one is free, as a week of 42 boxes.

The value is a bit mask: bit 6·day + slot, Monday first, six stretches of four hours a day in the person's own zone.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DAYS = [
    (_("Mon"), _("Monday")),
    (_("Tue"), _("Tuesday")),
    (_("Wed"), _("Wednesday")),
    (_("Thu"), _("Thursday")),
    (_("Fri"), _("Friday")),
    (_("Sat"), _("Saturday")),
    (_("Sun"), _("Sunday")),
]
SLOTS = [
    (_("Night"), _("0 to 4")),
    (_("Early"), _("4 to 8")),
    (_("Morning"), _("8 to 12")),
    (_("Afternoon"), _("12 to 16")),
    (_("Evening"), _("16 to 20")),
    (_("Late"), _("20 to 24")),
]
#: The day as people think of it: waking hours first, the night last.
SHOWN = [1, 2, 3, 4, 5, 0]
PER_DAY = len(SLOTS)


class WeekGrid(forms.Widget):
    """Forty-two boxes in a table, each named by its day and time for a screen reader."""

    template_name = "kit/widgets/week.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        chosen = value if isinstance(value, int) else _understood(value or [])
        context["widget"]["days"] = DAYS
        context["widget"]["rows"] = [
            {"slot": SLOTS[slot], "slots": [_box(day, slot, chosen) for day in range(len(DAYS))]} for slot in SHOWN
        ]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [str(value) for value in values]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class WeekField(forms.Field):
    """The times somebody is free. Cleans to the bit mask; an unknown box is refused."""

    widget = WeekGrid

    def to_python(self, value: Any) -> int:
        if isinstance(value, int):
            return value
        try:
            return as_mask(value or [])
        except ValueError as error:
            raise forms.ValidationError(_("Please choose times from the grid.")) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial or 0) != self.to_python(data)


def _box(day: int, slot: int, chosen: int) -> dict[str, Any]:
    bit = PER_DAY * day + slot
    return {
        "value": bit,
        "chosen": bool(chosen >> bit & 1),
        "label": f"{DAYS[day][1]}, {SLOTS[slot][0]} {SLOTS[slot][1]}",
    }


def _understood(boxes: Any) -> int:
    """What can be shown again of a refused answer: the boxes that exist."""
    return as_mask(box for box in boxes if str(box).isdecimal() and int(box) < PER_DAY * len(DAYS))


def as_mask(boxes: Any) -> int:
    """The bit mask of the chosen box numbers. Raises ValueError for a number outside 0 … 41."""
    mask = 0
    for box in map(int, boxes):
        if not 0 <= box < PER_DAY * len(DAYS):
            raise ValueError(box)
        mask |= 1 << box
    return mask
