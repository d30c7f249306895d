"""Signing up, in and out, as a guest with a browser does it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from commonweal.people import codes
from commonweal.people.models import Person

PASSWORD = "a river runs by"


def code_in_mail() -> str:
    """The code stands on a line of its own."""
    found = re.search(r"^([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)$", mail.outbox[-1].body, re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found.group(1)


def sign_up(client: Client, email: str, password: str = "") -> HttpResponse:
    return client.post(reverse("account_signup"), {"email": email, "password1": password})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def confirmed(email: str, password: str | None = None) -> Person:
    person = Person.objects.create_user(email, password)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def words_of(page: bytes) -> str:
    """What a page says, without the tokens that differ each time."""
    text = re.sub(rb'value="[A-Za-z0-9]{40,}"', b"", page)
    return text.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["", PASSWORD])
def test_somebody_signs_up_and_confirms_their_address_with_the_code_from_the_mail(password: str) -> None:
    client = Client()
    answer = sign_up(client, "new@example.org", password)
    assert answer.url == reverse("account_email_verification_sent")
    assert not signed_in(client)
    client.post(answer.url, {"code": code_in_mail()})
    assert signed_in(client)
    person = Person.objects.get(email="new@example.org")
    assert person.has_usable_password() is bool(password)
    assert EmailAddress.objects.get(user=person).verified


@pytest.mark.django_db
def test_an_account_is_of_no_use_until_the_address_is_confirmed() -> None:
    sign_up(Client(), "new@example.org", PASSWORD)
    client = Client()
    answer = client.post(reverse("account_login"), {"login": "new@example.org", "password": PASSWORD})
    assert answer.url == reverse("account_email_verification_sent")
    assert not signed_in(client)


@pytest.mark.django_db
def test_a_code_by_mail_signs_in_without_a_password() -> None:
    confirmed("bo@example.org")
    client = Client()
    answer = client.post(reverse("account_request_login_code"), {"email": "bo@example.org"})
    client.post(answer.url, {"code": code_in_mail()})
    assert signed_in(client)


@pytest.mark.django_db
def test_three_wrong_codes_end_the_attempt() -> None:
    confirmed("bo@example.org")
    client = Client()
    answer = client.post(reverse("account_request_login_code"), {"email": "bo@example.org"})
    right = code_in_mail()
    for _try in range(3):
        client.post(answer.url, {"code": "AAAAAA"})
    client.post(answer.url, {"code": right})
    assert not signed_in(client)


@pytest.mark.django_db
def test_asking_for_a_code_answers_the_same_for_known_and_unknown_addresses() -> None:
    confirmed("known@example.org")
    seen = []
    for email in ("known@example.org", "other@example.org"):
        client = Client()
        answer = client.post(reverse("account_request_login_code"), {"email": email})
        page = client.get(answer.url)
        seen.append((answer.status_code, answer.url, page.status_code, words_of(page.content).replace(email, "")))
    assert seen[0] == seen[1]
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_signing_up_answers_the_same_for_known_and_unknown_addresses() -> None:
    confirmed("known@example.org")
    seen = []
    for email in ("known@example.org", "other@example.org"):
        client = Client()
        answer = sign_up(client, email, PASSWORD)
        page = client.get(answer.url)
        text = words_of(page.content).replace(email, "")
        seen.append((answer.status_code, answer.url, page.status_code, "Your code" in text))
    assert seen[0] == seen[1]
    assert Person.objects.count() == 2


@pytest.mark.django_db
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer() -> None:
    confirmed("known@example.org", PASSWORD)
    answers = [
        Client().post(reverse("account_login"), {"login": email, "password": "wrong password"})
        for email in ("known@example.org", "other@example.org")
    ]
    errors = [str(answer.context["form"].errors) for answer in answers]
    assert errors[0] == errors[1]
    assert "ask for a sign-in code" in errors[0]


@pytest.mark.django_db
def test_a_forgotten_password_is_set_anew_by_code() -> None:
    person = confirmed("bo@example.org", PASSWORD)
    client = Client()
    answer = client.post(reverse("account_reset_password"), {"email": "bo@example.org"})
    client.post(answer.url, {"code": code_in_mail()})
    new = "another long river"
    client.post(reverse("account_complete_password_reset"), {"password1": new, "password2": new})
    person.refresh_from_db()
    assert person.check_password(new)


@pytest.mark.django_db
def test_changing_the_password_signs_out_every_other_device() -> None:
    confirmed("bo@example.org", PASSWORD)
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.post(reverse("account_login"), {"login": "bo@example.org", "password": PASSWORD})
    new = "another long river"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert here.get(reverse("people:me")).status_code == 200
    assert elsewhere.get(reverse("people:me")).status_code == 302


@pytest.mark.django_db
def test_one_device_can_be_signed_out_from_another_and_nobody_elses_can() -> None:
    confirmed("bo@example.org", PASSWORD)
    confirmed("dee@example.org", PASSWORD)
    here, elsewhere, other = Client(), Client(), Client()
    for client, email in ((here, "bo"), (elsewhere, "bo"), (other, "dee")):
        client.post(reverse("account_login"), {"login": f"{email}@example.org", "password": PASSWORD})
    from allauth.usersessions.models import UserSession

    for client in (elsewhere, other):
        row = UserSession.objects.get(session_key=client.session.session_key)
        here.post(reverse("people:end_session"), {"session": row.pk})
    assert elsewhere.get(reverse("people:me")).status_code == 302
    assert other.get(reverse("people:me")).status_code == 200


@pytest.mark.django_db
def test_too_many_tries_are_refused_with_words_that_explain(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    cache.clear()
    confirmed("bo@example.org", PASSWORD)
    client = Client()
    for _try in range(6):
        answer = client.post(reverse("account_login"), {"login": "bo@example.org", "password": "wrong password"})
    assert "Wait five minutes" in str(answer.context["form"].errors)
    for _try in range(40):
        answer = client.post(reverse("account_login"), {"login": f"x{_try}@example.org", "password": "wrong password"})
    assert answer.status_code == 429
    cache.clear()


@pytest.mark.django_db
def test_limits_are_counted_where_all_processes_see_them() -> None:
    from commonweal.people.models import SharedCache

    cache.set("tried", 1, 60)
    assert SharedCache.objects.filter(cache_key__endswith="tried").exists()


@pytest.mark.django_db
def test_mail_that_cannot_be_sent_is_said_and_does_not_break_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.mail import EmailMessage

    def refuse(self: EmailMessage, fail_silently: bool = False) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", refuse)
    client = Client()
    answer = sign_up(client, "new@example.org")
    assert b"could not be sent" in client.get(answer.url).content


class TestCodesOnThePage:
    """Who may see what would have been mailed."""

    def code_shown(self, client: Client, email: str) -> bool:
        answer = client.post(reverse("account_request_login_code"), {"email": email})
        assert mail.outbox[-1].to == [email]
        return code_in_mail().encode() in client.get(answer.url).content

    @pytest.mark.django_db
    def test_everybody_in_a_demonstration(self, settings: Any) -> None:
        settings.DEMO = True
        confirmed("bo@example.org")
        assert self.code_shown(Client(), "bo@example.org")

    @pytest.mark.django_db
    @pytest.mark.parametrize("way", ["file", "console", "smtp"])
    def test_never_a_stranger_on_a_real_instance(self, settings: Any, way: str) -> None:
        settings.DEMO, settings.MAIL = False, way
        confirmed("ada@example.org")
        assert not self.code_shown(Client(), "ada@example.org")

    def founders(self, client: Client, person: Person | None = None) -> Client:
        from django.http import HttpResponse

        response = HttpResponse()
        codes.trust_founders_browser(response, person)
        client.cookies[codes.COOKIE] = response.cookies[codes.COOKIE].value
        return client

    @pytest.mark.django_db
    def test_the_founder_on_the_first_evening_and_then_only_for_their_own_account(self, settings: Any) -> None:
        settings.DEMO, settings.MAIL = False, "file"
        confirmed("dee@example.org")
        client = self.founders(Client())
        answer = sign_up(client, "ada@example.org")
        code = code_in_mail()
        assert code.encode() in client.get(answer.url).content
        client.post(answer.url, {"code": code})
        assert signed_in(client)
        client.post(reverse("account_logout"))
        assert self.code_shown(client, "ada@example.org")
        client.post(reverse("account_logout"))  # cancel
        assert not self.code_shown(client, "dee@example.org")

    @pytest.mark.django_db
    def test_the_unbound_cookie_opens_no_account_that_was_used_before(self, settings: Any) -> None:
        from commonweal.kit import clock

        settings.DEMO, settings.MAIL = False, "file"
        person = confirmed("dee@example.org")
        person.last_login = clock.now()
        person.save()
        assert not self.code_shown(self.founders(Client()), "dee@example.org")

    @pytest.mark.django_db
    def test_nobody_once_there_is_a_mail_server(self, settings: Any) -> None:
        settings.DEMO, settings.MAIL = False, "smtp"
        person = confirmed("ada@example.org")
        assert not self.code_shown(self.founders(Client(), person), "ada@example.org")

    @pytest.mark.django_db
    def test_a_forged_cookie_shows_nothing(self, settings: Any) -> None:
        settings.DEMO, settings.MAIL = False, "file"
        person = confirmed("ada@example.org")
        client = Client()
        client.cookies[codes.COOKIE] = f'{{"person": {person.pk}}}'
        assert not self.code_shown(client, "ada@example.org")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_signup_by_passkey",
        "account_request_login_code",
        "account_reset_password",
    ],
)
def test_every_entrance_page_keeps_to_the_policy(name: str) -> None:
    assert_plain(Client().get(reverse(name)).content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_change_password",
        "mfa_index",
        "usersessions_list",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_generate_recovery_codes",
        "account_logout",
    ],
)
def test_every_security_page_keeps_to_the_policy(name: str) -> None:
    confirmed("bo@example.org", PASSWORD)
    client = Client()
    client.post(reverse("account_login"), {"login": "bo@example.org", "password": PASSWORD})
    answer = client.get(reverse(name), follow=True)
    assert answer.status_code == 200
    assert_plain(answer.content.decode())


#: Words of people who build sign-in pages, not of people who sign in.
JARGON = re.compile(
    r"two-factor|authentication|security key|token|passwordless|invalidate|password reset", re.IGNORECASE
)


def assert_plain(page: str) -> None:
    """Strict, and in words that a tired person knows."""
    assert_strict(page)
    main = re.sub(
        r"<script.*?</script>|<[^>]*>", " ", page[page.index("<main") : page.index("</main>")], flags=re.DOTALL
    )
    assert not JARGON.findall(main)


def assert_strict(page: str) -> None:
    """No inline style, no handler attribute, no script but from a file; blocks of JSON are data, not scripts."""
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<[^>]+\son[a-z]+=", page)
    for tag in re.findall(r"<script[^>]*>", page):
        assert " src=" in tag or 'type="application/json"' in tag, tag


@pytest.mark.django_db
def test_an_authenticator_app_and_recovery_codes_make_a_second_step() -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    confirmed("two@example.org", PASSWORD)
    client = Client()
    client.post(reverse("account_login"), {"login": "two@example.org", "password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert page.url.startswith(reverse("account_reauthenticate"))
    client.post(page.url, {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    counter = next(iter(yield_hotp_counters_from_time()))
    client.post(reverse("mfa_activate_totp"), {"code": format_hotp_value(hotp_value(secret, counter))})
    shown = client.get(reverse("mfa_view_recovery_codes"))
    code = shown.context["unused_codes"][0]
    for name in ("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        assert_plain(client.get(reverse(name)).content.decode())
    client.post(reverse("account_logout"))
    answer = client.post(reverse("account_login"), {"login": "two@example.org", "password": PASSWORD})
    assert answer.url == reverse("mfa_authenticate")
    assert not signed_in(client)
    assert_plain(client.get(answer.url).content.decode())
    client.post(answer.url, {"code": code})
    assert signed_in(client)


@pytest.mark.django_db
def test_a_passkey_sign_in_is_offered_with_a_challenge() -> None:
    answer = Client().get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    assert answer.json()["request_options"]["publicKey"]["challenge"]


@pytest.mark.django_db
def test_a_closed_placeholder_cannot_sign_in() -> None:
    person = confirmed("author@example.org", PASSWORD)
    person.is_active = False
    person.save()
    client = Client()
    client.post(reverse("account_login"), {"login": "author@example.org", "password": PASSWORD})
    assert not signed_in(client)
