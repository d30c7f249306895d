"""The forms about decisions. What may be done is checked by the actions; here only what was typed."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.kit.rendering import described

from .models import Choice, Secrecy
from .opinions import LONGEST_STATEMENT

DAYS = [("1", _("1 day")), ("3", _("3 days")), ("7", _("1 week")), ("14", _("2 weeks")), ("30", _("30 days"))]


def _days(label: Any, initial: str = "7") -> forms.TypedChoiceField:
    widget = forms.RadioSelect(attrs={"class": "side"})
    return forms.TypedChoiceField(label=label, choices=DAYS, coerce=int, initial=initial, widget=widget)


class WithSubmission(forms.Form):
    """Carries an id of this very form, so that sending it twice does it once."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class ProposeForm(WithSubmission):
    question = forms.CharField(
        label=_("The question"),
        max_length=200,
        help_text=_("One that can be answered with yes or no."),
    )
    details = forms.CharField(
        label=_("What a yes would mean"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What happens, who does it, what it costs, and what speaks against it."),
    )
    start = forms.ChoiceField(
        label=_("When does the vote open?"),
        choices=[
            ("now", described(_("Now"), _("Everyone who is a member at this moment may vote."))),
            (
                "later",
                described(_("In three days"), _("Time to talk about it first. Members of that moment may vote.")),
            ),
        ],
        initial="now",
        widget=forms.RadioSelect,
    )
    days = _days(_("How long is it open?"))
    secrecy = forms.ChoiceField(
        label=_("Who can see how somebody voted?"),
        choices=[
            (
                Secrecy.DETACHED,
                described(_("Nobody"), _("Answers are kept apart from names. Needs at least ten voters.")),
            ),
            (Secrecy.OPEN, described(_("Everyone, after it closes"), _("Names stand beside the answers."))),
        ],
        initial=Secrecy.DETACHED,
        widget=forms.RadioSelect,
    )
    quorum_percent = forms.IntegerField(
        label=_("Yes needed, in per cent of all who may vote"),
        min_value=1,
        max_value=100,
        initial=20,
        help_text=_(
            "It passes with this many yes, and more yes than no. Counting yes instead of attendance means that staying "
            "away is no way to win (Aguiar-Conraria and Magalhães 2010)."
        ),
    )


class VoteForm(forms.Form):
    choice = forms.ChoiceField(
        label=_("Your answer"), choices=Choice.choices, widget=forms.RadioSelect(attrs={"class": "ballot"})
    )


class DecideForm(forms.Form):
    promise = forms.CharField(label=_("What will be done"), max_length=300)
    owner = forms.CharField(
        label=_("Who sees that it is done"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
        help_text=_("One member, by the name they go by here. They are told."),
    )
    due_on = forms.DateField(label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}))


class FinishForm(forms.Form):
    reached = forms.TypedChoiceField(
        label=_("Was it done?"),
        choices=[("yes", _("Yes")), ("no", _("No, or not as planned"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect(attrs={"class": "side"}),
    )
    text = forms.CharField(label=_("What came of it"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    evidence = forms.URLField(label=_("Where others can see it"), max_length=500, required=False, assume_scheme="https")


class AskForm(WithSubmission):
    question = forms.CharField(
        label=_("The question"),
        max_length=200,
        help_text=_("An open one, for example: What should change on our street?"),
    )
    details = forms.CharField(
        label=_("What it is about"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    statements = forms.CharField(
        label=_("First statements"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One on each line, at most 140 characters each. A handful of different views is a good start."),
    )
    days = _days(_("How long is it open?"), "14")

    def clean_statements(self) -> list[str]:
        lines = list(dict.fromkeys(" ".join(line.split()) for line in self.cleaned_data["statements"].splitlines()))
        lines = [line for line in lines if line]
        for line in lines:
            if len(line) > LONGEST_STATEMENT:
                raise forms.ValidationError(
                    _("This line is longer than 140 characters: “%(line)s…”"), params={"line": line[:60]}
                )
        if len(lines) > 15:
            raise forms.ValidationError(_("Fifteen statements are enough to start with; leave room for the others."))
        return lines


class StateForm(WithSubmission):
    text = forms.CharField(
        label=_("Something nobody has said yet"),
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One thought in one sentence, at most 140 characters. Others agree, disagree or pass."),
    )
