"""The page of running components, which keeps them honest. In demonstration mode only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from commonweal.kit import clock
from commonweal.kit.access import public_page
from commonweal.kit.icons import ICONS
from commonweal.kit.rendering import described
from commonweal.kit.week import WeekField

#: Colours shown as swatches: a class of their own, since nothing may be styled inline.
SWATCHES = [
    "paper",
    "card",
    "sunk",
    "line",
    "ink",
    "ink-soft",
    "green",
    "green-wash",
    "amber",
    "amber-wash",
    "red",
    "red-wash",
    "blue-wash",
]


class SampleForm(forms.Form):
    """One field of every kind, so that each is seen with a label, help and, when sent empty, an error."""

    title = forms.CharField(
        label=_("What is it about?"), help_text=_("A few words, so that the right people look."), max_length=80
    )
    words = forms.CharField(label=_("In your own words"), widget=forms.Textarea(attrs={"rows": 4}))
    place = forms.CharField(label=_("Roughly where"), required=False)
    kinds = forms.MultipleChoiceField(
        label=_("What would help?"),
        help_text=_("Choose any."),
        choices=[
            ("emotional", described(_("Someone to listen"), _("I need to say it to a person"))),
            ("network", described(_("Company"), _("I would rather not be alone with this"))),
            ("tangible", described(_("Practical help"), _("A lift, a form, shopping, childcare"))),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    audience = forms.ChoiceField(
        label=_("Who may see this"),
        choices=[("supporters", _("Supporters only")), ("everyone", _("Everyone in Riverside"))],
        widget=forms.RadioSelect(attrs={"class": "side"}),
    )
    answer = forms.ChoiceField(
        label=_("Should the tool shed stay open on Sundays?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("abstain", _("I abstain"))],
        widget=forms.RadioSelect(attrs={"class": "ballot"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("en", "English"), ("es", "Español")])
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    picture = forms.FileField(label=_("Picture"), required=False)
    free = WeekField(label=_("Times you are free"), required=False)
    anonymous = forms.BooleanField(
        label=_("Hide my name"), help_text=_("Only stewards on duty can see it."), required=False
    )


def _context(request: HttpRequest) -> dict[str, Any]:
    now = clock.now()
    form = (
        SampleForm(request.GET)
        if "send" in request.GET
        else SampleForm(initial={"kinds": ["emotional"], "free": 0b110000})
    )
    return {
        "form": form,
        "icons": sorted(ICONS),
        "swatches": SWATCHES,
        "people": [(name, f"style-{name}") for name in ("Ines", "Marta", "Sol", "Bo", "Dee", "Amir")],
        "now": now,
        "soon": now + timedelta(minutes=40),
        "earlier": now - timedelta(hours=26),
        "next_week": now + timedelta(days=9),
        "page": {"previous_url": "?", "next_url": "?"},
    }


@public_page
def style_page(request: HttpRequest) -> HttpResponse:
    """Every component, running. Raises Http404 on a real instance."""
    if not settings.DEMO:
        raise Http404
    return render(request, "site/style.html", _context(request))
