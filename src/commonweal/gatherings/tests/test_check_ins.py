from __future__ import annotations

import json
import re
import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outgoing
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.world import run_outbox

from commonweal.communities.registries import NEED_YOU
from commonweal.gatherings.checkin import hooks, letters
from commonweal.gatherings.checkin.actions import cancel_check_in, come_home, need_longer, start_check_in
from commonweal.gatherings.checkin.contacts import NewContact, answer_as_contact, forget_contact, name_contact
from commonweal.gatherings.checkin.jobs import forget_check_ins, look_after_check_ins, send_letters
from commonweal.gatherings.models import CheckIn, CheckInEnd, ContactAnswer, Letter, TrustedContact
from commonweal.kit import clock
from commonweal.kit.errors import Refused, TooMany
from commonweal.kit.health import HEALTH
from commonweal.notices.models import Notice
from commonweal.people.models import Person
from commonweal.trail.models import Step

from .test_gatherings import come, planned

SAM = NewContact(name="Sam", email="sam@outside.example", known_as="Boris")
WORDS = "Coffee with Ines in the library café. If I do not answer, call my sister."
START = clock.now().replace(microsecond=0)


def minutes(n: float) -> Any:
    """The moment `n` minutes after the end of the check-in."""
    return clock.at(START + timedelta(hours=2, minutes=n))


def set_out(person: Person, *, agrees: bool = True, grace: int = 30, **more: Any) -> CheckIn:
    with clock.at(START):
        made = start_check_in(
            person=person, contact=SAM, words=WORDS, ends_at=START + timedelta(hours=2), grace=grace, **more
        )
        send_letters()
        if agrees:
            answer_as_contact(contact=TrustedContact.objects.get(person=person), agrees=True)
    return made


def tick() -> None:
    """What the worker does every minute."""
    look_after_check_ins()
    send_letters()


def sent_to(address: str) -> list[str]:
    return [message.subject for message in outgoing.outbox if message.to == [address]]


def to_sam() -> list[str]:
    return sent_to("sam@outside.example")[1:]  # after the question


# The contact


def test_a_contact_is_asked_once_and_hears_nothing_of_where_the_person_is_a_member(cast: Cast) -> None:
    with clock.at(START):
        contact = name_contact(person=cast.bo.person, new=SAM)
        assert name_contact(person=cast.bo.person, new=SAM) == contact
        for _again in range(3):
            send_letters()
    (message,) = outgoing.outbox
    assert message.to == ["sam@outside.example"]
    assert "Boris" in message.subject
    assert cast.community.name not in message.body + message.subject
    assert "Bo " not in message.body
    assert reverse("gatherings:agree", args=[contact.token]) in message.body


def test_a_contact_agrees_by_the_link_and_may_stop_at_any_time(cast: Cast) -> None:
    made = set_out(cast.bo.person, agrees=False)
    page = reverse("gatherings:agree", args=[made.contact.token])
    guest = Client()
    assert "Boris" in guest.get(page).content.decode()
    assert not ContactAnswer.objects.exists(), "looking is not agreeing: mail readers look ahead"
    guest.post(page, {"answer": "yes"})
    assert ContactAnswer.objects.get().agrees
    guest.post(page, {"answer": "no"})
    contact = TrustedContact.objects.get()
    assert (contact.name, contact.email, contact.known_as) == ("", "", "")
    run_outbox()
    told = Notice.objects.filter(person=cast.bo.person, kind="check-ins").order_by("pk")
    assert [n.text.split(".")[0] for n in told][-1].startswith("Somebody you named as trusted contact would rather not")
    with pytest.raises(Refused):
        name_contact(person=cast.bo.person, new=SAM)
    guest.post(page, {"answer": "yes"})
    assert not ContactAnswer.objects.get().agrees
    with minutes(40):
        tick()
    with minutes(55):
        tick()
    assert to_sam() == []


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewContact("http://buy.example", "sam@outside.example", "Boris"), "name"),
        (NewContact("Sam", "sam@outside.example", "win www.prize.example"), "known_as"),
        (NewContact("Sam", "no address", "Boris"), "email"),
        (NewContact("Sam", "BO@example.org", "Boris"), "email"),
        (NewContact("", "sam@outside.example", "Boris"), "name"),
    ],
)
def test_a_contact_is_somebody_else_with_a_name_that_is_a_name(cast: Cast, new: NewContact, field: str) -> None:
    with pytest.raises(Refused) as refused:
        name_contact(person=cast.bo.person, new=new)
    assert refused.value.field == field


