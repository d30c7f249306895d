"""Whether the promise is kept, and who may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from commonweal.conversations.actions import reply
from commonweal.kit import clock
from commonweal.support.actions import ask_for_support, say_whether_it_helped
from commonweal.support.aftercare import ask_further
from commonweal.support.measured import never_answered, report

pytestmark = pytest.mark.django_db


def _ask(cast, hours_ago, answers=(), **fields):
    """A request, answered by Bo and then Sol so many hours after it was asked."""
    start = clock.now() - timedelta(hours=hours_ago)
    with clock.at(start):
        request = ask_for_support(**{"membership": cast.ines, "text": "Hello.", "kinds": ["emotional"], **fields})
    for who, after in zip((cast.bo, cast.sol), answers, strict=False):
        with clock.at(start + timedelta(hours=after)):
            reply(membership=who, topic=request.topic, text="Hello.")
    request.refresh_from_db()
    return request


def _page(cast, who):
    return cast.sign_in(who).get(reverse("support:measured", args=[cast.community.slug])).content.decode()


def test_gaps_shares_and_kinds(cast):
    _ask(cast, 50, (1, 2), kinds=["emotional", "network"])
    _ask(cast, 40, (2, 6))
    _ask(cast, 30)
    _ask(cast, 1)  # its promise still runs, so it says nothing yet
    found = report(cast.community, clock.now())
    assert (found.overall.n, round(found.overall.median, 3), found.overall.p90) == (3, 2, None)
    assert found.overall.kept == pytest.approx(1 / 3)
    assert {row.label: row.n for row in found.by_kind if row.n} == {"Someone to listen": 3, "Company": 1}
    assert sum(row.n for row in found.by_hour) == 3


def test_not_yet_does_not_wash_away_the_first_wait(cast):
    request = _ask(cast, 50, (5, 6))
    ask_further(membership=cast.ines, request=request)
    found = report(cast.community, clock.now())
    assert (found.overall.n, found.overall.kept, round(found.overall.median, 3)) == (1, 0, 5)


def test_whether_it_helped_comes_with_its_n_and_interval(cast):
    for word in ("yes", "somewhat", "no"):
        say_whether_it_helped(membership=cast.ines, request=_ask(cast, 20, (1, 2)), helped=word)
    found = report(cast.community, clock.now())
    assert (found.helped, found.said) == (2, 3)
    assert found.low < 2 / 3 < found.high


def test_the_list_that_must_be_empty_names_who_was_never_answered_to_stewards_only(cast):
    lonely = _ask(cast, 20, title="Nobody came")
    _ask(cast, 20, (1,))
    _ask(cast, 1)
    assert list(never_answered(cast.community, clock.now())) == [lonely]
    assert "Nobody came" in _page(cast, cast.dee)
    assert "Nobody came" not in _page(cast, cast.bo)


def test_members_see_nothing_about_fewer_than_ten(cast):
    for _one in range(9):
        _ask(cast, 20, (1, 2))
    assert "no figures are shown" in _page(cast, cast.bo)
    assert "100" in _page(cast, cast.dee)
    _ask(cast, 20, (1, 2))
    assert "no figures are shown" not in _page(cast, cast.bo)
    assert "too few to show" in _page(cast, cast.bo)


def test_the_page_costs_the_same_however_many_asked(cast, django_assert_max_num_queries):
    for _one in range(6):
        _ask(cast, 20, (1, 2))
    with django_assert_max_num_queries(5):
        report(cast.community, clock.now())
        list(never_answered(cast.community, clock.now()))
