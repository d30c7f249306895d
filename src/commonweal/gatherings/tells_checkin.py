"""Whom a check-in tells inside: the person alone, and no name or words in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .models import CheckIn, TrustedContact


def _telling(step: Step, text: Any) -> Iterable[Telling]:
    """Nothing once it is over: an old question would only frighten."""
    found = CheckIn.objects.select_related("person").filter(pk=step.subject_id, end__isnull=True).first()
    if found is not None:
        yield Telling(found.person_id, text, reverse("gatherings:check_in", args=[found.pk]))


def of_nudge(step: Step) -> Iterable[Telling]:
    return _telling(step, _("Are you home? Your private check-in has ended. One tap says so."))


def of_alert(step: Step) -> Iterable[Telling]:
    return _telling(step, _("Your trusted contact is being told that you have not said that you are home."))


def of_answer(step: Step) -> Iterable[Telling]:
    contact = TrustedContact.objects.select_related("answer").filter(pk=step.subject_id).first()
    if contact is None:
        return
    if contact.agrees:
        text = _("Your trusted contact agrees.")
    else:
        text = _("Somebody you named as trusted contact would rather not. Please name somebody else.")
    yield Telling(contact.person_id, text, reverse("gatherings:check_ins"))
