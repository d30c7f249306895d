"""Forms of the people who give support, and of the stewards who answer them."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from . import tongues
from .actions.preparing import LONGEST_AGREEMENT
from .actions.resting import BREAKS, LONGEST_NOTE, NOTES_KEPT
from .models import HelpKind


def _days(numbers: tuple[int, ...]) -> list[tuple[int, Any]]:
    return [(n, ngettext_lazy("%(n)d day", "%(n)d days", n) % {"n": n}) for n in numbers]


class GivingForm(forms.Form):
    """In which languages and with which kinds of help somebody gives support."""

    languages = forms.MultipleChoiceField(
        label=_("Languages you can listen in"),
        choices=tongues.choices,
        help_text=_("Choose none and you are asked in the community’s language and those on your profile."),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "side"}),
        required=False,
    )
    kinds = forms.MultipleChoiceField(
        label=_("What you can give"),
        help_text=_("Choose none and you are asked for all of them."),
        choices=HelpKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class SupporterForm(GivingForm):
    """What a supporter is asked for first, and whether they hear of gaps."""

    steps_in = forms.BooleanField(
        label=_("Tell me when nobody is planned for a shift"),
        help_text=_("Up to a week ahead, once for each gap. You need not take it."),
        required=False,
    )


class ApplyForm(GivingForm):
    """Applying to give support."""

    why = forms.CharField(
        label=_("Why would you like to?"),
        help_text=_("What you have lived through, or simply that you have an ear. Only the stewards read it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": _("Say in a sentence why you would like to. The stewards read it.")},
    )


class BreakForm(forms.Form):
    """For how long somebody rests."""

    days = forms.TypedChoiceField(label=_("For how long"), coerce=int, choices=_days(BREAKS), initial=7)


class NoteForm(forms.Form):
    """Something to put down after a case."""

    text = forms.CharField(
        label=_("What stays with you?"),
        help_text=_("Leave out names. Nobody but you can read this, stewards neither."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=LONGEST_NOTE,
        error_messages={"required": _("Write something first; a sentence is enough.")},
    )
    days = forms.TypedChoiceField(label=_("Erase it after"), coerce=int, choices=_days(NOTES_KEPT), initial=30)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission"].initial = uuid.uuid4


class AnswerForm(forms.Form):
    """A steward's words to somebody who applied."""

    words = forms.CharField(
        label=_("A few words to them"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class StandardForm(forms.Form):
    """What is asked of supporters here."""

    items = forms.CharField(
        label=_("What to have learned, one line each"),
        help_text=_("For example: I have read the policy on emergencies. Taking a line away keeps who had done it."),
        widget=forms.Textarea(attrs={"rows": 7}),
        max_length=7000,
        required=False,
    )
    agreement_text = forms.CharField(
        label=_("The agreement"),
        help_text=_("When you change it, everybody is asked to accept the new one. Earlier ones are kept."),
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=LONGEST_AGREEMENT,
        error_messages={"required": _("The agreement cannot be empty. A few sentences are enough.")},
    )
    cap = forms.IntegerField(
        label=_("Requests one supporter takes on at once"),
        help_text=_("Whoever has that many is asked last."),
        min_value=1,
        max_value=20,
    )
    renewal_days = forms.IntegerField(
        label=_("Days until a supporter renews"),
        help_text=_("They are told two weeks before. Past that day no request is sent to them."),
        min_value=30,
        max_value=1100,
    )
