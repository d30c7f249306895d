"""A form that came in after the sign-in had ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from commonweal.kit import clock
from commonweal.people.kept import SESSION_KEY, KeptForms, kept_form
from commonweal.people.models import Consent

WORDS = "It has been a hard week, and I would be glad of company."


def sign_in_by_code(client: Client, cast: Cast, url: str) -> Any:
    """As the person would: on the page they were sent to, keeping `next`."""
    from .test_signing_in import code_in_mail, confirmed

    person = confirmed("late@example.org")
    cast.bo.person = person
    cast.bo.save()
    answer = client.post(reverse("account_request_login_code") + "?" + url.partition("?")[2], {"email": person.email})
    return client.post(answer.url, {"code": code_in_mail(), "next": "/me/kept/"})


def test_what_was_typed_is_shown_after_signing_in_and_sent_with_one_button(cast: Cast) -> None:
    client = Client()
    answer = client.post(reverse("people:consents"), {"introductions": "on", "note": WORDS})
    assert answer.url == f"{reverse('account_login')}?next=%2Fme%2Fkept%2F"
    answer = sign_in_by_code(client, cast, answer.url)
    assert answer.url == reverse("people:kept")
    page = client.get(answer.url).content.decode()
    assert WORDS in page
    assert f'action="{reverse("people:consents")}"' in page
    client.post(reverse("people:consents"), {"introductions": "on"})
    assert Consent.objects.get(person=cast.bo.person, purpose="introductions").given
    assert client.get(reverse("people:kept")).url == "/"


def test_a_members_page_keeps_the_form_too(cast: Cast) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    from commonweal.communities.access import NeedsSignIn
    from commonweal.communities.middleware import Thresholds

    request = RequestFactory().post("/c/riverside/talk/new/", {"text": WORDS})
    request.user = AnonymousUser()
    request.session = Client().session
    thresholds = Thresholds(lambda _request: None)
    answer = KeptForms(lambda r: thresholds.process_exception(r, NeedsSignIn()))(request)
    assert "kept" in answer["Location"]
    kept = kept_form(request)
    assert kept is not None
    assert kept.words == [WORDS]
    assert kept.path == "/c/riverside/talk/new/"


@pytest.mark.django_db
def test_passwords_and_tokens_are_never_kept() -> None:
    client = Client()
    client.post(reverse("people:consents"), {"password": "river stone", "csrfmiddlewaretoken": "x", "note": WORDS})
    assert client.session[SESSION_KEY]["fields"] == [["note", WORDS]]


@pytest.mark.django_db
def test_what_does_not_fit_is_left_out_and_said_so() -> None:
    client = Client()
    client.post(reverse("people:consents"), {"note": WORDS, "long": "x" * 60_000})
    kept = client.session[SESSION_KEY]
    assert kept["cut"]
    assert [name for name, _value in kept["fields"]] == ["note"]


@pytest.mark.django_db
def test_files_are_not_kept_and_that_is_said() -> None:
    client = Client()
    client.post(reverse("people:consents"), {"note": WORDS, "picture": SimpleUploadedFile("a.png", b"x")})
    assert client.session[SESSION_KEY]["cut"]


def test_it_is_forgotten_after_two_hours(cast: Cast) -> None:
    client = cast.sign_in(cast.bo)
    session = client.session
    session[SESSION_KEY] = {"path": "/", "fields": [["note", WORDS]], "cut": False, "at": clock.now().timestamp()}
    session.save()
    with clock.at(clock.now() + timedelta(hours=3)):
        assert client.get(reverse("people:kept")).status_code == 303


@pytest.mark.django_db
def test_a_draft_saved_by_script_is_told_no_instead_of_being_sent_round() -> None:
    answer = Client().post(reverse("people:consents"), {"text": WORDS}, headers={"x-requested-with": "fetch"})
    assert answer.status_code == 401


@pytest.mark.django_db
def test_a_form_sent_by_htmx_leads_the_whole_page_to_sign_in() -> None:
    answer = Client().post(reverse("people:consents"), {"text": WORDS}, headers={"hx-request": "true"})
    assert answer["HX-Redirect"].startswith(reverse("account_login"))


@pytest.mark.django_db
def test_a_flood_from_one_address_is_not_kept() -> None:
    for _time in range(62):
        client = Client()
        answer = client.post(reverse("people:consents"), {"note": WORDS})
    assert "kept" not in answer.url
    assert SESSION_KEY not in client.session
