"""The queue asks as often with fifty thousand requests that wait as with fifty, and reads no big table from end to end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweal.communities.models import Community, Membership, Role
from commonweal.demo import bulk
from commonweal.support.actions import acknowledge, go_on_duty
from commonweal.support.models import SupportRequest

from .test_queries import scans

pytestmark = [pytest.mark.scale, pytest.mark.django_db]

MOST_QUERIES = 15
PAGES = ("support:queue", "support:requests")


def _place(requests: int) -> Community:
    """A place of two hundred people with so many requests, one of them taken on, and a supporter and a steward on duty."""
    community = bulk.fill(members=200, topics=30, posts_a_topic=1, slug=f"asks{requests}")
    bulk.fill_requests(community, requests)
    first, second = Membership.objects.filter(community=community).order_by("pk")[:2]
    for member, role in ((first, Role.SUPPORTER), (second, Role.STEWARD)):
        Membership.objects.filter(pk=member.pk).update(role=role)
        member.refresh_from_db()
        go_on_duty(membership=member, hours=4)
    waiting = SupportRequest.objects.filter(community=community).select_related("topic").order_by("turn_at")
    acknowledge(membership=second, request=waiting[3])
    return community


@pytest.fixture(scope="module")
def places(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Community]]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield [_place(50), _place(50_000)]
        transaction.set_rollback(True)


def _look(community: Community, page: str, role: str) -> list[str]:
    """The queries of a second look."""
    client = Client()
    client.force_login(Membership.objects.select_related("person").get(community=community, role=role).person)
    url = reverse(page, args=[community.slug])
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200
    assert response.content.count(b"Somebody to talk to") >= 15
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.STEWARD])
@pytest.mark.parametrize("page", PAGES)
def test_the_queue_is_under_fifteen_queries_and_flat(places: list[Community], page: str, role: str) -> None:
    few, many = (_look(place, page, role) for place in places)
    assert len(few) == len(many)
    assert len(many) < MOST_QUERIES, "\n".join(sql[:160] for sql in many)


@pytest.mark.parametrize("page", PAGES)
def test_no_list_of_requests_reads_a_big_table_from_end_to_end(places: list[Community], page: str) -> None:
    found = {
        sql[:400] for sql in _look(places[1], page, Role.SUPPORTER) if sql.lstrip().startswith("SELECT") and scans(sql)
    }
    assert not found, "\n".join(found)
