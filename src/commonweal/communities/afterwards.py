"""What two people who met are asked in private, wherever they met: did you feel safe, and would you again?

The one way of asking, for introductions and handovers (a gathering of many asks only whether one felt safe). Each keeps
its answers in a table of its own that builds on `HowItFelt`, and asks with `HowItFeltForm`. "Not safe" goes to
`ON_REPORT`, which keeps new introductions of the other off until a human has looked; "not again" is offered through
`NOT_AGAIN` and is silent.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commonweal.kit import clock
from commonweal.kit.errors import Refused

from .models import Membership

Felt = TypeVar("Felt", bound="HowItFelt")


class Again(models.TextChoices):
    YES = "yes", _("Yes")
    PERHAPS = "perhaps", _("Perhaps")
    NO = "no", _("No")


class HowItFelt(models.Model):
    """What one of two said in private after meeting. Never shown to the other, and no number of it either.

    again: whether they would like to meet again. A no keeps the pair from being proposed again, in silence.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    again = models.CharField(max_length=8, choices=Again.choices)
    felt_safe = models.BooleanField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True


def keep_how_it_felt(table: type[Felt], *, membership: Membership, again: str, felt_safe: bool, **about: Any) -> Felt:
    """Keep an answer; a second one replaces the first. about: the introduction or handover, by its field in `table`.

    Raises Refused for an answer that is not offered.
    """
    if again not in Again.values:
        raise Refused(gettext("Choose one of the answers."), field="again")
    said, _new = table._default_manager.update_or_create(
        **about, membership=membership, defaults={"again": again, "felt_safe": felt_safe, "at": clock.now()}
    )
    return said


class HowItFeltForm(forms.Form):
    """The private words after meeting."""

    again = forms.ChoiceField(
        label=_("Would you like to meet again?"),
        choices=Again.choices,
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

    def said(self) -> dict[str, Any]:
        """The answers as an action takes them."""
        answers = self.cleaned_data
        return {"again": answers["again"], "felt_safe": answers["safe"] == "yes", "words": answers["words"]}
