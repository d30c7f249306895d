import re

import pytest
from django.core import mail as outgoing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweal.notices.jobs import send_waiting_mail
from commonweal.notices.models import Mail, Notice, NoticeChoice
from commonweal.notices.queries import all_choices_of
from commonweal.notices.stops import DIGEST, url_for


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def test_the_inbox_shows_ones_own_notices_and_ends(cast, happen):
    happen(cast.bo)
    page = cast.sign_in(cast.bo).get(reverse("notices:inbox")).content.decode()
    assert "Ada answered in The night bus." in page
    assert "caught up" in page
    other = cast.sign_in(cast.ines).get(reverse("notices:inbox")).content.decode()
    assert "The night bus" not in other


def test_a_guest_is_sent_to_sign_in(db):
    assert Client().get(reverse("notices:inbox")).status_code == 302


def test_opening_a_notice_reads_it_and_goes_there(cast, happen):
    happen(cast.bo)
    notice = Notice.objects.get()
    answer = cast.sign_in(cast.bo).get(reverse("notices:go", args=[notice.pk]))
    assert answer.url == "/c/riverside/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_nobody_opens_the_notice_of_another(cast, happen):
    happen(cast.bo)
    notice = Notice.objects.get()
    assert cast.sign_in(cast.ines).get(reverse("notices:go", args=[notice.pk])).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


@pytest.mark.parametrize("url", ["https://example.org/", "//example.org/", "javascript:alert(1)", "/\\example.org"])
def test_a_notice_never_leads_off_this_site(cast, happen, url):
    happen(cast.bo)
    Notice.objects.update(url=url)
    answer = cast.sign_in(cast.bo).get(reverse("notices:go", args=[Notice.objects.get().pk]))
    assert answer.url == reverse("notices:inbox")


def test_all_can_be_marked_as_read_at_once(cast, happen):
    happen(cast.bo)
    happen(cast.bo)
    client = cast.sign_in(cast.bo)
    assert client.post(reverse("notices:read_all")).status_code == 303
    assert not Notice.objects.filter(read_at__isnull=True).exists()


def test_the_settings_are_kept_and_only_what_changed_is_written(cast, happen):
    client = cast.sign_in(cast.bo)
    held = all_choices_of(cast.bo.person_id)
    fields = {f"{key}-email": chosen.email for key, chosen in held.items()}
    fields |= {f"{key}-inbox": "on" for key in held if key != "test.calm"}
    fields["test.urgent-email"] = "off"
    assert client.post(reverse("notices:settings"), fields).status_code == 303
    assert {c.kind for c in NoticeChoice.objects.all()} == {"test.calm", "test.urgent"}
    held = all_choices_of(cast.bo.person_id)
    assert not held["test.calm"].inbox
    assert held["test.urgent"].email == "off"


def test_a_wrong_choice_is_explained(cast, happen):
    answer = cast.sign_in(cast.bo).post(reverse("notices:settings"), {"test.calm-email": "hourly"})
    assert answer.status_code == 422
    assert "Choose one of the three" in answer.content.decode()


def test_unsubscribing_works_without_signing_in_and_only_for_that_kind(cast, happen):
    happen(cast.bo, urgent=True)
    send_waiting_mail()
    url = path_of(outgoing.outbox[0].extra_headers["List-Unsubscribe"].strip("<>"))
    mail_program = Client(enforce_csrf_checks=True)
    assert "Stop this mail?" in mail_program.get(url).content.decode()
    assert not NoticeChoice.objects.exists()
    answer = mail_program.post(url, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    held = all_choices_of(cast.bo.person_id)
    assert held["test.urgent"].email == "off"
    assert held["test.urgent"].inbox
    assert held["test.calm"].email == "daily"
    happen(cast.bo, urgent=True)
    assert Mail.objects.count() == 1


def test_stopping_mail_by_mistake_can_be_undone_on_the_spot(cast, happen):
    url = path_of(url_for(cast.bo.person_id, DIGEST))
    client = Client(enforce_csrf_checks=True)
    page = client.post(url).content.decode()
    assert {chosen.email for chosen in all_choices_of(cast.bo.person_id).values()} <= {"off", "at_once"}
    kinds = re.findall(r'name="kind" value="([^"]+)"', page)
    client.post(url, {"resume": "1", "kind": kinds})
    assert all_choices_of(cast.bo.person_id)["test.calm"].email == "daily"


def test_the_stop_page_speaks_the_recipients_language(cast, happen):
    cast.bo.person.language = "ar"
    cast.bo.person.save()
    page = Client().get(path_of(url_for(cast.bo.person_id, "test.calm"))).content.decode()
    assert 'lang="ar"' in page


def test_a_forged_stop_link_is_refused(cast, happen):
    url = path_of(url_for(cast.bo.person_id, "test.calm"))
    assert Client().post(url[:-2] + "x/").status_code == 404
    assert not NoticeChoice.objects.exists()


def test_the_inbox_costs_the_same_for_few_and_many(cast, happen):
    client = cast.sign_in(cast.bo)
    happen(cast.bo)
    client.get(reverse("notices:inbox"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("notices:inbox"))
    for _n in range(30):
        happen(cast.bo)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("notices:inbox"))
    assert len(many) == len(few) <= 8


def test_the_count_in_the_shell_stops_at_a_hundred(cast, happen, django_assert_num_queries):
    from commonweal.notices.queries import unread_count

    step = happen(cast.ines)
    base = Notice.objects.get()
    for _n in range(130):
        base.pk, base.person_id, base.step = None, cast.bo.person_id, step.pk.__class__(int=_n)
        base.save()
    with django_assert_num_queries(1):
        assert unread_count(cast.bo.person_id) == 100
