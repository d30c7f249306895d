from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from commonweal.trail.verbs import KINDS, Kind

from .models import Email
from .queries import Chosen


class ChoicesForm(forms.Form):
    """The table of kinds: for each a box for the inbox and a choice for mail."""

    def __init__(self, *args: Any, held: dict[str, Chosen], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, chosen in held.items():
            label = KINDS[key].label
            self.fields[f"{key}-inbox"] = forms.BooleanField(
                required=False,
                initial=chosen.inbox,
                label=_("Inbox"),
                widget=forms.CheckboxInput({"aria-label": _("Inbox: %(kind)s") % {"kind": label}}),
            )
            self.fields[f"{key}-email"] = forms.ChoiceField(
                choices=Email.choices,
                initial=chosen.email,
                label=_("Mail"),
                widget=forms.Select({"aria-label": _("Mail: %(kind)s") % {"kind": label}}),
                error_messages={"invalid_choice": _("Choose one of the three for “%(kind)s”.") % {"kind": label}},
            )

    def lines(self) -> list[tuple[Kind, forms.BoundField, forms.BoundField]]:
        """The rows of the table: the kind, its box, its choice."""
        keys = [name.removesuffix("-inbox") for name in self.fields if name.endswith("-inbox")]
        return [(KINDS[key], self[f"{key}-inbox"], self[f"{key}-email"]) for key in keys]

    def choices(self) -> dict[str, Chosen]:
        """What was chosen, by kind. Only for a valid form."""
        return {
            kind.key: Chosen(self.cleaned_data[inbox.name], self.cleaned_data[email.name])
            for kind, inbox, email in self.lines()
        }