def test_nobody_can_use_contacts_to_send_many_letters(cast: Cast) -> None:
    for n in range(5):
        name_contact(person=cast.bo.person, new=NewContact("Sam", f"sam{n}@outside.example", "Boris"))
    with pytest.raises(TooMany):
        name_contact(person=cast.bo.person, new=NewContact("Sam", "sam6@outside.example", "Boris"))
    for who in (cast.ada, cast.dee, cast.ines):
        name_contact(person=who.person, new=SAM)
    with pytest.raises(TooMany):
        name_contact(person=cast.sol.person, new=SAM)


def test_a_contact_somebody_counts_on_stays_and_goes_afterwards(cast: Cast) -> None:
    made = set_out(cast.bo.person)
    with pytest.raises(Refused):
        forget_contact(person=cast.bo.person, contact=made.contact)
    come_home(check_in=made)
    with pytest.raises(Refused):
        forget_contact(person=cast.ines.person, contact=made.contact)
    forget_contact(person=cast.bo.person, contact=made.contact)
    assert not TrustedContact.objects.exists()


# In time


def test_the_person_is_asked_twice_and_then_the_contact_reads_exactly_the_words_once(cast: Cast) -> None:
    made = set_out(cast.bo.person)
    seen = []
    for n in range(-5, 90):
        with minutes(n):
            tick()
            tick()
        seen.append((n, len(sent_to("bo@example.org")), len(to_sam())))
    first = {count: n for n, count, _told in reversed(seen) if count}
    assert first[1] >= 0
    assert 15 <= first[2] <= 16
    assert max(count for _n, count, _told in seen) == 2
    told_at = [n for n, _count, told in seen if told]
    assert told_at[0] == 30
    assert seen[-1][2] == 1
    alert = next(m for m in outgoing.outbox if m.to == ["sam@outside.example"] and "not said" in m.subject)
    assert WORDS in alert.body
    check_in = CheckIn.objects.get()
    assert (
        alert.body
        == letters.alerting(
            check_in.contact, words=WORDS, ends_at=check_in.ends_at, zone=check_in.person.time_zone
        ).text
    )
    for private in ("bo@example.org", "Bo ", cast.community.name, made.token):
        assert private not in alert.body
    run_outbox()
    assert Notice.objects.filter(person=cast.bo.person, kind="check-ins", mail__isnull=False).count() == 0
    with minutes(100):
        come_home(check_in=made)
        tick()
        tick()
    assert [subject for subject in to_sam() if "is home" in subject] == ["Boris is home"]


def test_who_is_home_in_time_is_left_in_peace(cast: Cast) -> None:
    made = set_out(cast.bo.person)
    with minutes(-10):
        come_home(check_in=made)
        come_home(check_in=made)
    for n in range(0, 120, 5):
        with minutes(n):
            tick()
    assert sent_to("bo@example.org") == to_sam() == []
    assert CheckInEnd.objects.count() == 1


def test_home_after_a_nudge_tells_nobody(cast: Cast) -> None:
    made = set_out(cast.bo.person)
    with minutes(1):
        tick()
    with minutes(2):
        come_home(check_in=made)
    for n in range(3, 90, 3):
        with minutes(n):
            tick()
    assert len(sent_to("bo@example.org")) == 1
    assert to_sam() == []


