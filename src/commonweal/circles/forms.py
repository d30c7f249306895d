from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Membership
from commonweal.conversations.access import is_shown_anonymous
from commonweal.conversations.models import Topic

from .models import MeetingPlace

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


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A public place for first meetings."""

    class Meta:
        model = MeetingPlace
        fields = ("name", "area", "why", "step_free")
        help_texts = {"why": _("Quiet but never empty, a free seat, a toilet, a bus stop: say what you know.")}
