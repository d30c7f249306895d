"""Whether the promise is kept, and who may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import make_member

from commonweal.conversations.actions import reply
from commonweal.kit import clock
from commonweal.support.actions import ask_for_support, say_whether_it_helped
from commonweal.support.aftercare import ask_further
from commonweal.support.measured import SMALLEST, Wait, cut, never_answered, report

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


def _people(cast, number):
    """So many new members."""
    return [make_member(cast.community, f"Asker{n}") for n in range(number)]


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


def test_members_see_nothing_about_fewer_than_ten_people_however_often_they_asked(cast):
    for who in _people(cast, 9):
        _ask(cast, 20, (1, 2), membership=who)
        _ask(cast, 20, (1, 2), membership=who, text="Again.")
    assert "no figures are shown" in _page(cast, cast.bo)
    assert "100" in _page(cast, cast.dee)
    _ask(cast, 20, (1, 2))
    assert "no figures are shown" not in _page(cast, cast.bo)
    assert "too few to show" in _page(cast, cast.bo)


def _wait(asker, **said):
    return Wait(
        **{
            "pk": asker, "asked_at": clock.now(), "first": 1.0, "second": 2.0, "kept": True, "asker": asker,
            "new_here": False, "hidden": False, "language": "en", **said,
        }
    )  # fmt: skip


@given(st.lists(st.lists(st.integers(0, 60), max_size=45), min_size=1, max_size=6))
def test_no_cell_of_fewer_than_ten_people_is_shown_or_can_be_worked_out(parts):
    """Whoever knows the total and every cell that is shown learns of the hidden ones only a sum that leaves room."""
    rows = cut({n: [_wait(asker) for asker in part] for n, part in enumerate(parts)})
    hidden = [row for row in rows if not row.may_be_shown]
    for row, part in zip(rows, parts, strict=True):
        assert not row.may_be_shown or len(set(part)) >= SMALLEST
    total = sum(len(part) for part in parts)
    if hidden and total >= SMALLEST:
        alone = len(hidden) == 1 and hidden[0].n > 0 and any(row.may_be_shown for row in rows)
        assert not alone, "a single hidden cell is the total less the rest"


def test_by_group_stewards_too_see_only_groups_of_ten(cast):
    for who in _people(cast, 12):
        _ask(cast, 20, (1, 2), membership=who)
    _ask(cast, 20, (1, 2), anonymous=True, language="es")
    groups = {row.label: row for row in report(cast.community, clock.now()).by_group}
    assert {label: row.n for label, row in groups.items()} == {
        "In their first month here": 13, "Here for longer": 0, "With their name hidden": 1, "Under their name": 12,
        "In English": 12, "In Spanish": 1,
    }  # fmt: skip
    assert groups["In their first month here"].may_be_shown
    assert not groups["Here for longer"].may_be_shown
    for label in ("With their name hidden", "Under their name", "In English", "In Spanish"):
        assert not groups[label].may_be_shown, label  # the other one would give the small one away
    assert "too few to show" in _page(cast, cast.dee)


def test_the_load_is_shown_with_the_number_of_those_who_carry_it(cast):
    _ask(cast, 20, (1, 2))
    found = report(cast.community, clock.now())
    assert found.carriers == 3
    assert found.inequality == pytest.approx(2 / 3)
    assert "Gini" in _page(cast, cast.dee)
    assert "Gini" not in _page(cast, cast.bo)


def test_the_page_costs_the_same_however_many_asked(cast, django_assert_max_num_queries):
    for _one in range(6):
        _ask(cast, 20, (1, 2))
    with django_assert_max_num_queries(8):
        report(cast.community, clock.now())
        list(never_answered(cast.community, clock.now()))
