"""The forms about campaigns. What may be done is checked by the actions; here only what was typed."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SHOW_NAME = _("Show my name here. Without this, only the number is seen.")


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _moment(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DateTimeField:
    """A day and a time in the reader's zone."""
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class CampaignForm(forms.Form):
    title = forms.CharField(label=_("A short name"), max_length=140)
    goal = forms.CharField(
        label=_("What should change?"),
        max_length=500,
        widget=_area(3),
        help_text=_("One thing, so plain that anyone can tell whether it has happened."),
    )
    decider = forms.CharField(
        label=_("Who decides it?"), max_length=200, help_text=_("The person, council or company that can say yes.")
    )
    why_now = forms.CharField(label=_("Why now?"), max_length=500, widget=_area(2))
    due_on = forms.DateField(label=_("By when?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    first_day_plan = forms.CharField(
        label=_("Plan for the first day"),
        max_length=3000,
        required=False,
        widget=_area(4),
        help_text=_(
            "Who will you ask in the first ten hours, and how? Most campaigns reach the people they will ever reach in "
            "that time (Yasseri 2017). You can fill this in later; without it the campaign stays a draft."
        ),
    )


class StartForm(CampaignForm):
    organisers = forms.CharField(
        label=_("Who organises it with you?"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
        help_text=_(
            "Names as they stand on the people page, with commas. Each is asked first. It takes at least two to launch."
        ),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_organisers(self) -> list[str]:
        return [name.strip() for name in self.cleaned_data["organisers"].split(",") if name.strip()]


class OrganisersForm(forms.Form):
    organisers = forms.CharField(
        label=_("Ask somebody to organise with you"),
        max_length=500,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
        help_text=_("Names as they stand on the people page, with commas."),
    )

    def clean_organisers(self) -> list[str]:
        return [name.strip() for name in self.cleaned_data["organisers"].split(",") if name.strip()]


class SignForm(forms.Form):
    show_name = forms.BooleanField(label=SHOW_NAME, required=False)


class PledgeForm(forms.Form):
    """To open a pledge. The promise reads on after "I will …"."""

    promise = forms.CharField(
        label=_("I will …"), max_length=140, help_text=_("For example: cycle to work on the first Monday in May")
    )
    threshold = forms.IntegerField(
        label=_("… if this many people do"),
        min_value=2,
        max_value=1_000_000,
        initial=10,
        help_text=_("Everyone who pledges counts. It starts the moment this number is reached."),
    )
    deadline = _moment(_("People can pledge until"), required=True)
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class WorkForm(forms.Form):
    title = forms.CharField(label=_("What is to be done"), max_length=140)
    places = forms.IntegerField(label=_("How many people"), min_value=1, max_value=500, initial=2)
    starts_at = _moment(_("From"), _("Leave it empty for a task that has no fixed time."))
    ends_at = _moment(_("To"))
    place = forms.CharField(label=_("Where"), max_length=120, required=False)
    details = forms.CharField(label=_("What one should know"), max_length=500, required=False, widget=_area(2))
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        if typed.get("ends_at") and not typed.get("starts_at"):
            self.add_error("starts_at", _("With an end, say when it begins."))
        return typed


class MilestoneForm(forms.Form):
    title = forms.CharField(label=_("Milestone"), max_length=140)
    due_on = forms.DateField(label=_("By when"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class UpdateForm(forms.Form):
    text = forms.CharField(label=_("What is new?"), max_length=5000, widget=_area(4))
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class OutcomeForm(forms.Form):
    reached = forms.TypedChoiceField(
        label=_("Was the goal reached?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect(attrs={"class": "side"}),
    )
    text = forms.CharField(label=_("What changed, and what did not?"), max_length=3000, widget=_area(5))
    evidence = forms.URLField(
        label=_("Where others can see it"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("A link to minutes, a photo, a news report."),
    )


def zone_name() -> str:
    """The reader's time zone, named beside fields that ask for a time."""
    return timezone.get_current_timezone_name().rpartition("/")[2].replace("_", " ")
