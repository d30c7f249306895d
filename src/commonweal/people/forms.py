"""The forms of the person's own pages."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from commonweal.kit.week import WeekField

from .models import Consent, Person, Trait
from .suggestions import LONGEST, MOST_TAGS, SUGGESTED, tag_of

ASKED = {
    Trait.Kind.EXPERIENCE: (_("What I have lived with"), _("Helps to find people who know what it is like.")),
    Trait.Kind.INTEREST: (_("What I like"), ""),
    Trait.Kind.LANGUAGE: (_("Languages I speak"), ""),
    Trait.Kind.GIVE: (_("What I can give"), ""),
    Trait.Kind.NEED: (_("What I could use"), ""),
}


class TagsInput(forms.Widget):
    """Suggestions as boxes, and a line for other words with commas between them."""

    template_name = "people/widgets/tags.html"
    use_fieldset = True

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        chosen = [tag_of(self.kind, word) for word in value or []]
        suggested = SUGGESTED[self.kind]
        context["widget"]["boxes"] = [(tag, label, tag in chosen) for tag, label in suggested.items()]
        context["widget"]["others"] = ", ".join(tag for tag in chosen if tag and tag not in suggested)
        context["widget"]["longest"] = (LONGEST + 2) * MOST_TAGS
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        boxes = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        others = str(data.get(f"{name}_others", ""))[: (LONGEST + 2) * MOST_TAGS]
        words = [*map(str, boxes), *others.replace(";", ",").replace("\n", ",").split(",")]
        return [word.strip() for word in words if word.strip()]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class TagsField(forms.Field):
    """Up to 12 short phrases about oneself, as tidy tags."""

    def __init__(self, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(widget=TagsInput(kind), required=False, **options)

    def clean(self, value: Any) -> list[str]:
        words = list(dict.fromkeys(tag_of(self.kind, word) for word in value))
        if any("@" in word or "http" in word for word in words):
            raise forms.ValidationError(_("Please use a few plain words each, without addresses or links."))
        if len(words) > MOST_TAGS:
            raise forms.ValidationError(
                _("Please name at most %(n)d, so that the ones that matter most count."), params={"n": MOST_TAGS}
            )
        return [word for word in words if word]


class ProfileForm(forms.Form):
    """What a person says about themselves, one field for each kind of trait."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, (label, help_text) in ASKED.items():
            self.fields[kind.value] = TagsField(kind.value, label=label, help_text=help_text)


class TimesForm(forms.ModelForm):
    """The week grid, and the time zone it is in."""

    availability = WeekField(label=_("Times I am usually free"), required=False)
    time_zone = forms.ChoiceField(
        label=_("My time zone"), help_text=_("All times are shown to you in this zone."), choices=lambda: _zones()
    )

    class Meta:
        model = Person
        fields = ["availability", "time_zone"]


class AgeForm(forms.Form):
    """One box. Nobody is asked for a birthday."""

    under_18 = forms.BooleanField(
        label=_("I am under 18"),
        help_text=_("Nobody sees this, stewards neither. Untick it when it is not so any more."),
        required=False,
    )


class LanguageForm(forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language of pages and mail"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )

    class Meta:
        model = Person
        fields = ["language"]


class ConsentForm(forms.Form):
    """One box for each use; an empty box is a no."""

    introductions = forms.BooleanField(
        label=Consent.Purpose.INTRODUCTIONS.label,
        help_text=_(
            "We compare what you say about yourself with what others say. Nothing opens until you both say yes."
        ),
        required=False,
    )
    research = forms.BooleanField(
        label=Consent.Purpose.RESEARCH.label,
        help_text=_("Only numbers about many people together, never about one."),
        required=False,
    )
    contact_check = forms.BooleanField(
        label=Consent.Purpose.CONTACT_CHECK.label,
        help_text=_("One private question a month, for yourself. Only you see your answers, and you can skip it."),
        required=False,
    )


class CloseAccountForm(forms.Form):
    """Asks once: the person types their own address."""

    email = forms.EmailField(
        label=_("Type your email address to confirm"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        typed = str(self.cleaned_data["email"])
        if typed.lower() != self.person.email.lower():
            raise forms.ValidationError(_("That is not the address of this account."))
        return typed


def _zones() -> list[tuple[str, str]]:
    """The time zones people live in, by the name of a city in each."""
    places = [
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/"))
    ]
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ").replace("/", ": ")) for zone in sorted(places))]
