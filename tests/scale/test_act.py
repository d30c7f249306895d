"""The Act pages cost the same with fifty members and with fifty thousand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweal.campaigns import actions, pledges
from commonweal.campaigns.models import Participation, Pledging, Signature
from commonweal.campaigns.tests.test_campaigns import launched
from commonweal.communities.models import Community, Membership
from commonweal.decisions import actions as decisions
from commonweal.decisions import opinion_actions
from commonweal.decisions.models import RollEntry
from commonweal.demo.bulk import refresh_statistics
from commonweal.kit import clock
from commonweal.people.models import Person


def fill(community: Community, upto: int) -> None:
    """Members up to `upto`, in bulk."""
    first = community.memberships.count()
    people = Person.objects.bulk_create(
        [Person(email=f"p{n}@example.org", password="!") for n in range(first, upto)], batch_size=5000
    )
    Membership.objects.bulk_create(
        [Membership(person=p, community=community, display_name=f"P{p.pk}") for p in people], batch_size=5000
    )
    Community.objects.filter(pk=community.pk).update(members_count=upto)
    refresh_statistics()


def queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.scale
@pytest.mark.django_db
def test_act_pages_cost_the_same_at_fifty_and_at_fifty_thousand(cast):
    campaign = launched(cast)
    pledge = pledges.open_pledge(
        membership=cast.ada, campaign=campaign, promise="x", threshold=99_999, deadline=clock.now() + timedelta(days=3)
    )
    actions.sign(membership=cast.bo, campaign=campaign)
    fill(cast.community, 50)
    proposal = decisions.propose(membership=cast.ada, question="One?", closes_at=clock.now() + timedelta(days=3))
    opinion_map = opinion_actions.open_map(
        membership=cast.ada, question="What?", closes_at=clock.now() + timedelta(days=3), first_statements=["A", "B"]
    )
    paths = [
        reverse("campaigns:list", args=["riverside"]),
        reverse("campaigns:campaign", args=["riverside", campaign.pk]),
        reverse("decisions:list", args=["riverside"]),
        reverse("decisions:list", args=["riverside"]) + "?what=maps",
        reverse("decisions:proposal", args=["riverside", proposal.pk]),
        reverse("decisions:map", args=["riverside", opinion_map.pk]),
    ]
    client = cast.sign_in(cast.bo)
    small = [queries(client, path) for path in paths]
    fill(cast.community, 50_000)
    members = list(cast.community.memberships.exclude(pk=cast.bo.pk).values_list("pk", flat=True))
    for model in (Participation, Signature):
        model.objects.bulk_create(
            [model(campaign=campaign, membership_id=pk) for pk in members], batch_size=5000, ignore_conflicts=True
        )
    Pledging.objects.bulk_create([Pledging(pledge=pledge, membership_id=pk) for pk in members], batch_size=5000)
    for n in range(30):
        launched_more = decisions.Proposal(
            community=cast.community,
            author=cast.ada,
            question=f"Q{n}",
            opens_at=clock.now(),
            closes_at=clock.now() + timedelta(days=n + 1),
        )
        launched_more.save()
    assert [queries(client, path) for path in paths] == small
    assert max(small) <= 26


@pytest.mark.scale
@pytest.mark.django_db
def test_the_roll_of_fifty_thousand_is_written_in_one_statement(cast):
    fill(cast.community, 50_000)
    with CaptureQueriesContext(connection) as captured:
        proposal = decisions.propose(membership=cast.ada, question="One?", closes_at=clock.now() + timedelta(days=3))
    assert sum("decisions_rollentry" in query["sql"] for query in captured) == 1
    assert proposal.roll_count == RollEntry.objects.filter(proposal=proposal).count() == 50_000
