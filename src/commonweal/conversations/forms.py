"""What people type in conversations. Lengths and emptiness are the actions' to judge; forms carry and clean."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweal.kit import images
from commonweal.kit.errors import Refused

from .actions.pictures import MOST_PICTURES, Picture
from .models import Message, Topic

EMPTY = {"required": _("Write something first; a sentence is enough.")}
ACCEPT = "image/png,image/jpeg,image/webp,image/gif"


class WithPictures(forms.Form):
    """Up to four pictures with words for each. A picture that will not do is said so beside its field."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.setdefault("submission", uuid.uuid4())
        if self.is_bound and not self.files:
            return  # most replies carry no picture; building eight fields for them costs more than the rest
        for number in range(1, MOST_PICTURES + 1):
            self.fields[f"picture_{number}"] = forms.FileField(
                label=_("Picture %(number)s") % {"number": number},
                required=False,
                allow_empty_file=True,
                widget=forms.FileInput(attrs={"accept": ACCEPT}),
            )
            self.fields[f"shows_{number}"] = forms.CharField(
                label=_("What it shows, for those who cannot see it"), required=False, max_length=200
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["pictures"] = []
        for number in range(1, MOST_PICTURES + 1):
            upload = cleaned.get(f"picture_{number}")
            if not upload:
                continue
            try:
                redrawn = images.redraw(upload, size=upload.size, field=f"picture_{number}")
            except Refused as refused:
                self.add_error(f"picture_{number}", str(refused.message))
                continue
            cleaned["pictures"].append(Picture(redrawn, cleaned.get(f"shows_{number}") or ""))
        return cleaned

    @property
    def picture_pairs(self) -> list[tuple[Any, Any]]:
        """The fields two by two, for the template."""
        if "picture_1" not in self.fields:
            return WithPictures().picture_pairs
        return [(self[f"picture_{n}"], self[f"shows_{n}"]) for n in range(1, MOST_PICTURES + 1)]

    @property
    def pictures_wrong(self) -> bool:
        return any(self[f"picture_{n}"].errors for n in range(1, MOST_PICTURES + 1)) if self.files else False


class TopicForm(WithPictures):
    """A new topic with its first message."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(Topic.Kind.DISCUSSION, _("A conversation")), (Topic.Kind.QUESTION, _("A question"))],
        initial=Topic.Kind.DISCUSSION,
        widget=forms.RadioSelect(attrs={"class": "side"}),
    )
    title = forms.CharField(
        label=_("Title"),
        error_messages={"required": _("Give it a title, so that others see what it is about.")},
        widget=forms.TextInput(attrs={"maxlength": 140}),
    )
    text = forms.CharField(label=_("Your message"), error_messages=EMPTY, widget=forms.Textarea(attrs={"rows": 8}))
    warning = forms.CharField(
        label=_("Content warning"),
        required=False,
        help_text=_("A few words, if some may want to be asked before reading: “grief”, “illness”."),
    )


class ReplyForm(WithPictures):
    """An answer in a topic."""

    text = forms.CharField(label=_("Your reply"), error_messages=EMPTY, widget=forms.Textarea)
    warning = forms.CharField(label=_("Content warning"), required=False)
    quoted = forms.IntegerField(required=False, widget=forms.HiddenInput)
    since = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ChangeForm(forms.Form):
    """One's own post, changed. `seen` is the text one started from."""

    text = forms.CharField(label=_("Your message"), error_messages=EMPTY, widget=forms.Textarea(attrs={"rows": 10}))
    warning = forms.CharField(label=_("Content warning"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)


class AskForm(forms.Form):
    """A short message that asks somebody to talk."""

    text = forms.CharField(
        label=_("A few words to them"),
        error_messages=EMPTY,
        help_text=_("Who you are and what you would like to talk about. They see this before they decide."),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 500}),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)


class ShowForm(forms.Form):
    """Which of the other side's messages stewards may see."""

    messages = forms.MultipleChoiceField(
        label=_("Messages that stewards may see"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one message that a steward should see.")},
    )

    def __init__(self, *args: Any, found: list[Message], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["messages"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(m.number), f"{m.author.display_name}: {m.text[:200]}") for m in found]

    @property
    def numbers(self) -> list[int]:
        return [int(number) for number in self.cleaned_data["messages"]]


class MessageForm(forms.Form):
    """A private message."""

    text = forms.CharField(label=_("Your message"), error_messages=EMPTY, widget=forms.Textarea)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    since = forms.IntegerField(required=False, widget=forms.HiddenInput)
