"""A person's own data as a file they can keep and read: one JSON file per section, and a page to read them in."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from commonweal.kit import clock, week

from .models import Person
from .queries import blocks_by, free_slots, traits_of
from .registries import EXPORT_SECTIONS


def own_data(person: Person) -> bytes:
    """A ZIP of everything kept about a person and nobody else: a JSON file per section, and index.html."""
    sections = {name: json.loads(_json(section(person))) for name, section in EXPORT_SECTIONS.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sections.items():
            archive.writestr(f"{name}.json", _json(data))
        page = render_to_string("people/own_data.html", {"sections": sections, "made_at": clock.now()})
        archive.writestr("index.html", page)
    return packed.getvalue()


def _json(data: Any) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _account(person: Person) -> dict[str, Any]:
    return {
        "email": person.email,
        "other_emails": list(EmailAddress.objects.filter(user=person).values("email", "verified", "primary")),
        "language": person.language,
        "time_zone": person.time_zone,
        "joined_at": person.joined_at,
        "place": person.place_name,
        "place_cell": person.cell,
        "said_to_be_under_18_at": person.under_18_said_at,
        "has_password": person.has_usable_password(),
        "second_steps": list(Authenticator.objects.filter(user=person).values("type", "created_at", "last_used_at")),
        "devices": list(UserSession.objects.filter(user=person).values("created_at", "ip", "user_agent")),
    }


def _about_me(person: Person) -> dict[str, Any]:
    free = [divmod(slot, week.PER_DAY) for slot in free_slots(person)]
    return {
        **traits_of([person.pk]).get(person.pk, {}),
        "free_times": [f"{week.DAYS[day][1]}, {week.SLOTS[slot][1]}" for day, slot in free],
    }


def _choices(person: Person) -> dict[str, Any]:
    return {
        "consents": list(person.consents.order_by("at").values("purpose", "given", "at")),
        "blocks": [{"known_as": block.known_as, "at": block.at} for block in blocks_by(person)],
    }


def _for_myself(person: Person) -> dict[str, Any]:
    """What nobody else ever sees: words around meetings, and the answers to the monthly question."""
    return {
        "reflections": list(person.reflections.order_by("pk").values("title", "moment", "answers", "changed_at")),
        "led_to_contact_offline": list(person.contact_answers.order_by("month").values("month", "contact")),
    }


EXPORT_SECTIONS.add("for-myself", _for_myself)
EXPORT_SECTIONS.add("account", _account)
EXPORT_SECTIONS.add("about-me", _about_me)
EXPORT_SECTIONS.add("choices", _choices)
