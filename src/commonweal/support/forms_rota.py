"""Forms of the week's plan."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.kit.week import DAYS


class SlotForm(forms.Form):
    """A time of the week when somebody should be on duty."""

    weekday = forms.TypedChoiceField(
        label=_("Day"), coerce=int, choices=[(number, day[1]) for number, day in enumerate(DAYS)]
    )
    hour = forms.TypedChoiceField(
        label=_("From"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)], initial=20
    )
    hours = forms.IntegerField(label=_("For how many hours"), min_value=1, max_value=12, initial=4)
    needed = forms.IntegerField(label=_("How many people"), min_value=1, max_value=10, initial=1)
