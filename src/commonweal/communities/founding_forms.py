"""The six questions of founding, one form each, and the account of a founder who has none yet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from commonweal.kit.rendering import described

from .forms import access_choices, time_zones
from .models import Access, Kind
from .places import WhereForm

ABOUT_KINDS = {
    Kind.PEER_SUPPORT: _("People who go through the same thing and help each other"),
    Kind.HOBBY: _("Something people love doing, better together"),
    Kind.CAUSE: _("Something that should change, and people to change it"),
    Kind.PROFESSION: _("People who do the same work"),
    Kind.FAITH: _("People who believe, search or pray together"),
    Kind.NEIGHBOURHOOD: _("A street, a village, a part of a town"),
}


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("As people will say it: “Riverside neighbours”, “Night-shift nurses”. You can change it later."),
    )


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences. Finish this one: “Here, people …”"),
    )


class KindForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(key, described(key.label, text)) for key, text in ABOUT_KINDS.items()],
        widget=forms.RadioSelect,
        help_text=_("It decides which doors are open at first and what is written for you to start from."),
    )


class AccessForm(forms.Form):
    access = forms.ChoiceField(
        label=_("Access"),
        choices=access_choices(),
        initial=Access.OPEN,
        widget=forms.RadioSelect,
        help_text=_("You can close it further later. What was written for members only never becomes public."),
    )


class MattersForm(forms.Form):
    matters_most = forms.CharField(
        label=_("What matters most"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "If only one thing came of this, what should it be? It stands on the front page and keeps us honest."
        ),
    )


class YouForm(forms.Form):
    """The founder's name in the community."""

    display_name = forms.CharField(
        label=_("Your name there"), max_length=60, help_text=_("How the members will know you. It can be a nickname.")
    )


class AccountForm(YouForm):
    """The founder's account, when founding is the first thing that ever happens here."""

    email = forms.EmailField(
        label=_("Your email address"),
        max_length=254,
        help_text=_("You sign in with it. Members never see it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("A password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. Leave it empty if you would rather sign in with a code or a passkey."),
    )

    time_zone = forms.ChoiceField(
        label=_("Your time zone"),
        required=False,
        choices=time_zones,
        initial="UTC",
        help_text=_("Times on the page follow it, and the community’s gatherings. You can change both later."),
    )

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if password:
            password_validation.validate_password(password)
        return password


class ChapterForm(WhereForm):
    """A chapter: a name, what it is for, and where."""

    name = forms.CharField(label=_("What is the chapter called?"), max_length=80)
    purpose = forms.CharField(label=_("What is it for?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ["name", "purpose", "place", "at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["country"]


#: The questions in order: key, short name for the progress, the question, its form.
QUESTIONS: list[tuple[str, Any, Any, type[forms.Form]]] = [
    ("name", _("Name"), _("What is it called?"), NameForm),
    ("purpose", _("Purpose"), _("What is it for?"), PurposeForm),
    ("kind", _("Kind"), _("What kind of community is it?"), KindForm),
    ("access", _("Access"), _("Who may see and join?"), AccessForm),
    ("where", _("Where"), _("Where is it?"), WhereForm),
    ("matters", _("What matters"), _("What matters most to you?"), MattersForm),
]
