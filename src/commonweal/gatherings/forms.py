"""Forms for planning a gathering, answering to it, and saying how it was."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Membership, State
from commonweal.communities.names import fold
from commonweal.kit import clock
from commonweal.kit.rendering import described
from commonweal.trail.models import Helped

from .access import may_host_with
from .models import Gathering
from .times import end_of, moment_of, zone_label


class GatheringForm(forms.Form):
    """What a gathering is, when and where. `facts()` gives what the actions take."""

    title = forms.CharField(
        label=_("What is it?"), max_length=140, help_text=_("For example: Soup and a walk by the river")
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    from_time = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    until_time = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    area = forms.CharField(
        label=_("Roughly where"),
        max_length=120,
        required=False,
        help_text=_("Everyone who can read here sees this. For example: near the old mill"),
    )
    address = forms.CharField(
        label=_("Exact address"),
        max_length=300,
        required=False,
        help_text=_("Only people who come see it, from 24 hours before. Choose a public place for a first meeting."),
    )
    link = forms.URLField(
        label=_("Online link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("For those who cannot be there in person. Shown like the address: only to those who come."),
    )
    text = forms.CharField(
        label=_("What will happen"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What to expect, what to bring, how to recognise you. You can use Markdown."),
    )
    capacity = forms.IntegerField(
        label=_("Seats"), required=False, min_value=2, max_value=100_000, help_text=_("Leave it empty for no limit.")
    )
    newcomer_seats = forms.IntegerField(
        label=_("Seats kept for newcomers"),
        min_value=0,
        max_value=1000,
        initial=2,
        help_text=_(
            "For people in their first 30 days here, until 24 hours before. Counts only when seats are limited."
        ),
    )
    access_notes = forms.CharField(
        label=_("Access"),
        max_length=300,
        required=False,
        help_text=_("Steps, toilets, noise, light, buses: what somebody needs to know to be able to come."),
    )
    for_support = forms.BooleanField(
        label=_("This is a support gathering"),
        required=False,
        help_text=_("People come with something heavy. It has two hosts, so that nobody carries it alone."),
    )
    second_host = forms.CharField(
        label=_("Second host"),
        max_length=60,
        required=False,
        help_text=_("Their name here. We ask them first. A support gathering needs one."),
    )
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, membership: Membership, gathering: Gathering | None = None, **kwargs: Any) -> None:
        self.membership = membership
        self.zone = gathering.time_zone if gathering else membership.community.time_zone
        initial = _initial(gathering) if gathering else _fresh(membership)
        super().__init__(*args, **{**kwargs, "initial": {**initial, **kwargs.get("initial", {})}})
        self.fields["day"].help_text = _("Times are in %(zone)s time.") % {"zone": zone_label(self.zone)}
        if gathering is not None:
            del self.fields["second_host"], self.fields["submission"]

    def clean_second_host(self) -> Membership | None:
        name = self.cleaned_data["second_host"].strip()
        return host_named(self.membership, name) if name else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day, begins, ends = data.get("day"), data.get("from_time"), data.get("until_time")
        if day and begins and ends:
            try:
                data["starts_at"] = moment_of(day, begins, self.zone)
                data["ends_at"] = end_of(day, begins, ends, self.zone)
            except (ValueError, OverflowError):
                self.add_error("from_time", _("The clocks change at this hour. Choose another one."))
        return data

    def facts(self) -> dict[str, Any]:
        """What `plan_gathering` and `change_gathering` take."""
        left_out = ("day", "from_time", "until_time")
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


def _fresh(membership: Membership) -> dict[str, Any]:
    soon = clock.now().astimezone(ZoneInfo(membership.community.time_zone)) + timedelta(days=7)
    return {
        "day": soon.date(),
        "from_time": soon.replace(hour=18, minute=0).time(),
        "until_time": soon.replace(hour=20, minute=0).time(),
        "area": membership.community.place_name,
        "submission": uuid.uuid4(),
    }


def _initial(gathering: Gathering) -> dict[str, Any]:
    start = gathering.starts_at.astimezone(ZoneInfo(gathering.time_zone))
    end = gathering.ends_at.astimezone(ZoneInfo(gathering.time_zone))
    plain = ("title", "area", "address", "link", "text", "capacity", "newcomer_seats", "access_notes", "for_support")
    return {
        "day": start.date(),
        "from_time": start.time(),
        "until_time": end.time(),
        **{name: getattr(gathering, name) for name in plain},
    }


class AnswerForm(forms.Form):
    """Whether one comes, and what one needs for it. The three answers are the form's three buttons."""

    answer = forms.CharField(widget=forms.HiddenInput)
    access_needs = forms.CharField(
        label=_("Something the hosts should know"),
        max_length=300,
        required=False,
        help_text=_("What you need to be able to come. Only the hosts see it."),
    )


