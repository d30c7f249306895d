"""Asking where a community is: a town by name, chosen from what the gazetteer knows, never an address."""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.kit.gazetteer import DATA
from commonweal.kit.place import cell_of, search_places

NONE_OF_THESE = "none"


@cache
def countries() -> list[tuple[str, str]]:
    """Two letters and the name of every country, by name."""
    with (DATA / "countries.csv").open(newline="") as file:
        return sorted(((code, name) for code, name in csv.reader(file)), key=lambda row: row[1])


class WhereForm(forms.Form):
    """A place by name. With several towns of that name the form asks which; without scripts, in a second round.

    `found` after cleaning: place_name, cell and country, ready for the action.
    """

    place = forms.CharField(
        label=gettext_lazy("Town, village or part of a town"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Leave it empty if the community is not tied to a place."),
    )
    at = forms.ChoiceField(label=gettext_lazy("Which of these?"), required=False, widget=forms.RadioSelect)
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        required=False,
        help_text=gettext_lazy("Decides which help lines are shown first, and nothing else."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", _("Not one country")), *countries()]  # type: ignore[attr-defined]
        said = self.data if self.is_bound else self.initial
        typed = str(said.get("place", ""))
        self.towns = {town.at: town for town in search_places(typed, country=str(said.get("country", "")))}
        if self.towns:
            choices = [(at, town.label) for at, town in self.towns.items()]
            self.fields["at"].choices = [*choices, (NONE_OF_THESE, _("None of these: keep the words I wrote"))]  # type: ignore[attr-defined]
        else:
            del self.fields["at"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        words, at = " ".join(data.get("place", "").split()), data.get("at", "")
        self.found = {"place_name": words, "cell": "", "country": data.get("country", "")}
        if not words:
            return data
        if not at and len(self.towns) == 1:
            at = next(iter(self.towns))
        if not at and self.towns and words not in {town.label for town in self.towns.values()}:
            self.add_error("at", _("There are several. Choose the one you mean."))
        elif not at and self.towns:
            at = next(key for key, town in self.towns.items() if town.label == words)
        if at in self.towns:
            town = self.towns[at]
            self.found = {"place_name": town.label, "cell": cell_of(town.lat, town.lon), "country": town.country}
        return data
