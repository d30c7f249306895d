import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import make_member

from commonweal.communities.models import Access, Community
from commonweal.communities.registries import DESK, MEMBER_STEPS, TODAY
from commonweal.moderation import queries
from commonweal.moderation.actions import appeal, report
from commonweal.moderation.models import Appeal, Case, Decision

from .conftest import CANARY
from .test_cases import decided, reported


def html(client: Client, name: str, *args) -> str:
    answer = client.get(reverse(f"moderation:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_member_reports_a_post_on_its_form(cast, post):
    url = reverse("moderation:report", args=["riverside", "post", post.pk])
    client = cast.sign_in(cast.ines)
    assert CANARY in client.get(url).content.decode()
    assert client.post(url, {"reason": "spam", "words": "An advert."}).status_code == 303
    assert Case.objects.get().reports.get().reporter == cast.ines
    assert "A steward will look" in html(client, "mine")


def test_a_report_without_a_reason_keeps_what_was_typed(cast, post):
    url = reverse("moderation:report", args=["riverside", "post", post.pk])
    answer = cast.sign_in(cast.ines).post(url, {"words": "Something is off here."})
    assert answer.status_code == 422
    assert "Something is off here." in answer.content.decode()


def test_guests_sign_in_and_unknown_things_are_absent(cast, post):
    url = reverse("moderation:report", args=["riverside", "post", post.pk])
    assert Client().get(url).status_code == 302
    client = cast.sign_in(cast.ines)
    assert client.get(reverse("moderation:report", args=["riverside", "post", 999999])).status_code == 404
    assert client.get(reverse("moderation:report", args=["riverside", "planet", 1])).status_code == 404


def test_the_desk_is_for_stewards_only(cast, post):
    reported(cast.ines, post)
    assert f"/case/{Case.objects.get().pk}/" in html(cast.sign_in(cast.dee), "desk", "riverside")
    for other in (cast.bo, cast.sol, cast.ines):
        assert cast.sign_in(other).get(reverse("moderation:desk", args=["riverside"])).status_code == 404


def test_a_steward_decides_on_the_case_page(cast, post):
    case = reported(cast.ines, post).case
    client = cast.sign_in(cast.dee)
    page = html(client, "case", "riverside", case.pk)
    assert CANARY in page
    assert "Ines" in page
    url = reverse("moderation:case", args=["riverside", case.pk])
    fields = {"measure": "withhold", "reason": "harassment", "explanation": "It puts somebody down."}
    assert client.post(url, fields).status_code == 303
    assert Decision.objects.get().steward == cast.dee


def test_a_steward_never_sees_a_case_about_themselves(cast):
    case = report(membership=cast.ines, kind="member", thing=cast.dee, reason="rules").case
    client = cast.sign_in(cast.dee)
    assert client.get(reverse("moderation:case", args=["riverside", case.pk])).status_code == 404
    assert f"/case/{case.pk}/" not in html(client, "desk", "riverside")


def test_a_steward_who_reported_sees_the_case_but_no_form(cast, post):
    case = reported(cast.dee, post).case
    page = html(cast.sign_in(cast.dee), "case", "riverside", case.pk)
    assert "another steward has to decide" in page
    assert 'name="measure"' not in page


def test_the_author_reads_the_reason_appeals_and_never_learns_who_reported(cast, post):
    decision = decided(cast, post)
    client = cast.sign_in(cast.bo)
    page = html(client, "about_me", decision.case_id)
    assert "It puts somebody down." in page
    assert "Ines" not in page
    assert "Please look." not in page
    url = reverse("moderation:about_me", args=[decision.case_id])
    assert client.post(url, {"words": "I meant the bus."}).status_code == 303
    assert Appeal.objects.get().membership == cast.bo
    assert "Another steward is looking at it" in html(client, "about_me", decision.case_id)


def test_nobody_else_reads_the_decision_about_somebody(cast, post):
    decision = decided(cast, post)
    for other in (cast.ines, cast.dee, cast.chen):
        client = cast.sign_in(other)
        assert client.get(reverse("moderation:about_me", args=[decision.case_id])).status_code == 404


def test_the_appeal_form_is_shown_to_the_other_steward_only(cast, post):
    decision = decided(cast, post)
    appeal(person=cast.bo.person, decision=decision, words="I meant the bus.")
    assert 'name="upheld"' in html(cast.sign_in(cast.ada), "case", "riverside", decision.case_id)
    assert 'name="upheld"' not in html(cast.sign_in(cast.dee), "case", "riverside", decision.case_id)
    url = reverse("moderation:case", args=["riverside", decision.case_id])
    cast.sign_in(cast.ada).post(url, {"upheld": "back", "explanation": "You are right."})
    post.refresh_from_db()
    assert post.withheld_at is None


def test_the_log_has_no_names_and_no_words(cast, post):
    appeal(person=cast.bo.person, decision=decided(cast, post), words="I meant the bus.")
    page = html(Client(), "log", "riverside")
    assert "Taken out of sight" in page
    assert "being looked at" in page
    for secret in (CANARY, "Bo", "Dee", "Ines", "It puts somebody down.", "I meant the bus.", "Please look."):
        assert not re.search(rf"\b{re.escape(secret)}\b", page)


def test_the_log_of_a_members_community_is_for_members(cast, post):
    decided(cast, post)
    Community.objects.update(access=Access.REQUEST)
    assert Client().get(reverse("moderation:log", args=["riverside"])).status_code == 404
    assert "Taken out of sight" in html(cast.sign_in(cast.ines), "log", "riverside")


def test_the_name_of_an_anonymous_author_is_not_on_the_case_page(cast, post):
    from commonweal.conversations.actions import reply, start_topic

    topic = start_topic(membership=cast.bo, title="May I ask", text="Something hard.", anonymous=True)
    mine = reply(membership=cast.bo, topic=topic, text="And more.")
    case = reported(cast.ines, mine).case
    page = html(cast.sign_in(cast.dee), "case", "riverside", case.pk)
    assert "Somebody who asked anonymously" in page
    assert "<strong>Bo</strong>" not in page


def test_stewards_find_cases_on_today_and_members_do_not(cast, post):
    reported(cast.ines, post)
    assert len(list(TODAY["moderation"](cast.dee.person, [cast.dee]))) == 1
    assert list(TODAY["moderation"](cast.bo.person, [cast.bo])) == []


def test_a_person_page_offers_to_report_others_but_not_oneself(cast):
    label, url = MEMBER_STEPS["report"](cast.ines, cast.bo)
    assert url == reverse("moderation:report", args=["riverside", "member", cast.bo.pk])
    assert label
    assert MEMBER_STEPS["report"](cast.ines, cast.ines) is None


def test_every_source_of_the_desk_has_its_group_and_safety_stands_first():
    named = [key for _label, keys in queries.GROUPS for key in keys]
    assert sorted(named) == sorted(key for key, _source in DESK.items())
    assert "concerns" in queries.GROUPS[0][1]


def test_the_desk_says_each_heading_once_and_what_is_most_urgent_first(cast, post):
    reported(cast.sol, post)
    groups = queries.desk_of(cast.dee)
    labels = [str(group.label) for group in groups]
    assert "Reports and appeals" in labels
    assert len(labels) == len(set(labels))
    for group in groups:
        due = [row.due for row in group.rows if row.due]
        assert due == sorted(due)


def test_the_desk_and_the_log_cost_the_same_for_few_and_many(cast, post, django_assert_num_queries):
    def queries(who, name: str) -> int:
        client = cast.sign_in(who)
        client.get(reverse(f"moderation:{name}", args=["riverside"]))
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse(f"moderation:{name}", args=["riverside"]))
        return len(caught)

    decided(cast, post, "keep")
    reported(cast.sol, post)
    few = queries(cast.dee, "desk"), queries(cast.dee, "log")
    for n in range(12):
        someone = make_member(cast.community, f"Someone{n}")
        report(membership=make_member(cast.community, f"Other{n}"), kind="member", thing=someone, reason="spam")
    assert (queries(cast.dee, "desk"), queries(cast.dee, "log")) == few
    with django_assert_num_queries(2):
        list(DESK["moderation"](cast.dee))
