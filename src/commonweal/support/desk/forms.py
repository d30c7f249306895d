from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..actions.concerns import LONGEST_WORDS
from ..actions.looking_after import LONGEST_NOTE
from ..models.desk import Assessment


class WorryForm(forms.Form):
    """What worries somebody, in their own words, if they like."""

    words = forms.CharField(
        label=_("What worries you?"),
        help_text=_("One sentence is enough. Only the stewards on the case read it, without your name."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AssessForm(forms.Form):
    danger = forms.ChoiceField(
        label=_("Is somebody in immediate danger?"),
        choices=Assessment.Answer.choices,
        widget=forms.RadioSelect(attrs={"class": "side"}),
        error_messages={"required": _("Answer both questions. “Not sure” is an answer.")},
    )
    others_safe = forms.ChoiceField(
        label=_("Are others safe?"),
        choices=Assessment.Answer.choices,
        widget=forms.RadioSelect(attrs={"class": "side"}),
        error_messages={"required": _("Answer both questions. “Not sure” is an answer.")},
    )
    mistaken = forms.BooleanField(
        label=_("It was a mistake: nobody needs looking after"),
        help_text=_("A second steward has to agree. Then the case can be closed without checks."),
        required=False,
    )


class LetterForm(forms.Form):
    text = forms.CharField(
        label=_("Your words to them"),
        help_text=_("They see your name. Say first that you read what they wrote. Do not promise secrecy."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write a few words first.")},
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("A note for those on the case"),
        help_text=_("Only what another steward needs to know. It is deleted when the case is over."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a few words first.")},
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission"].initial = uuid.uuid4


class EmergencyForm(forms.Form):
    volunteered = forms.CharField(
        label=_("What has the person told here that you would pass on?"),
        help_text=_("Only what they told by themselves. Nothing is looked up, and no hidden address is searched for."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what the person has told here that you would pass on.")},
    )
    alone = forms.BooleanField(
        label=_("There is no time to wait for a second steward"),
        required=False,
    )
    alone_because = forms.CharField(
        label=_("Why you cannot wait"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
