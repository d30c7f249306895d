"""One click and one is somebody; only in the demonstration."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.communities.models import Community
from commonweal.communities.queries import memberships_of
from commonweal.communities.registries import NEED_YOU, NEW, TODAY, YOU_SAID
from commonweal.demo.roles import ROLES
from commonweal.people.models import Person


@pytest.fixture(autouse=True)
def demonstration(settings: Any) -> None:
    settings.DEMO = True


def test_outside_the_demonstration_there_is_no_such_page(db: None, settings: Any) -> None:
    settings.DEMO = False
    assert Client().get(reverse("demo:sign_in")).status_code == 404
    assert Client().post(reverse("demo:sign_in_as"), {"role": "steward"}).status_code == 404


def test_each_role_is_signed_in_by_one_post_and_lands_on_a_today_with_all_three_groups(riverside: Community) -> None:
    page = Client().get(reverse("demo:sign_in"))
    for role in ROLES:
        assert f'value="{role.key}"' in page.content.decode()
        client = Client()
        answer = client.post(reverse("demo:sign_in_as"), {"role": role.key})
        assert (answer.status_code, answer["Location"]) == (302, reverse("today"))
        assert client.get(reverse("today")).status_code == 200
        person = Person.objects.get(email=role.email)
        rows = [row for source in TODAY for row in source(person, memberships_of(person))]
        assert {row.group for row in rows} == {NEED_YOU, YOU_SAID, NEW}, role.key


def test_one_can_change_shoes_without_signing_out(riverside: Community) -> None:
    client = Client()
    client.post(reverse("demo:sign_in_as"), {"role": "newcomer"})
    client.post(reverse("demo:sign_in_as"), {"role": "steward"})
    assert client.get(reverse("moderation:desk", args=["riverside"])).status_code == 200


def test_nobody_else_can_be_signed_in_as(riverside: Community) -> None:
    client = Client()
    assert client.post(reverse("demo:sign_in_as"), {"role": "mags"}).status_code == 404
    assert client.post(reverse("demo:sign_in_as")).status_code == 404
    assert client.get(reverse("demo:sign_in_as")).status_code == 405
    assert client.get(reverse("people:me")).status_code == 302


def test_accounts_of_the_demonstration_have_no_password(riverside: Community) -> None:
    assert not any(person.has_usable_password() for person in Person.objects.all())
