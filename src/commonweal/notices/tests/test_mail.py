import smtplib
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.core import mail as outgoing
from django.core.mail.backends.locmem import EmailBackend

from commonweal.kit import clock
from commonweal.kit.health import HEALTH
from commonweal.kit.posting import claim
from commonweal.notices import actions, mail
from commonweal.notices.jobs import make_digests, send_waiting_mail
from commonweal.notices.models import Mail, Notice

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Stands for kill -9: nothing after it runs, not even handlers of Exception."""


class Breaking(EmailBackend):
    """The mail server of these tests: does what `error` says while a message is handed over."""

    error: BaseException | None = None

    def send_messages(self, messages):
        if Breaking.error is not None:
            raise Breaking.error
        return super().send_messages(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Breaking"
    Breaking.error = None
    yield Breaking
    Breaking.error = None


def test_mail_has_both_parts_and_one_click_headers(cast, happen):
    happen(cast.bo, urgent=True)
    send_waiting_mail()
    message = outgoing.outbox[0]
    assert message.to == ["bo@example.org"]
    assert message.subject == "Ada answered in The night bus."
    assert "Ada answered in The night bus." in message.body
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert "Ada answered in The night bus." in html
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.extra_headers["List-Unsubscribe"].startswith("<http")
    assert Mail.objects.get().sent_at is not None


def test_what_a_person_typed_is_escaped_in_the_html_part_only(cast, happen):
    happen(cast.bo, urgent=True)
    Notice.objects.update(params={"name": "<b>Ada</b>\nBcc: x@example.org", "title": "Tea & cake"})
    send_waiting_mail()
    message = outgoing.outbox[0]
    assert "\n" not in message.subject
    assert "Tea & cake" in message.body
    assert "<b>" not in message.alternatives[0][0]


def test_mail_is_in_the_recipients_language(cast, happen):
    cast.bo.person.language = "es"
    cast.bo.person.save()
    happen(cast.bo, urgent=True)
    send_waiting_mail()
    assert outgoing.outbox[0].extra_headers["Content-Language"] == "es"
    assert '<html lang="es">' in outgoing.outbox[0].alternatives[0][0]


def test_mail_is_sent_once_however_often_the_job_runs(cast, happen):
    happen(cast.bo, urgent=True)
    for _again in range(3):
        send_waiting_mail()
    assert len(outgoing.outbox) == 1


def test_a_sender_killed_between_claim_and_send_sends_nothing_twice(cast, happen, server):
    happen(cast.bo, urgent=True)
    server.error = Killed()
    with pytest.raises(Killed):
        send_waiting_mail()
    server.error = None
    send_waiting_mail()
    assert outgoing.outbox == []
    with clock.at(clock.now() + timedelta(minutes=6)):
        send_waiting_mail()
        assert outgoing.outbox == []
        assert Mail.objects.get().uncertain_at is not None
        assert HEALTH["mail"]().state == "look"


def test_an_unreachable_mail_server_leaves_every_mail_waiting(cast, happen):
    happen(cast.bo, urgent=True)
    with patch.object(EmailBackend, "open", side_effect=ConnectionRefusedError), pytest.raises(ConnectionRefusedError):
        send_waiting_mail()
    assert Mail.objects.get().claimed_at is None
    send_waiting_mail()
    assert len(outgoing.outbox) == 1


def test_a_temporary_refusal_is_tried_again_later(cast, happen, server):
    happen(cast.bo, urgent=True)
    server.error = smtplib.SMTPRecipientsRefused({"bo@example.org": (451, b"busy")})
    send_waiting_mail()
    server.error = None
    with clock.at(clock.now() + timedelta(minutes=2)):
        send_waiting_mail()
    assert len(outgoing.outbox) == 1


def test_a_final_refusal_is_not_tried_again(cast, happen, server):
    happen(cast.bo, urgent=True)
    server.error = smtplib.SMTPRecipientsRefused({"bo@example.org": (550, b"no such mailbox")})
    send_waiting_mail()
    server.error = None
    with clock.at(clock.now() + timedelta(days=1)):
        send_waiting_mail()
    assert outgoing.outbox == []
    assert Mail.objects.get().problem == "the mail server said 550"


def test_a_line_that_breaks_while_sending_is_uncertain_and_not_repeated(cast, happen, server):
    happen(cast.bo, urgent=True)
    server.error = smtplib.SMTPServerDisconnected("gone")
    send_waiting_mail()
    server.error = None
    send_waiting_mail()
    assert outgoing.outbox == []
    assert Mail.objects.get().uncertain_at is not None


def test_health_says_when_mail_does_not_go_out(cast, happen):
    assert HEALTH["mail"]().state == "good"
    happen(cast.bo, urgent=True)
    with clock.at(clock.now() + timedelta(hours=2)):
        assert HEALTH["mail"]().state == "bad"


def at(hour: int, minute: int = 0, day: int = 10):
    return clock.at(datetime(2026, 11, day, hour, minute, tzinfo=UTC))


def test_the_digest_comes_at_seven_in_the_persons_zone(cast, happen):
    cast.bo.person.time_zone = "America/Bogota"  # five hours behind UTC
    cast.bo.person.save()
    with at(6):
        happen(cast.bo, cast.ines)
        happen(cast.bo)
    with at(7):
        make_digests()
        send_waiting_mail()
        assert [m.to for m in outgoing.outbox] == [["ines@example.org"]]
    with at(12):
        make_digests()
        send_waiting_mail()
    assert outgoing.outbox[1].to == ["bo@example.org"]
    assert outgoing.outbox[1].subject == "2 things for you"
    assert outgoing.outbox[1].body.count("Ada answered in The night bus.") == 2


def test_one_digest_a_day_and_nothing_twice_in_it(cast, happen):
    with at(6):
        happen(cast.bo)
    with at(7):
        make_digests()
        make_digests()
    with at(8):
        happen(cast.bo)
        make_digests()
        send_waiting_mail()
        assert len(outgoing.outbox) == 1
    with at(7, day=11):
        make_digests()
        send_waiting_mail()
    assert len(outgoing.outbox) == 2
    assert outgoing.outbox[1].body.count("The night bus") == 1


def test_what_was_read_before_seven_is_not_in_the_digest(cast, happen):
    with at(6):
        happen(cast.bo)
        actions.mark_all_read(person=cast.bo.person)
    with at(7):
        make_digests()
        assert mail.deliver() == 0


def test_two_senders_never_claim_the_same_mail(cast, happen):
    happen(cast.bo, urgent=True)
    this = Mail.objects.get()
    assert claim(this)
    assert not claim(this)
