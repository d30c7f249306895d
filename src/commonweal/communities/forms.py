"""The forms of coming in, of one's persona, and of looking after a community."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from commonweal.kit.rendering import described
from commonweal.people.models import Person, Trait

from .kinds import STARTERS
from .models import Access, Community, Door, Membership, Role
from .places import countries

ABOUT_DOORS = {
    Door.TALK: _("Conversations anybody can start and answer"),
    Door.SUPPORT: _("Ask for support; two people answer within the promise"),
    Door.MEET: _("Gatherings, circles and introductions"),
    Door.EXCHANGE: _("Lend, give, ask: things, time, skills, lifts"),
    Door.ACT: _("Campaigns, pledges and decisions"),
    Door.LIBRARY: _("What is worth keeping: links, files, local places"),
}

ABOUT_ROLES = {
    Role.MEMBER: _("Takes part in everything."),
    Role.SUPPORTER: _("Answers requests for support, also those shown to supporters only."),
    Role.STEWARD: _("Looks after people and settings: requests to join, reports, doors, rules."),
    Role.FOUNDER: _("Everything a steward does, and chooses stewards and founders."),
}

ABOUT_ACCESS = {
    Access.OPEN: (_("Open"), _("Anyone can read and join.")),
    Access.REQUEST: (_("By request"), _("Anyone can see the name and ask; a steward says yes. Only members read.")),
    Access.INVITATION: (_("By invitation"), _("The name is public, members invite. Only members read.")),
    Access.HIDDEN: (_("Hidden"), _("Only people with an invitation know that it exists.")),
}

SHOWABLE = [(kind.value, kind.label) for kind in Trait.Kind] + [
    ("place", _("Roughly where I am (a distance, never a point)"))
]


def access_choices() -> list[tuple[str, Any]]:
    return [(key, described(*text)) for key, text in ABOUT_ACCESS.items()]


class JoinForm(forms.Form):
    """Three taps and a sentence: what brought you here, and the name to go by."""

    display_name = forms.CharField(
        label=_("Your name here"),
        max_length=60,
        help_text=_("A first name or a nickname. You can be somebody else in every community."),
    )
    tap = forms.ChoiceField(
        label=_("What brought you here?"), required=False, widget=forms.RadioSelect(attrs={"class": "side"})
    )
    sentence = forms.CharField(
        label=_("In a sentence"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever welcomes you reads it, and so can the members. Leave it empty if you would rather wait."),
    )

    under_18 = forms.BooleanField(
        label=_("I am under 18"),
        required=False,
        help_text=_(
            "Only if you are. Nobody sees it; it keeps adults from writing to you alone unless they were vetted."
        ),
    )

    def __init__(self, *args: Any, community: Community, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person is not None and person.is_minor:
            del self.fields["under_18"]  # said before; it is taken back on one's own page only
        taps = STARTERS[community.kind].brought
        self.fields["tap"].choices = [(str(n), tap) for n, tap in enumerate(taps)]  # type: ignore[attr-defined]
        self.taps = taps

    @property
    def says_under_18(self) -> bool:
        return bool(self.cleaned_data.get("under_18"))

    @property
    def brought(self) -> str:
        """The tap and the sentence as one text."""
        tap, sentence = self.cleaned_data.get("tap", ""), self.cleaned_data.get("sentence", "").strip()
        chosen = str(self.taps[int(tap)]) if tap else ""
        return f"{chosen}. {sentence}".strip() if chosen and sentence else chosen or sentence


class PersonaForm(forms.ModelForm):
    """How one appears in one community."""

    shown = forms.MultipleChoiceField(
        label=_("What members here may see of your profile"),
        required=False,
        choices=SHOWABLE,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everything is hidden until you tick it, in each community for itself."),
    )

    class Meta:
        model = Membership
        fields = ["display_name", "about", "brought", "shown", "asking", "welcomes"]
        widgets = {
            "asking": forms.RadioSelect,
            "about": forms.Textarea(attrs={"rows": 3}),
            "brought": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {"display_name": _("Your name here")}
        help_texts = {
            "about": _("A line or two for the people here."),
            "asking": _(
                "Nobody can write to you before you said yes to them. When closed, people read that you cannot be asked now."
            ),
            "welcomes": _("Now and then you are asked to say hello to somebody new."),
        }

    def _post_clean(self) -> None:
        """The action writes, not the form: the instance stays as it is until then."""


class GreetForm(forms.Form):
    message = forms.CharField(
        label=_("Your greeting"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Your name, a word on what they wrote, and one thing they could do here today."),
    )


class AnswerForm(forms.Form):
    """Yes or no to somebody who asks to join."""

    reason = forms.CharField(
        label=_("A word to them"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("With a no it is needed; with a yes it is kind."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They will read this. Say what happened and what would have to change."),
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, high: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = ABOUT_ROLES if high else {role: ABOUT_ROLES[role] for role in (Role.MEMBER, Role.SUPPORTER)}
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, described(Role(role).label, text)) for role, text in offered.items()
        ]


class InviteForm(forms.Form):
    people = forms.IntegerField(label=_("How many people may use it"), min_value=1, initial=5)
    days = forms.IntegerField(label=_("For how many days"), min_value=1, initial=14)

    def __init__(self, *args: Any, most_people: int, most_days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in (("people", most_people), ("days", most_days)):
            self.fields[name].max_value = most  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["max"] = most
            self.fields[name].help_text = _("At most %(most)s.") % {"most": most}


class DoorsForm(forms.Form):
    doors = forms.MultipleChoiceField(
        label=_("Open doors"),
        choices=[(door.value, described(door.label, text)) for door, text in ABOUT_DOORS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A closed door leaves no trace. What is behind it is kept for when you open it again."),
    )


class WordsForm(forms.ModelForm):
    """The rules and the welcome, in Markdown."""

    class Meta:
        model = Community
        fields = ["rules", "welcome"]
        widgets = {"rules": forms.Textarea(attrs={"rows": 12}), "welcome": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "rules": _("Few, short, and the same for everybody. Start a line with a hyphen for a list."),
            "welcome": _("The first thing somebody new reads, in your own voice."),
        }

    def _post_clean(self) -> None:
        """The action writes, not the form."""


class SettingsForm(forms.ModelForm):
    """What a community is called, what it is for, where it is, and who may see and join it."""

    access = forms.ChoiceField(label=_("Who may see and join"), widget=forms.RadioSelect)
    country = forms.ChoiceField(
        label=_("Country"), required=False, help_text=_("Decides which help lines are shown first.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = Community
        fields = ["name", "purpose", "matters_most", "access", "place_name", "country", "language", "time_zone"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 2}), "matters_most": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["access"].choices = access_choices()  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", _("Not one country")), *countries()]  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = time_zones()  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The action writes, not the form."""


def time_zones() -> list[tuple[str, str]]:
    """The time zones people live in, by the name of a city in each."""
    places = [
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/"))
    ]
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ").replace("/", ": ")) for zone in sorted(places))]