class LiftForm(forms.Form):
    """Seats in one's car."""

    area = forms.CharField(
        label=_("From roughly where"), max_length=120, help_text=_("A part of town. Never your address.")
    )
    seats = forms.IntegerField(label=_("Seats beside you"), min_value=1, max_value=8, initial=1)
    note = forms.CharField(
        label=_("More about it"),
        max_length=200,
        required=False,
        help_text=_("When you leave, room for a wheelchair or a pram, whether you drive back."),
    )


class AskHostForm(forms.Form):
    """Whom a host asks to host too."""

    second_host = forms.CharField(
        label=_("Second host"), max_length=60, help_text=_("Their name here. We ask them first.")
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership

    def clean_second_host(self) -> Membership:
        return host_named(self.membership, self.cleaned_data["second_host"])


def host_named(membership: Membership, name: str) -> Membership:
    """The fellow member of that name who may be asked to host. Raises ValidationError, in the same words for every no."""
    key = fold(name.strip().lstrip("@"))
    found = list(Membership.objects.filter(community=membership.community_id, state=State.ACTIVE, name_key=key)[:2])
    if len(found) != 1 or not may_host_with(membership, found[0]):
        raise forms.ValidationError(_("We don't know a member of that name. Check the spelling."))
    return found[0]


class CancelForm(forms.Form):
    """Why it will not happen."""

    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("A sentence. Everyone who answered reads it on the page.")
    )


class AfterwardsForm(forms.Form):
    """One guest's side, in three taps; the last two are optional, the third is private."""

    was_there = forms.TypedChoiceField(
        label=_("Were you there?"),
        choices=[("yes", _("Yes, I was there")), ("no", _("No, not this time"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect(attrs={"class": "side"}),
    )
    helped = forms.ChoiceField(
        label=_("Did it help?"),
        choices=Helped.choices,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "side"}),
    )
    felt = forms.ChoiceField(
        label=_("Did you feel safe?"),
        choices=[("safe", _("Yes")), ("unsure", _("Not quite")), ("unsafe", _("No"))],
        required=False,
        widget=forms.RadioSelect(attrs={"class": "side"}),
        help_text=_(
            "Private. “Yes” is not kept. Anything else goes to a steward who did not host it, never to the hosts."
        ),
    )
    words = forms.CharField(
        label=_("What should that steward know?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, asks_safety: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_safety:
            del self.fields["felt"], self.fields["words"]


class HostWordForm(forms.Form):
    """A host's side: whether it took place, and who was there."""

    took_place = forms.TypedChoiceField(
        label=_("Did it take place?"),
        choices=[
            ("yes", described(_("Yes"), _("At least one other person came."))),
            ("no", described(_("No"), _("Nobody came, or it fell through."))),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    present = forms.TypedMultipleChoiceField(
        label=_("Who was there?"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick whom you saw. Each of them is asked too; it counts when you both say so."),
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people:
            self.fields["present"].choices = people  # type: ignore[attr-defined]
        else:
            del self.fields["present"]


class RecapForm(forms.Form):
    """What happened, for everyone."""

    text = forms.CharField(
        label=_("What happened"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "A few lines for those who could not come: what you did, what comes next. Name people only if they agreed."
        ),
    )