def test_one_tap_in_the_mail_says_home_without_signing_in_and_looking_at_it_does_not(cast: Cast) -> None:
    made = set_out(cast.bo.person)
    with minutes(1):
        tick()
        link = re.search(r"/home/\S+", next(m for m in outgoing.outbox if m.to == ["bo@example.org"]).body).group()  # type: ignore[union-attr]
        guest = Client()
        assert WORDS not in guest.get(link).content.decode()
        assert not CheckInEnd.objects.exists()
        assert "Good that you are home" in guest.post(link, follow=True).content.decode()
    assert CheckInEnd.objects.get().check_in == made


def test_home_from_today_is_one_tap_that_needs_no_script(cast: Cast) -> None:
    made = set_out(cast.bo.person)
    client = cast.sign_in(cast.bo)
    with minutes(5):
        (row,) = hooks.on_today(cast.bo.person, [cast.bo])
        assert (row.group, row.title) == (NEED_YOU, "Are you home?")
        html = client.get("/").content.decode()
        assert re.search(r'<form method="post" id="tap">\s*<input type="hidden" name="csrfmiddlewaretoken"', html)
        assert f'form="tap" formaction="{row.post}"' in html
        client.post(row.post)
    assert CheckInEnd.objects.get().how == "home"
    assert 'id="tap"' not in client.get("/").content.decode()
    assert CheckIn.objects.get() == made


def test_longer_means_later_and_the_questions_come_anew(cast: Cast) -> None:
    made = set_out(cast.bo.person)
    with minutes(5):
        tick()
        later = need_longer(check_in=made, minutes=60)
    assert later.alert_at == later.ends_at + timedelta(minutes=30)
    for n in range(6, 90):
        with minutes(n):
            tick()
    assert to_sam() == []
    assert len(sent_to("bo@example.org")) == 3
    with minutes(96):
        tick()
    assert len(to_sam()) == 1
    with minutes(97), pytest.raises(Refused):
        need_longer(check_in=made, minutes=60)
    with minutes(97), pytest.raises(Refused):
        cancel_check_in(check_in=made)


def test_cancelled_is_silent_for_good(cast: Cast) -> None:
    made = set_out(cast.bo.person)
    with minutes(1):
        look_after_check_ins()
        cancel_check_in(check_in=made)
    for n in range(2, 90, 4):
        with minutes(n):
            tick()
    assert sent_to("bo@example.org") == to_sam() == []


def test_a_contact_who_never_agreed_is_never_written_to_and_the_person_is_told_so(cast: Cast) -> None:
    made = set_out(cast.bo.person, agrees=False)
    page = cast.sign_in(cast.bo).get(reverse("gatherings:check_in", args=[made.pk])).content.decode()
    assert "Sam has not agreed yet" in page
    for n in range(0, 90, 3):
        with minutes(n):
            tick()
    assert to_sam() == []
    nudge = next(m for m in outgoing.outbox if m.to == ["bo@example.org"])
    assert "has not agreed" in nudge.body


# When things go wrong


def test_after_an_hour_without_a_worker_what_is_due_is_sent_once_and_the_person_is_asked_first(cast: Cast) -> None:
    set_out(cast.bo.person)
    with minutes(75):  # the worker was down from before the end
        tick()
        tick()
        assert (len(sent_to("bo@example.org")), to_sam()) == (1, [])
    for n in (80, 84):
        with minutes(n):
            tick()
            assert to_sam() == []
    for n in (85, 86, 90, 120):
        with minutes(n):
            tick()
    assert len(to_sam()) == 1
    assert len(sent_to("bo@example.org")) == 2


def test_a_worker_down_in_the_grace_period_sends_what_is_due_at_once_when_it_is_back(cast: Cast) -> None:
    set_out(cast.bo.person)
    with minutes(0):
        tick()
    with minutes(70):
        tick()
        tick()
    assert len(to_sam()) == 1
    assert len(sent_to("bo@example.org")) == 2


class Breaking(EmailBackend):
    """The mail server of these tests: does what `error` says while a message is handed over."""

    error: BaseException | None = None
    during: Any = None

    def send_messages(self, messages: Any) -> int:
        if Breaking.during is not None:
            Breaking.during()
        if Breaking.error is not None:
            raise Breaking.error
        return super().send_messages(messages)


