from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Membership
from commonweal.conversations.access import is_shown_anonymous
from commonweal.conversations.models import Topic
from commonweal.kit.rendering import described
from commonweal.kit.week import WeekField

from .models import Afterwards, Circle, MeetingPlace, Stage, Wishes
from .reasons import HELP

#: What stands in the form for oneself and for an author whose name is hidden, so that no id gives them away.
ME, ASKER = "me", "asker"


class IntroduceForm(forms.Form):
    """Two people out of a conversation."""

    one = forms.ChoiceField(label=_("Introduce"), widget=forms.RadioSelect, initial=ME)
    other = forms.ChoiceField(label=_("to"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, topic: Topic, viewer: Membership, people: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {ME: viewer}
        choices = []
        for member in people:
            hidden = is_shown_anonymous(topic, member.pk, viewer)
            key = ASKER if hidden else str(member.pk)
            self._people[key] = member
            choices.append((key, _("The person who asked") if hidden else member.display_name))
        self.fields["one"].choices = [(ME, _("Myself")), *choices]  # type: ignore[attr-defined]
        self.fields["other"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("one") and cleaned.get("one") == cleaned.get("other"):
            self.add_error("other", _("Choose two different people."))
        return cleaned

    def pair(self) -> tuple[Membership, Membership]:
        return self._people[self.cleaned_data["one"]], self._people[self.cleaned_data["other"]]


class CircleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A circle in five answers."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    first_at = forms.DateTimeField(
        label=_("First session"),
        help_text=_("Six sessions follow, a week apart, ninety minutes each."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

    class Meta:
        model = Circle
        fields = ("name", "purpose", "first_at", "place", "seats_total")
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "place": _("A public place for the first time, please. Only people with a seat see it."),
            "seats_total": _("Five to eight: small enough to know each other, large enough when two cannot come."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission"].initial = uuid.uuid4


class WishesForm(forms.Form):
    """Which introductions one wants, and how. Everything but the kinds may be left as it is."""

    KINDS = [
        ("buddy", described(_("Somebody like me"), _("A person on the same road, as equals. We look every day."))),
        (
            "seeks",
            described(
                _("Somebody a step ahead"), _("A person who has been there and offers time. We look every hour.")
            ),
        ),
        ("helps", described(_("I walk beside somebody"), _("I have been there, and have time for a person or two."))),
    ]
    WAYS = [(1, _("In person")), (2, _("A call")), (4, _("In writing"))]
    NAMES = {
        "experience": _("what we have both lived with"),
        "needs": _("what I give and could use"),
        "availability": _("times we are both free"),
        "distance": _("roughly how far apart we live"),
        "interests": _("what we both like"),
        "stage": _("that we stand at fitting points of the road"),
    }

    kinds = forms.MultipleChoiceField(
        label=_("Introduce me to"), choices=KINDS, widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("Tick nothing, and nobody is suggested to you here."),
    )  # fmt: skip
    stage = forms.TypedChoiceField(
        label=_("Where I am on my own road"),
        choices=[("", _("I would rather not say")), *Stage.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    needs = forms.MultipleChoiceField(
        label=_("What I could use"), choices=list(HELP.items()), required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "side"}),
    )  # fmt: skip
    gives = forms.MultipleChoiceField(
        label=_("What I can give"), choices=list(HELP.items()), required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "side"}),
    )  # fmt: skip
    ways = forms.TypedMultipleChoiceField(
        label=_("How I would meet"), choices=WAYS, coerce=int, widget=forms.CheckboxSelectMultiple(attrs={"class": "side"}),
        error_messages={"required": _("Choose at least one way to meet.")},
    )  # fmt: skip
    reach = forms.TypedChoiceField(
        label=_("How far for meeting in person"),
        choices=[
            ("", _("Distance does not matter")),
            (20, _("up to 20 km")),
            (50, _("up to 50 km")),
            (150, _("up to 150 km")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    same_experience = forms.BooleanField(
        label=_("Only people who have lived with something I have lived with"), required=False
    )
    room = forms.TypedChoiceField(
        label=_("If I walk beside somebody: how many at a time"), choices=[(n, n) for n in range(1, 5)], coerce=int
    )
    availability = WeekField(
        label=_("When I am free"),
        required=False,
        help_text=_("The same grid as in your own settings. Empty means: ask me."),
    )
    shares = forms.MultipleChoiceField(
        label=_("What may be named to the other as a reason"), choices=list(NAMES.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Something is named only if both of you allow it. Your name comes only with two yeses."),
    )  # fmt: skip
    counted = forms.BooleanField(
        label=_("Check that people who speak my languages are not left out"),
        help_text=_("Counts you in a figure for stewards, never with fewer than ten people and never by name."),
        required=False,
    )

    @staticmethod
    def said(wishes: Wishes, availability: int) -> dict[str, Any]:
        """What the form shows for somebody's wishes."""
        names = ("stage", "needs", "gives", "reach", "same_experience", "room", "shares", "counted")
        kinds = [kind for kind in ("buddy", "seeks", "helps") if getattr(wishes, kind)]
        ways = [way for way, _label in WishesForm.WAYS if wishes.ways & way]
        return {
            **{name: getattr(wishes, name) for name in names},
            "kinds": kinds,
            "ways": ways,
            "availability": availability,
        }

    def answers(self) -> dict[str, Any]:
        """The arguments of `wishes.set_wishes`."""
        said = dict(self.cleaned_data)
        kinds = said.pop("kinds")
        return {**said, "ways": sum(said["ways"]), **{kind: kind in kinds for kind in ("buddy", "seeks", "helps")}}


class FeltForm(forms.Form):
    """The private words after a first meeting."""

    again = forms.ChoiceField(
        label=_("Would you like to meet again?"),
        choices=Afterwards.Again.choices,
        widget=forms.RadioSelect(attrs={"class": "side"}),
    )
    safe = forms.ChoiceField(
        label=_("Did you feel safe?"),
        choices=[("yes", _("Yes")), ("no", _("No, or not quite"))],
        widget=forms.RadioSelect(attrs={"class": "side"}),
    )
    words = forms.CharField(
        label=_("Anything a steward should know"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=1000,
        help_text=_("Read by stewards only, and only if you did not feel safe."),
    )  # fmt: skip


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A public place for first meetings."""

    class Meta:
        model = MeetingPlace
        fields = ("name", "area", "why", "step_free")
        help_texts = {"why": _("Quiet but never empty, a free seat, a toilet, a bus stop: say what you know.")}
