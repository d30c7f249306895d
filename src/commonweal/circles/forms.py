from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Membership
from commonweal.conversations.access import is_shown_anonymous
from commonweal.conversations.models import Topic

from .models import Circle

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
