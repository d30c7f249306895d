from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.conversations.actions.checks import LONGEST_POST
from commonweal.conversations.models import Audience
from commonweal.kit.rendering import described

from . import tongues
from .lines import countries
from .models import HelpKind

#: The five kinds with a plain example each, in the order in which they are offered.
EXAMPLES = {
    HelpKind.EMOTIONAL: _("I need to say it to a person"),
    HelpKind.NETWORK: _("I would rather not be alone with this"),
    HelpKind.TANGIBLE: _("A lift, a form, shopping, childcare"),
    HelpKind.INFORMATIONAL: _("Has anyone been through this?"),
    HelpKind.ESTEEM: _("I doubt that I can"),
}


class AskForm(forms.Form):
    """What would help, in one's own words, and who may see it."""

    kinds = forms.MultipleChoiceField(
        label=_("What would help? Choose any"),
        choices=[(kind.value, described(kind.label, example)) for kind, example in EXAMPLES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that would help.")},
    )
    text = forms.CharField(
        label=_("In your own words"),
        help_text=_(
            "A sentence is enough. Your device can write while you speak: look for the microphone on its keyboard."
        ),
        widget=forms.Textarea(
            attrs={"rows": 7, "autocapitalize": "sentences", "autocomplete": "off", "spellcheck": "true", "dir": "auto"}
        ),
        max_length=LONGEST_POST,
        error_messages={"required": _("Write something first; a sentence is enough.")},
    )
    title = forms.CharField(
        label=_("A title"),
        help_text=_("Leave it empty and the first words become the title."),
        max_length=140,
        required=False,
    )
    audience = forms.ChoiceField(label=_("Who may see this"), widget=forms.RadioSelect, initial=Audience.SUPPORTERS)
    anonymous = forms.BooleanField(
        label=_("Hide my name"),
        help_text=_("Only a steward on duty can look it up, must say why, and you are told."),
        required=False,
        initial=True,
    )
    warning = forms.CharField(
        label=_("A word of warning for readers"),
        help_text=_("For example: grief, self-harm. What you wrote is then folded away until a reader opens it."),
        max_length=100,
        required=False,
    )
    urgency = forms.CharField(
        label=_("Is it pressing? Say it in your own words"),
        help_text=_("For example: I do not know how to get through tonight. Those who answer see this first."),
        max_length=200,
        required=False,
    )
    language = forms.ChoiceField(
        label=_("The language you write in"),
        help_text=_("Those who speak it are told first. The others can read it too."),
        required=False,
    )
    country = forms.ChoiceField(
        label=_("Help lines of which country?"),
        help_text=_("Only you see these."),
        required=False,
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    #: What a saved draft holds.
    DRAFTED = ("kinds", "text", "title", "audience", "anonymous", "warning", "urgency", "language", "country")

    def __init__(self, *args: Any, community: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = [
            (Audience.SUPPORTERS, described(_("Supporters only"), _("Trained members and stewards of this community"))),
            (
                Audience.COMMUNITY,
                described(_("Everyone in %(community)s") % {"community": community.name}, _("More people can answer")),
            ),
        ]
        self.fields["audience"].choices = choices  # type: ignore[attr-defined]
        self.fields["language"].choices = tongues.choices()  # type: ignore[attr-defined]
        self.fields["language"].initial = tongues.in_use()
        #: Whether the language stands out, because a reader of this place would not expect it.
        self.other_language = self["language"].value() != tongues.known(community.language)
        self.fields["country"].choices = [("", _("The community’s own")), *countries()]  # type: ignore[attr-defined]
        self.fields["submission"].initial = uuid.uuid4


class DutyForm(forms.Form):
    """How long somebody will be on duty."""

    hours = forms.TypedChoiceField(
        label=_("How long"),
        coerce=int,
        choices=[(1, _("1 hour")), (2, _("2 hours")), (4, _("4 hours")), (8, _("8 hours"))],
        initial=2,
    )


class NameForm(forms.Form):
    """Why a steward needs the name of somebody who asked without it."""

    reason = forms.CharField(
        label=_("Why do you need the name?"),
        help_text=_("The person will see this reason, your name and the time."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why you need the name. The person will see your reason.")},
    )