@pytest.fixture
def server(settings: Any) -> Any:
    settings.EMAIL_BACKEND = f"{__name__}.Breaking"
    yield Breaking
    Breaking.error = Breaking.during = None


def test_a_sender_killed_while_sending_sends_nothing_twice_and_the_good_news_still_comes(
    cast: Cast, server: type[Breaking]
) -> None:
    made = set_out(cast.bo.person)
    with minutes(0):
        tick()
    with minutes(31):
        look_after_check_ins()
        server.error = SystemExit()
        with pytest.raises(SystemExit):
            send_letters()
        server.error = None
        send_letters()
    with minutes(40):
        tick()
        # The first killed letter was one of two that waited; the contact's may have gone out, nobody knows.
        come_home(check_in=made)
        send_letters()
    alerts = [subject for subject in to_sam() if "not said" in subject]
    assert len(alerts) <= 1
    assert Letter.objects.filter(uncertain_at__isnull=False).count() == 1
    assert [subject for subject in to_sam() if "is home" in subject] == ["Boris is home"]
    assert HEALTH["check-in letters"]().state == "look"


def test_home_while_the_letter_is_on_its_way_is_followed_by_the_good_news(cast: Cast, server: type[Breaking]) -> None:
    made = set_out(cast.bo.person)
    with minutes(0):
        tick()
    with minutes(16):
        tick()
    with minutes(31):
        look_after_check_ins()

        def taps() -> None:
            server.during = None
            come_home(check_in=made)

        server.during = taps
        send_letters()
        send_letters()
    assert [subject.split(" ", 1)[1] for subject in to_sam()] == ["has not said yet that they are home", "is home"]


def test_home_before_a_refused_letter_is_tried_again_means_it_never_goes(cast: Cast, server: type[Breaking]) -> None:
    made = set_out(cast.bo.person)
    for n in (0, 16):
        with minutes(n):
            tick()
    with minutes(31):
        look_after_check_ins()
        server.error = smtplib.SMTPRecipientsRefused({"sam@outside.example": (451, b"busy")})
        send_letters()
        server.error = None
        come_home(check_in=made)
    for n in (33, 60):
        with minutes(n):
            tick()
    assert to_sam() == []


def test_home_and_the_job_at_the_same_moment_never_leave_the_contact_without_the_good_news(
    in_threads: Any, request: pytest.FixtureRequest
) -> None:
    cast: Cast = request.getfixturevalue("cast")
    made = set_out(cast.bo.person)
    for n in (0, 16):
        with minutes(n):
            tick()

    def late(act: Any) -> Any:
        with minutes(31):
            return act()

    in_threads(lambda: late(tick), lambda: late(lambda: come_home(check_in=made)))
    with minutes(32):
        tick()
    told = [subject.split(" ", 1)[1] for subject in to_sam()]
    assert told in ([], ["has not said yet that they are home", "is home"])
    assert CheckInEnd.objects.count() == 1


def test_the_question_goes_out_the_moment_it_is_due_and_health_says_when_it_does_not(cast: Cast) -> None:
    set_out(cast.bo.person)
    with minutes(1):
        look_after_check_ins()
        assert HEALTH["check-in letters"]().state == "good"
    with minutes(15):
        assert HEALTH["check-in letters"]().state == "bad"


# Whose it is


def test_it_is_arranged_from_a_gathering_with_the_whole_letter_shown_first(cast: Cast) -> None:
    made = planned(cast.ada)
    come(cast.bo, made)
    client = cast.sign_in(cast.bo)
    url = f"{reverse('gatherings:check_in_new')}?gathering={made.pk}"
    assert url in client.get(reverse("gatherings:gathering", args=["riverside", made.pk])).content.decode()
    page = client.get(url).content.decode()
    assert "Soup by the river" in page
    assert "Quince" not in page
    data = {
        "contact": "new", "name": "Sam", "email": "sam@outside.example", "known_as": "Boris", "grace": "30",
        "day": (made.ends_at + timedelta(hours=1)).date().isoformat(),
        "until": (made.ends_at + timedelta(hours=1)).strftime("%H:%M"), "words": WORDS, "plan": "Soup",
        "submission": "11111111-1111-1111-1111-111111111111",
    }  # fmt: skip
    shown = client.post(url, {**data, "step": "look"}).content.decode()
    assert WORDS.split(".")[0] in shown
    assert not CheckIn.objects.exists()
    for _twice in range(2):
        client.post(url, {**data, "step": "start"})
    found = CheckIn.objects.get()
    assert (found.gathering, found.words, found.plan) == (made, WORDS, "Soup")


