"""A campaign from its draft to its outcome."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from commonweal.campaigns import actions, fan_out, tells
from commonweal.campaigns.models import Campaign, Organiser, Participation, Signature
from commonweal.conversations.actions import start_topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.models import Block
from commonweal.trail.models import Link, Outcome, Step

pytestmark = pytest.mark.django_db


def draft(cast, **fields: object) -> Campaign:
    defaults: dict[str, object] = {
        "membership": cast.ada,
        "title": "A crossing at the school",
        "goal": "A zebra crossing outside the school.",
        "decider": "The roads committee",
        "why_now": "The budget is set in May.",
        "due_on": clock.now().date() + timedelta(days=60),
        "first_day_plan": "Ask twenty parents at the gate.",
        "organisers": [cast.bo],
    }
    return actions.draft(**{**defaults, **fields})


def launched(cast, **fields: object) -> Campaign:
    campaign = draft(cast, **fields)
    actions.answer_asking(membership=cast.bo, campaign=campaign, yes=True)
    return actions.launch(membership=cast.ada, campaign=campaign)


def url(campaign: Campaign, name: str = "campaign", *more: object) -> str:
    return reverse(f"campaigns:{name}", args=["riverside", campaign.pk, *more])


def test_a_draft_is_seen_only_by_those_who_organise_it(cast):
    campaign = draft(cast)
    assert cast.sign_in(cast.bo).get(url(campaign)).status_code == 200
    assert cast.sign_in(cast.dee).get(url(campaign)).status_code == 404
    assert cast.sign_in(cast.sol).get(url(campaign)).status_code == 404
    listed = cast.sign_in(cast.sol).get(reverse("campaigns:list", args=["riverside"])).content.decode()
    assert campaign.title not in listed


def test_no_launch_without_a_second_organiser_who_said_yes(cast):
    campaign = draft(cast)
    with pytest.raises(Refused, match="two organisers"):
        actions.launch(membership=cast.ada, campaign=campaign)
    actions.answer_asking(membership=cast.bo, campaign=campaign, yes=False)
    with pytest.raises(Refused, match="two organisers"):
        actions.launch(membership=cast.ada, campaign=campaign)


def test_no_launch_without_a_plan_for_the_first_day(cast):
    campaign = draft(cast, first_day_plan=" ")
    actions.answer_asking(membership=cast.bo, campaign=campaign, yes=True)
    with pytest.raises(Refused, match="first day"):
        actions.launch(membership=cast.ada, campaign=campaign)


def test_a_launched_campaign_is_there_for_everyone(cast, client):
    campaign = launched(cast)
    assert client.get(url(campaign)).status_code == 200
    page = client.get(reverse("campaigns:list", args=["riverside"])).content.decode()
    assert campaign.title in page
    assert Step.objects.filter(verb="campaigns.launched").count() == 1
    actions.launch(membership=cast.ada, campaign=campaign)
    assert Step.objects.filter(verb="campaigns.launched").count() == 1


def test_starting_from_a_conversation_fills_in_and_links(cast):
    topic = start_topic(membership=cast.ada, title="Cars at the school gate", text="Too fast.")
    client = cast.sign_in(cast.ada)
    where = f"{reverse('campaigns:start', args=['riverside'])}?topic={topic.pk}"
    page = client.get(where)
    assert page.context["form"]["title"].value() == "Cars at the school gate"
    typed = {
        "title": "Slow cars",
        "goal": "20 at the gate",
        "decider": "Council",
        "why_now": "School begins",
        "due_on": clock.now().date() + timedelta(days=30),
        "first_day_plan": "",
        "organisers": "Bo, nobody-here",
        "submission": uuid.uuid4(),
    }
    refused = client.post(where, typed)
    assert refused.status_code == 422
    assert "nobody-here" in refused.content.decode()
    assert client.post(where, {**typed, "organisers": "bo"}).status_code == 303
    assert client.post(where, {**typed, "organisers": "bo"}).status_code == 303
    campaign = Campaign.objects.get()
    assert campaign.topic == topic
    assert Organiser.objects.get(membership=cast.bo).agreed_at is None
    assert Link.objects.filter(source_id=topic.pk, target_type="campaigns.campaign", target_id=campaign.pk).count() == 1


def test_a_signature_is_private_and_the_next_step_is_on_the_same_screen(cast):
    from commonweal.campaigns import pledges

    campaign = launched(cast)
    pledges.open_pledge(
        membership=cast.ada,
        campaign=campaign,
        promise="walk to school on Fridays",
        threshold=3,
        deadline=clock.now() + timedelta(days=7),
    )
    client = cast.sign_in(cast.ines)
    page = client.post(url(campaign, "sign"), follow=True).content.decode()
    assert "Only the number is shown, not your name" in page
    assert "Will you walk to school on Fridays, if others will? 3 more people are needed." in page
    seen = cast.sign_in(cast.sol).get(url(campaign)).content.decode()
    assert "1 person stands behind this" in seen
    assert "Ines" not in seen[seen.index("<main") : seen.index("</main>")]
    client.post(url(campaign, "sign"), {"show_name": "on"})
    assert "Ines" in cast.sign_in(cast.sol).get(url(campaign)).content.decode()
    assert Signature.objects.count() == 1
    assert Step.objects.filter(verb="campaigns.signed").count() == 1


def test_the_outcome_closes_it_and_tells_everyone_who_took_part(cast, monkeypatch):
    monkeypatch.setattr(fan_out, "SLICE", 2)
    campaign = launched(cast)
    for who in (cast.sol, cast.ines):
        actions.sign(membership=who, campaign=campaign)
    client = cast.sign_in(cast.ada)
    typed = {"reached": "yes", "text": "It was painted.", "evidence": "https://example.org/minutes"}
    assert client.post(url(campaign, "close"), typed).status_code == 303
    while fan_out.tell_outcome(campaign_id=campaign.pk):
        pass
    told = [t.person_id for step in Step.objects.filter(verb="campaigns.told_outcome") for t in tells.of_outcome(step)]
    assert sorted(told) == sorted(Participation.objects.values_list("membership__person", flat=True))
    assert len(told) == 4
    outcome = Outcome.objects.get()
    assert (outcome.reached, outcome.evidence) == (True, "https://example.org/minutes")
    again = client.post(url(campaign, "close"), typed)
    assert again.status_code == 422
    assert "already written down" in again.content.decode()
    page = client.get(url(campaign)).content.decode()
    assert "It was painted." in page
    assert "The goal was reached." in page
    with pytest.raises(Refused):
        actions.sign(membership=cast.dee, campaign=campaign)


def test_only_an_organiser_or_a_steward_says_what_came_of_it(cast):
    campaign = launched(cast)
    assert cast.sign_in(cast.sol).get(url(campaign, "close")).status_code == 404
    with pytest.raises(Refused):
        actions.close(membership=cast.sol, campaign=campaign, reached=True, text="x")
    actions.close(membership=cast.dee, campaign=campaign, reached=False, text="It came to nothing.")
    assert Outcome.objects.get().reached is False


def test_milestones_and_news_move_the_picture(cast):
    campaign = launched(cast)
    client = cast.sign_in(cast.ada)
    client.post(url(campaign, "set_milestone"), {"title": "Petition handed over", "due_on": ""})
    milestone = campaign.milestones.get()
    client.post(url(campaign, "reach_milestone", milestone.pk))
    client.post(url(campaign, "post_update"), {"text": "They **listened**.", "submission": uuid.uuid4()})
    page = client.get(url(campaign)).content.decode()
    assert "Launched. 1 of 1 milestone reached." in page
    assert "<strong>listened</strong>" in page
    assert "<svg" in page
    told = [t.person_id for step in Step.objects.filter(verb="campaigns.told_update") for t in tells.of_update(step)]
    assert told == [cast.bo.person_id]


def test_a_block_keeps_a_campaign_out_of_sight(cast):
    campaign = launched(cast)
    Block.objects.create(blocker=cast.ada.person, blocked=cast.ines.person)
    client = cast.sign_in(cast.ines)
    assert client.get(url(campaign)).status_code == 404
    assert campaign.title not in client.get(reverse("campaigns:list", args=["riverside"])).content.decode()


def test_a_closed_door_leaves_no_trace(cast):
    campaign = launched(cast)
    cast.community.closed_doors = ["act"]
    cast.community.save()
    assert cast.sign_in(cast.bo).get(url(campaign)).status_code == 404


@pytest.mark.parametrize("name", ["ask", "change", "open_pledge", "offer_work", "set_milestone", "post_update"])
def test_what_organisers_do_is_for_organisers(cast, name):
    campaign = launched(cast)
    assert cast.sign_in(cast.bo).get(url(campaign, name)).status_code == 200
    assert cast.sign_in(cast.sol).get(url(campaign, name)).status_code == 404
