"""The form of a check-in: whom to tell, when, and the exact words."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from commonweal.kit import clock
from commonweal.people.models import Person

from ..models import GRACES, Gathering, TrustedContact
from ..times import moment_of, zone_label
from .contacts import NewContact
from .letters import zone_of

SOMEBODY_NEW = "new"
#: Of fields that are needed with this choice: the page does not call them optional (kit/field.html).
NEEDED = {"data-needed": True}
#: How long after the end of a gathering one is thought to be home.
WAY_HOME = timedelta(minutes=60)


class CheckInForm(forms.Form):
    """`arranged()` gives what `start_check_in` takes. The end is a day and an hour in the person's own zone."""

    contact = forms.ChoiceField(label=_("Who should hear of it?"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("Their name"), max_length=60, required=False, widget=forms.TextInput(NEEDED))
    email = forms.EmailField(
        label=_("Their email address"),
        required=False,
        widget=forms.EmailInput(NEEDED),
        help_text=_("Somebody outside this community, who would notice. We ask them once whether they agree."),
    )
    known_as = forms.CharField(
        label=_("The name they know you by"),
        max_length=60,
        required=False,
        widget=forms.TextInput(NEEDED),
        help_text=_("It stands in the letters to them. Nothing in the letters says which communities you are in."),
    )
    day = forms.DateField(
        label=_("I mean to be home on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.TimeField(label=_("At"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    grace = forms.TypedChoiceField(
        label=_("How long we wait for you after that"),
        coerce=int,
        choices=[(n, _("%(n)d minutes") % {"n": n} if n < 60 else _("1 hour")) for n in GRACES[:3]]
        + [(GRACES[3], _("2 hours"))],
        initial=30,
        help_text=_("In this time we ask you twice whether you are home. Only then your contact gets your words."),
    )
    words = forms.CharField(
        label=_("The exact words they may read"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Nothing else about you is sent. Before you start you see the whole letter."),
    )
    plan = forms.CharField(
        label=_("A note to yourself"), max_length=140, required=False, help_text=_("Only you see it. It is not sent.")
    )
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        person: Person,
        contacts: list[TrustedContact],
        gathering: Gathering | None = None,
        **kwargs: Any,
    ) -> None:
        self.person, self.contacts = person, {str(one.pk): one for one in contacts}
        super().__init__(*args, **{**kwargs, "initial": _fresh(person, contacts, gathering)})
        choices = [(key, f"{one.name} · {one.email}") for key, one in self.contacts.items()]
        contact = self.fields["contact"]
        assert isinstance(contact, forms.ChoiceField)
        contact.choices = [*choices, (SOMEBODY_NEW, _("Somebody new") if choices else _("Somebody I name now"))]
        self.fields["day"].help_text = _now("In %(zone)s time.") % {"zone": zone_label(person.time_zone)}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("contact") == SOMEBODY_NEW:
            for name in ("name", "email", "known_as"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("This is needed to ask them."))
        if data.get("day") and data.get("until"):
            try:
                data["ends_at"] = moment_of(data["day"], data["until"], zone_of(self.person.time_zone).key)
            except (ValueError, OverflowError):
                self.add_error("until", _("The clocks change at this hour. Choose another one."))
            else:
                if data["ends_at"] <= clock.now():
                    self.add_error("until", _("This time has passed. Choose one that is still to come."))
        return data

    def chosen(self) -> TrustedContact | NewContact:
        """The contact: one's own that stands, or somebody new."""
        data = self.cleaned_data
        standing = self.contacts.get(data["contact"])
        return standing or NewContact(name=data["name"], email=data["email"], known_as=data["known_as"])

    def arranged(self) -> dict[str, Any]:
        kept = ("words", "ends_at", "grace", "plan", "submission")
        return {"contact": self.chosen(), **{name: self.cleaned_data[name] for name in kept}}


def _fresh(person: Person, contacts: list[TrustedContact], gathering: Gathering | None) -> dict[str, Any]:
    end = clock.now() + timedelta(hours=3) if gathering is None else gathering.ends_at + WAY_HOME
    local = (end + timedelta(minutes=14)).astimezone(zone_of(person.time_zone))
    local = local.replace(minute=local.minute - local.minute % 15)
    where = f"{gathering.title}, {gathering.area}" if gathering is not None and gathering.area else ""
    going = _now("I went to: %(where)s.") % {"where": where} if where else _now("I am meeting somebody.")
    asks = _now("I wanted to be home by now. Please call me, and if I do not answer, call …")
    return {
        "contact": str(contacts[0].pk) if contacts else SOMEBODY_NEW,
        "day": local.date(),
        "until": local.time(),
        "grace": 30,
        "words": f"{going} {asks}",
        "plan": gathering.title if gathering is not None else "",
        "submission": uuid.uuid4(),
    }
