"""Forms of the exchange: an entry, an answer to it, whether it happened, and a sentence of thanks."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Membership, State
from commonweal.communities.names import fold
from commonweal.kit.rendering import described
from commonweal.trail.models import Helped

from .actions import today_in
from .models import Entry
from .safety import may_come_along, needs_two


class EntryForm(forms.Form):
    """An ask or an offer."""

    kind = forms.ChoiceField(
        label=_("What would you like to do?"),
        choices=[("ask", _("Ask for something")), ("offer", _("Offer something"))],
        widget=forms.RadioSelect(attrs={"class": "side"}),
    )
    what = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[
            ("thing", described(_("A thing"), _("To give or to lend: a ladder, baby clothes, jam"))),
            ("time", described(_("Time"), _("An hour of help: a form, a garden, a move"))),
            ("skill", described(_("A skill"), _("Knowing how: mending, cooking, a language"))),
            ("lift", described(_("A lift"), _("Getting somewhere together"))),
            ("company", described(_("Company"), _("A walk, a visit, somebody to go along"))),
        ],
        widget=forms.RadioSelect,
    )
    title = forms.CharField(
        label=_("In a few words"), max_length=140, help_text=_("For example: A ladder for Saturday morning")
    )
    text = forms.CharField(
        label=_("More about it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Leave out your address and number: once you agree with somebody, you two can write in private."),
    )
    area = forms.CharField(
        label=_("Roughly where"), max_length=120, required=False, help_text=_("A part of town is enough.")
    )
    at_home = forms.BooleanField(
        label=_("It happens at somebody’s home"),
        required=False,
        help_text=_(
            "Then nobody goes alone: whoever visits brings a second person from here, unless the one who helps was "
            "vetted by two stewards."
        ),
    )
    until = forms.DateField(label=_("Until when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, membership: Membership, entry: Entry | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any]
        if entry is None:
            initial = {
                "until": today_in(membership.community) + timedelta(days=30),
                "area": membership.community.place_name,
                "submission": uuid.uuid4(),
            }
        else:
            initial = {name: getattr(entry, name) for name in ("what", "title", "text", "area", "at_home", "until")}
        super().__init__(*args, **{**kwargs, "initial": {**initial, **kwargs.get("initial", {})}})
        if entry is not None:
            del self.fields["kind"], self.fields["submission"]


class AnswerForm(forms.Form):
    """ "I can", or "I'd like that": what one would like to say with it."""

    words = forms.CharField(label=_("A few words"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    companion = forms.CharField(
        label=_("Who comes with you?"),
        max_length=60,
        help_text=_(
            "It is at somebody’s home, so two people come. Write the name of somebody here; we ask them first."
        ),
    )

    def __init__(self, *args: Any, entry: Entry, membership: Membership | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry, self.membership = entry, membership
        if membership is None or not needs_two(membership, entry):
            del self.fields["companion"]
        help_text = _("When would it suit you, and how? Only they read it.")
        self.fields["words"].help_text = help_text
        label = _("Say how you could help") if entry.is_ask else _("Say why it would help you")
        self.fields["words"].label = label

    def clean_companion(self) -> Membership:
        assert self.membership is not None
        name = self.cleaned_data["companion"].strip().lstrip("@")
        found = list(
            Membership.objects.filter(
                community=self.membership.community_id, state=State.ACTIVE, name_key=fold(name)
            ).select_related("person")[:2]
        )
        if len(found) != 1 or not may_come_along(self.membership, self.entry, found[0]):
            raise forms.ValidationError(_("We don't know a member of that name. Check the spelling."))
        return found[0]


class HappenedForm(forms.Form):
    """One side's word."""

    happened = forms.TypedChoiceField(
        label=_("Did it happen?"),
        choices=[("yes", _("Yes")), ("no", _("Not yet"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect(attrs={"class": "side"}),
    )
    helped = forms.ChoiceField(
        label=_("Did it help?"),
        choices=Helped.choices,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "side"}),
    )


class ThanksForm(forms.Form):
    """One sentence."""

    text = forms.CharField(label=_("Say thank you, in one sentence"), max_length=280)
