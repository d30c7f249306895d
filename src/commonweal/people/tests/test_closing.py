"""Closing an account: everything personal goes, what was done stays counted."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from commonweal.people import actions
from commonweal.people.models import Departure, Person
from commonweal.people.registries import ERASERS
from commonweal.trail.models import Step

CANARY = "kookaburra"


def rows_with(word: str) -> list[str]:
    """Every table and column in which a word stands, sessions decoded."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, (models.CharField, models.TextField, models.JSONField)):
                for value in model._default_manager.values_list(field.attname, flat=True).iterator():
                    if word in str(value).lower():
                        found.append(f"{model._meta.label}.{field.name}")
    found += ["session" for session in Session.objects.all() if word in str(session.get_decoded()).lower()]
    return found


def a_full_life(cast: Cast) -> tuple[Client, Person]:
    """Bo with something personal in every place this package and the membership have for it."""
    person = cast.bo.person
    Person.objects.filter(pk=person.pk).update(email=f"{CANARY}@example.org", place_name=f"{CANARY} creek")
    person.refresh_from_db()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    actions.describe_oneself(person=person, said={"interest": [f"{CANARY} watching"]})
    actions.answer_consent(person=person, purpose="introductions", given=True)
    actions.block(blocker=cast.sol.person, blocked=person, known_as=f"{CANARY} Bo")
    actions.block(blocker=person, blocked=cast.dee.person, known_as=f"{CANARY} Dee")
    client = Client(headers={"user-agent": f"{CANARY} browser"})
    answer = client.post(reverse("account_request_login_code"), {"email": person.email})
    from .test_signing_in import code_in_mail

    client.post(answer.url, {"code": code_in_mail()})
    assert UserSession.objects.filter(user=person, user_agent__contains=CANARY).exists()
    return client, person


def test_nothing_personal_remains_in_any_table(cast: Cast) -> None:
    client, person = a_full_life(cast)
    assert len(rows_with(CANARY)) > 5
    answer = client.post(reverse("people:close"), {"email": person.email})
    assert answer.status_code == 303
    assert rows_with(CANARY) == []
    assert not Person.objects.filter(pk=person.pk).exists()
    assert "_auth_user_id" not in client.session


def test_the_membership_stays_without_a_person(cast: Cast) -> None:
    actions.close_account(person=cast.bo.person)
    cast.bo.refresh_from_db()
    assert cast.bo.person_id is None


def test_the_trail_counts_a_departure_and_names_nobody(cast: Cast) -> None:
    left_before = cast.bo.person_id
    departure = actions.close_account(person=cast.bo.person)
    step = Step.objects.get(verb="people.left")
    assert (step.actor, step.community, step.subject_id, step.data) == (None, None, departure.pk, {})
    assert Departure.objects.count() == 1
    assert str(left_before) not in str(step.data)


def test_every_device_is_signed_out(cast: Cast) -> None:
    client, person = a_full_life(cast)
    actions.close_account(person=person)
    assert client.get(reverse("people:me")).status_code == 302


def test_the_wrong_address_closes_nothing(cast: Cast) -> None:
    client = cast.sign_in(cast.bo)
    answer = client.post(reverse("people:close"), {"email": "sol@example.org"})
    assert answer.status_code == 422
    assert Person.objects.filter(pk=cast.bo.person_id).exists()


def test_when_one_eraser_fails_nothing_is_erased(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(person: Person) -> None:
        raise RuntimeError

    monkeypatch.setitem(ERASERS._items, "failing", fail)
    with pytest.raises(RuntimeError):
        actions.close_account(person=cast.bo.person)
    assert Person.objects.filter(pk=cast.bo.person_id).exists()
    assert not Step.objects.filter(verb="people.left").exists()


def test_the_page_spells_out_the_consequence(cast: Cast) -> None:
    page: Any = cast.sign_in(cast.bo).get(reverse("people:close"))
    assert "cannot be undone" in page.content.decode()
