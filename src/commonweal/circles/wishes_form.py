from __future__ import annotations

from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.kit.rendering import described
from commonweal.kit.week import WeekField
from commonweal.people.suggestions import label_of

from .models import AgeBand, Gender, Stage, Wishes
from .reasons import HELP
from .wishes import Asks


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
        (
            "circle",
            described(
                _("A circle"),
                _("Five to eight people, six times. We look every week, and stewards may ask you into one."),
            ),
        ),
    ]
    OPTED = ("buddy", "seeks", "helps", "circle")
    #: Fields that the wishes hold under the same name.
    SAME = (
        "stage", "needs", "gives", "reach", "same_experience", "room", "shares", "counted", "gender", "gender_words",
        "only_genders", "age_band", "bands_apart", "only_language", "words",
    )  # fmt: skip
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
    gender = forms.ChoiceField(
        label=_("My gender"),
        choices=[("", _("I would rather not say")), *Gender.choices],
        required=False,
        help_text=_("Only for people who feel safe with some and not with others. Nobody is shown it."),
    )
    gender_words = forms.CharField(label=_("In my own words"), max_length=40, required=False)
    only_genders = forms.MultipleChoiceField(
        label=_("Only introduce me to"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "side"}),
        choices=[(Gender.WOMAN, _("Women")), (Gender.MAN, _("Men")), (Gender.NON_BINARY, _("Non-binary people"))],
        help_text=_("Tick nothing, and it does not matter. Somebody who has not said theirs does not fit if you tick."),
    )  # fmt: skip
    age_band = forms.TypedChoiceField(
        label=_("My age, roughly"), choices=[("", _("I would rather not say")), *AgeBand.choices], coerce=int,
        empty_value=None, required=False,
    )  # fmt: skip
    bands_apart = forms.TypedChoiceField(
        label=_("How near in age"),
        choices=[("", _("It does not matter")), (0, _("the same band as mine")), (1, _("mine or the one beside it"))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    only_language = forms.ChoiceField(label=_("Only people who speak"), required=False)
    words = forms.BooleanField(
        label=_("Compare what I wrote when I came with what others wrote"),
        help_text=_(
            "What brought you here. At most it is told as “You wrote about similar things”; it is never quoted."
        ),
        required=False,
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

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(tag, label_of("language", tag)) for tag in languages]
        self.fields["only_language"].choices = [("", _("Any language we share")), *named]  # type: ignore[attr-defined]

    @staticmethod
    def said(wishes: Wishes, availability: int) -> dict[str, Any]:
        """What the form shows for somebody's wishes."""
        kinds = [kind for kind in WishesForm.OPTED if getattr(wishes, kind)]
        ways = [way for way, _label in WishesForm.WAYS if wishes.ways & way]
        return {
            **{name: getattr(wishes, name) for name in WishesForm.SAME},
            "kinds": kinds,
            "ways": ways,
            "availability": availability,
        }

    def answers(self) -> dict[str, Any]:
        """The arguments of `wishes.set_wishes`."""
        said = dict(self.cleaned_data)
        kinds = said.pop("kinds")
        said["asks"] = Asks(**{one.name: said.pop(one.name) for one in fields(Asks)})
        return {**said, "ways": sum(said["ways"]), **{kind: kind in kinds for kind in self.OPTED}}
