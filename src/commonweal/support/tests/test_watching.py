"""What a match does: help is shown, people are told, two kinds are held, and only stewards read of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from commonweal.conversations.actions import change_post, reply, start_topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.registries import EXPORT_SECTIONS
from commonweal.support.actions import ask_for_support, go_on_duty
from commonweal.support.escalation import escalate_due
from commonweal.support.models import Circumstances, Concern, Hold, MatchStep, PhraseMatch, SupportRequest
from commonweal.support.personal import erase, export
from commonweal.support.tells_requests import of_help_shown, of_holding, of_keeping_aside, of_watching
from commonweal.support.watching import forget_old_matches, keep_aside, release
from commonweal.trail.models import Step

pytestmark = pytest.mark.django_db
PAIN = "I want to die and nobody knows."
METHOD = "How many pills would kill me?"
PACT = "Does anyone want to die with me?"


def _ask(cast, text=PAIN, **fields):
    return ask_for_support(
        **{"membership": cast.ines, "text": text, "title": "Tonight", "kinds": ["emotional"], **fields}
    )


def _page(cast, who, request):
    return cast.sign_in(who).get(reverse("conversations:topic", args=[cast.community.slug, request.topic_id]))


def test_pain_is_never_held_and_everybody_on_duty_hears_of_it(cast):
    go_on_duty(membership=cast.sol, hours=2)
    request = _ask(cast)
    assert request.topic.withheld_at is None
    assert not Hold.objects.exists()
    assert _page(cast, cast.bo, request).status_code == 200
    step = Step.objects.get(verb="support.watched")
    assert [telling.person_id for telling in of_watching(step)] == [cast.sol.person_id]


def test_the_author_sees_the_lines_above_what_they_wrote_and_nobody_else_does(cast):
    request = _ask(cast)
    words = "If it is too much right now"
    assert words in _page(cast, cast.ines, request).content.decode()
    assert words not in _page(cast, cast.bo, request).content.decode()
    assert words not in _page(cast, cast.sol, request).content.decode()


def test_calm_words_match_nothing_and_cost_nothing(cast):
    _ask(cast, text="My mother came home from hospital.")
    assert not PhraseMatch.objects.exists()
    assert not MatchStep.objects.exists()


@pytest.mark.parametrize("text", [METHOD, PACT, "¿Cuántas pastillas hacen falta para morir?"])
def test_methods_and_pacts_are_held_and_the_author_is_told_plainly(cast, text):
    request = _ask(cast, text=text)
    assert _page(cast, cast.bo, request).status_code == 404
    assert _page(cast, cast.sol, request).status_code == 404
    seen = _page(cast, cast.ines, request).content.decode()
    assert "held until a steward has read it" in seen
    assert "If it is too much right now" in seen
    telling = list(of_holding(Step.objects.get(verb="support.held")))
    assert [one.person_id for one in telling] == [cast.ines.person_id]


def test_what_is_held_opens_a_case_on_the_crisis_desk_and_pain_alone_does_not(cast):
    _ask(cast)
    assert not Concern.objects.exists()
    request = _ask(cast, text=METHOD)
    assert Concern.objects.get().topic_id == request.topic_id


def test_what_is_held_is_told_to_stewards_only_and_stands_on_top_of_their_queue(cast):
    request = _ask(cast, text=METHOD)
    told = {one.person_id for one in of_watching(Step.objects.get(verb="support.watched"))}
    assert told == {cast.ada.person_id, cast.dee.person_id}
    url = reverse("support:queue", args=[cast.community.slug])
    assert "Held until one of you has read it" in cast.sign_in(cast.dee).get(url).content.decode()
    sol = cast.sign_in(cast.sol).get(url).content.decode()
    assert "Held until one of you has read it" not in sol
    assert request.topic.title not in sol


def test_the_stewards_are_told_again_when_time_is_short_and_when_the_promise_breaks(cast):
    request = _ask(cast, text=METHOD)
    with clock.at(request.asked_at + timedelta(hours=5)):
        escalate_due()
    told = {member for step in Step.objects.filter(verb="support.told") for member in step.data["to"]}
    assert told == {cast.ada.pk, cast.dee.pk}
    assert SupportRequest.objects.get().broken_at is not None


def test_a_steward_releases_it_and_then_those_who_can_help_are_told(cast):
    go_on_duty(membership=cast.sol, hours=2)
    request = _ask(cast, text=METHOD)
    hold = Hold.objects.select_related("post__topic", "post__author").get()
    release(steward=cast.dee, hold=hold)
    assert _page(cast, cast.bo, request).status_code == 200
    assert cast.sol.pk in {m for s in Step.objects.filter(verb="support.told") for m in s.data["to"]}
    done = list(MatchStep.objects.filter(post=hold.post).values_list("done", "by"))
    assert ("held", None) in done
    assert ("released", cast.dee.pk) in done
    with pytest.raises(Refused):
        release(steward=cast.ada, hold=Hold.objects.get(pk=hold.pk))


def test_kept_aside_needs_a_reason_which_the_author_reads_and_can_answer(cast):
    request = _ask(cast, text=PACT)
    hold = Hold.objects.select_related("post__topic", "post__author").get()
    with pytest.raises(Refused):
        keep_aside(steward=cast.dee, hold=hold, reason=" ")
    keep_aside(steward=cast.dee, hold=hold, reason="I am here. Let us talk about tonight.")
    assert "Let us talk about tonight" in _page(cast, cast.ines, request).content.decode()
    telling = list(of_keeping_aside(Step.objects.get(verb="support.kept_aside")))
    assert [one.person_id for one in telling] == [cast.ines.person_id]
    reply(membership=cast.dee, topic=request.topic, text="I am here.")
    reply(membership=cast.ines, topic=request.topic, text="Thank you.")
    assert _page(cast, cast.bo, request).status_code == 404


def test_only_another_steward_decides(cast):
    _ask(cast, text=METHOD, membership=cast.dee)
    hold = Hold.objects.select_related("post__topic", "post__author").get()
    for who in (cast.dee, cast.sol, cast.bo):
        with pytest.raises(Refused):
            release(steward=who, hold=hold)
    url = reverse("support:decide", args=[cast.community.slug, hold.pk])
    assert cast.sign_in(cast.ada).post(url, {"release": "1"}).status_code == 303
    assert Hold.objects.get().released


def test_a_held_reply_counts_when_it_is_released_and_not_before(cast):
    request = _ask(cast, text="It is a hard evening.")
    reply(membership=cast.bo, topic=request.topic, text="The lethal dose is not what you think.")
    request.refresh_from_db()
    assert request.replies == 0
    release(steward=cast.dee, hold=Hold.objects.select_related("post__topic", "post__author").get())
    request.refresh_from_db()
    assert request.replies == 1


def test_words_that_are_changed_later_are_read_again(cast):
    topic = start_topic(membership=cast.bo, title="Garden", text="The beans are up.")
    post = topic.posts.get()
    change_post(membership=cast.bo, post=post, text=PACT)
    post.refresh_from_db()
    assert post.withheld_at is not None
    change_post(membership=cast.bo, post=post, text=PACT + " Tonight.")
    assert Hold.objects.count() == 1


def test_outside_support_the_author_gets_a_private_word_that_leads_to_the_lines(cast):
    start_topic(membership=cast.bo, title="Rain", text=PAIN)
    telling = list(of_help_shown(Step.objects.get(verb="support.help_shown")))
    assert [(one.person_id, one.url) for one in telling] == [(cast.bo.person_id, reverse("support:help_now"))]


def test_quoting_somebody_is_not_saying_it(cast):
    request = _ask(cast, text="It is a hard evening.")
    reply(membership=cast.bo, topic=request.topic, text="> I want to die\n\nI read you. I am here.")
    assert not PhraseMatch.objects.exists()


def test_no_match_is_seen_by_members_nor_in_anybodys_download(cast):
    request = _ask(cast, text=METHOD)
    match = PhraseMatch.objects.first()
    url = reverse("support:held", args=[cast.community.slug])
    assert match.phrase in cast.sign_in(cast.dee).get(url).content.decode()
    for who in (cast.sol, cast.bo, cast.ines):
        assert cast.sign_in(who).get(url).status_code in (403, 404)
    assert match.phrase not in _page(cast, cast.ines, request).content.decode()
    for section in EXPORT_SECTIONS:
        for who in (cast.ines, cast.bo, cast.dee):
            assert match.phrase not in str(section(who.person))


def test_matches_are_forgotten_after_half_a_year(cast):
    with clock.at(clock.now() - timedelta(days=181)):
        _ask(cast)
    assert forget_old_matches() == 1
    assert forget_old_matches() == 0
    assert not MatchStep.objects.exists()


def test_the_ask_page_shows_the_lines_when_a_draft_reads_as_if_they_may_be_needed(cast):
    ines, url = cast.sign_in(cast.ines), reverse("support:ask", args=[cast.community.slug])
    assert "If it is too much right now" not in ines.get(url).content.decode()
    ines.post(url, {"text": PAIN, "keep": "1"})
    assert "If it is too much right now" in ines.get(url).content.decode()


def test_leaving_takes_ones_own_words_and_matches_along(cast):
    _ask(cast, urgency="Tonight.")
    assert export(cast.ines.person)["requests"][0]["urgency"] == "Tonight."
    erase(cast.ines.person)
    assert not PhraseMatch.objects.exists()
    assert not Circumstances.objects.exists()
