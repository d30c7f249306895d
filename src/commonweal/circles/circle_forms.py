from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Membership
from commonweal.kit.rendering import described

from .models import SESSIONS, Circle, Length, Rhythm, Seat, Session, WhatNext
from .questions import closing_of, opening_of
from .series import FEWEST_SESSIONS, MOST_SESSIONS

_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


def moment_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateTimeField:
    """A day and a time, in the reader's zone."""
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=_FORMATS,
    )


class CircleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A circle in a few answers."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    first_at = moment_field(_("First session"), _("The others follow on the same weekday, at the same time."))
    sessions = forms.TypedChoiceField(
        label=_("How many sessions"),
        choices=[(n, n) for n in range(FEWEST_SESSIONS, MOST_SESSIONS + 1)],
        coerce=int,
        initial=SESSIONS,
        help_text=_("Six are usual: enough to get to know each other, few enough to say yes to."),
    )

    class Meta:
        model = Circle
        fields = ("name", "purpose", "first_at", "every_weeks", "minutes", "sessions", "place", "seats_total")
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "place": _("A public place for the first time, please. Only people with a seat see it."),
            "minutes": _("Ninety are usual: everybody gets their turn, and the evening is not gone."),
            "seats_total": _("Five to eight: small enough to know each other, large enough when two cannot come."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission"].initial = uuid.uuid4
        self.fields["place"].required = True


class ChangeCircleForm(forms.ModelForm):  # type: ignore[type-arg]
    """What whoever looks after a circle may change; with a moment, all its sessions to come move."""

    first_at = moment_field(
        _("Move all sessions to come"),
        _("Leave it empty to keep them. Otherwise the next one is then, and the others follow in the same rhythm."),
        required=False,
    )

    class Meta:
        model = Circle
        fields = ("name", "purpose", "place", "minutes")
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "place": _("Only people with a seat see it."),
            "minutes": _("Holds for the sessions to come. If you change it, everybody with a seat is told."),
        }


class PeopleField(forms.MultipleChoiceField):
    """Some members out of a list; cleans to memberships."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, people: list[Membership]) -> None:
        self._people = {str(member.pk): member for member in people}
        self.choices = [(key, member.display_name) for key, member in self._people.items()]

    def clean(self, value: Any) -> list[Membership]:
        return [self._people[key] for key in super().clean(value)]


class InviteForm(forms.Form):
    """A steward asks five to eight people into a circle."""

    name = forms.CharField(label=_("Name"), max_length=80)
    purpose = forms.CharField(
        label=_("What it is about"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Those you ask read this, and your name as the one who asks. They do not read who else is asked."),
    )  # fmt: skip
    every_weeks = forms.TypedChoiceField(label=_("How often"), choices=Rhythm, coerce=int, initial=Rhythm.WEEKLY)
    minutes = forms.TypedChoiceField(
        label=_("How long each session is"), choices=Length, coerce=int, initial=Length.USUAL
    )
    people = PeopleField(
        label=_("Whom to ask"),
        help_text=_("Five to eight. All of them have said that they may be asked into a circle."),
        error_messages={"required": _("Choose five to eight people.")},
    )

    def __init__(self, *args: Any, people: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].offer(people)  # type: ignore[attr-defined]


class InvitationForm(forms.Form):
    """The answer to an invitation is a button; this is what may come with a yes."""

    would_look_after = forms.BooleanField(
        label=_("I could look after the circle"), required=False,
        help_text=_("Open and close the sessions, and keep the times. We suggest the questions. You can hand it on."),
    )  # fmt: skip


class SessionForm(forms.Form):
    """One session's time and questions."""

    starts_at = moment_field(_("When"))
    opening = forms.CharField(label=_("To open with"), max_length=200, required=False)
    closing = forms.CharField(label=_("To close with"), max_length=200, required=False)

    @staticmethod
    def said(session: Session) -> dict[str, Any]:
        return {"starts_at": session.starts_at, "opening": opening_of(session), "closing": closing_of(session)}


class HeldForm(forms.Form):
    """Who was there, and a few words about it."""

    present = PeopleField(label=_("Whom you saw"), required=False)
    recap = forms.CharField(
        label=_("A few words about it"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For the people of this circle only. What somebody told in confidence stays out of it."),
    )  # fmt: skip

    def __init__(self, *args: Any, seats: list[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].offer([seat.membership for seat in seats])  # type: ignore[attr-defined]


class NextForm(forms.Form):
    """What comes next, and with whom one would stay in touch."""

    ABOUT = {
        WhatNext.Choice.ON: _("It begins when five of you would like it."),
        WhatNext.Choice.TOUCH: _("Choose them below. If one of them chooses you too, you are introduced."),
        WhatNext.Choice.END: _("It was a good thing in itself. Nobody is asked why."),
    }

    choice = forms.ChoiceField(label=_("What would you like?"), widget=forms.RadioSelect)
    in_touch = PeopleField(label=_("Stay in touch with"), required=False, help_text=_("One or two of them."))

    def __init__(self, *args: Any, seats: list[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = [(one.value, described(one.label, self.ABOUT[one])) for one in WhatNext.Choice]
        self.fields["choice"].choices = said  # type: ignore[attr-defined]
        self.fields["in_touch"].offer([seat.membership for seat in seats])  # type: ignore[attr-defined]
