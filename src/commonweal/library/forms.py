"""Forms of the library."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.kit.rendering import described

from .models import Resource


class ResourceForm(forms.Form):
    """A link, a page or a local service. What a kind does not need may stay empty."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            ("link", described(_("A link"), _("Something good elsewhere on the web"))),
            ("page", described(_("A page"), _("Something you know and write down here"))),
            ("service", described(_("A local service"), _("A place or number that helps: when, where, how"))),
        ],
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label=_("Title"), max_length=140)
    text = forms.CharField(
        label=_("Words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What is good about it, who it is for, what to know before. You can use Markdown."),
    )
    url = forms.URLField(label=_("Address on the web"), max_length=500, required=False, assume_scheme="https")
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    hours = forms.CharField(
        label=_("Hours"), max_length=200, required=False, help_text=_("For example: Tuesday and Friday, 10 to 12")
    )
    place = forms.CharField(
        label=_("Where"), max_length=200, required=False, help_text=_("A public address; never somebody’s home.")
    )
    tags = forms.CharField(
        label=_("Words to find it by"), max_length=200, required=False, help_text=_("With commas between: money, forms")
    )
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, resource: Resource | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"submission": uuid.uuid4()}
        if resource is not None:
            names = ("kind", "title", "text", "url", "phone", "hours", "place")
            initial = {name: getattr(resource, name) for name in names}
            initial["tags"] = ", ".join(tag.word for tag in resource.tags.all())
        super().__init__(*args, **{**kwargs, "initial": {**initial, **kwargs.get("initial", {})}})
        if resource is not None:
            del self.fields["submission"]

    def clean_tags(self) -> list[str]:
        return [tag for tag in self.cleaned_data["tags"].split(",") if tag.strip()]


class RemoveForm(forms.Form):
    """Why a steward takes something out."""

    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("Whoever added it reads this."))
