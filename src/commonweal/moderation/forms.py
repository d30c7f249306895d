from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.kit.rendering import described

from .actions import LONGEST
from .models import Measure, Reason

MEASURES = {
    Measure.KEEP: described(_("Leave it as it is"), _("The author is not told; those who reported are thanked.")),
    Measure.WARN: described(_("A word to the author"), _("It stays. They read what you write below.")),
    Measure.WITHHOLD: described(_("Take it out of sight"), _("Only its author and stewards still see it.")),
    Measure.CLOSE_TOPIC: described(_("Close the conversation"), _("It stays to be read; nobody can add to it.")),
    Measure.REMOVE_MEMBER: described(
        _("Remove the member"), _("They lose access and cannot join again by themselves.")
    ),
}

#: What the same measures do to a first message that waits.
HELD_MEASURES = {
    Measure.KEEP: described(_("Let it through"), _("Everyone sees it, and the author is told.")),
    Measure.WARN: described(_("Let it through, with a word"), _("Everyone sees it. The author reads what you write.")),
    Measure.WITHHOLD: described(_("Not like this"), _("It stays out of sight. The author reads why, and can appeal.")),
}


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DecisionForm(forms.Form):
    measure = forms.ChoiceField(label=_("What happens"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("The reason"), choices=Reason.choices, help_text=_("This, and what happens, stands in the public log.")
    )
    explanation = forms.CharField(
        label=_("Why"),
        max_length=LONGEST,
        help_text=_("The author reads this. Say what, why, and what would be all right."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, offered: list[str], held: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {**MEASURES, **HELD_MEASURES} if held else MEASURES
        if held:
            self.fields["explanation"].required = False
            self.fields["explanation"].help_text = _("The author reads this. Needed unless you simply let it through.")
        measure = self.fields["measure"]
        assert isinstance(measure, forms.ChoiceField)
        measure.choices = [(key, words[Measure(key)]) for key in offered]


class NoteForm(forms.Form):
    """A word among stewards."""

    text = forms.CharField(
        label=_("A note to the other stewards"),
        max_length=LONGEST,
        help_text=_("No party to the case reads it. It is deleted with the reported words."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FirstMessagesForm(forms.Form):
    """Whether the first messages of newcomers wait for a steward."""

    messages = forms.TypedChoiceField(
        label=_("First messages of newcomers"),
        coerce=int,
        choices=[
            (0, described(_("Stand at once"), _("This is how it begins. Reports bring you what is wrong."))),
            (1, described(_("The first one waits"), _("For a steward to read it. Good against advertising."))),
            (
                3,
                described(
                    _("The first three wait"), _("For a time of trouble. It makes newcomers wait; keep it short.")
                ),
            ),
        ],
        widget=forms.RadioSelect,
    )


class AppealForm(forms.Form):
    words = forms.CharField(
        label=_("What was seen wrongly?"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5})
    )


class AppealAnswerForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("Your decision"),
        coerce=lambda value: value == "stands",
        choices=[
            ("stands", described(_("The decision stands"), _("Nothing changes."))),
            ("back", described(_("Take it back"), _("What was done is undone, as far as it still can be."))),
        ],
        widget=forms.RadioSelect,
    )
    explanation = forms.CharField(
        label=_("Why"),
        max_length=LONGEST,
        help_text=_("The author reads this."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