def test_what_was_typed_is_kept_beside_the_reason(cast: Cast) -> None:
    data = {"contact": "new", "name": "Sam", "email": "sam@", "known_as": "", "grace": "30", "day": "2020-01-01",
            "until": "10:00", "words": WORDS, "step": "look"}  # fmt: skip
    answer = cast.sign_in(cast.bo).post(reverse("gatherings:check_in_new"), data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "This time has passed" in html
    assert "This is needed to ask them" in html
    assert WORDS.split(".")[0] in html


def test_a_gathering_that_is_not_ones_own_fills_in_nothing(cast: Cast) -> None:
    made = planned(cast.bo, title="Tea for two", only_for=(cast.bo.pk, cast.ines.pk))
    for number in (made.pk, 99_999, "x"):
        page = cast.sign_in(cast.sol).get(f"{reverse('gatherings:check_in_new')}?gathering={number}")
        assert "Tea for two" not in page.content.decode()


def test_nobody_else_finds_it_stewards_neither_and_the_trail_holds_no_word_of_it(cast: Cast) -> None:
    made = set_out(cast.bo.person)
    for name in ("check_in", "home", "longer", "cancel_check_in"):
        url = reverse(f"gatherings:{name}", args=[made.pk])
        for who in (cast.ada, cast.dee, cast.ines):
            client = cast.sign_in(who)
            assert client.get(url).status_code in (404, 405)
            assert client.post(url).status_code in (404, 405)
    assert Client().get(reverse("gatherings:home_by_link", args=["none"])).status_code == 404
    assert Client().get(reverse("gatherings:agree", args=["none"])).status_code == 404
    steps = Step.objects.filter(subject_type__in=["gatherings.checkin", "gatherings.trustedcontact"])
    assert steps.count() >= 3
    assert {(step.actor, step.community) for step in steps} == {(None, None)}
    assert all(step.keep_until is not None for step in steps)
    assert "Sam" not in json.dumps([step.data for step in steps])


def test_it_is_in_ones_own_data_and_goes_with_the_account_or_a_week_later(cast: Cast) -> None:
    made = set_out(cast.bo.person, plan="Coffee")
    kept = hooks.export(cast.bo.person)
    assert kept["check_ins"][0]["words"] == WORDS
    assert kept["trusted_contacts"][0]["email"] == "sam@outside.example"
    assert hooks.export(cast.ines.person) == {"trusted_contacts": [], "check_ins": []}
    with minutes(0):
        come_home(check_in=made)
    with clock.at(START + timedelta(days=6)):
        forget_check_ins()
        assert CheckIn.objects.exists()
    with clock.at(START + timedelta(days=8)):
        forget_check_ins()
        assert not CheckIn.objects.exists()
        assert TrustedContact.objects.exists()
    with clock.at(START + timedelta(days=92)):
        forget_check_ins()
    assert not TrustedContact.objects.exists()
    set_out(cast.ines.person)
    hooks.erase(cast.ines.person)
    assert not CheckIn.objects.exists()
    assert not Letter.objects.exists()


def test_a_week_of_silence_does_not_delete_a_check_in_that_is_not_over(cast: Cast) -> None:
    set_out(cast.bo.person)
    with clock.at(START + timedelta(days=9)):
        forget_check_ins()
        assert CheckIn.objects.exists()
    with clock.at(START + timedelta(days=40)):
        forget_check_ins()
        assert not CheckIn.objects.exists()
