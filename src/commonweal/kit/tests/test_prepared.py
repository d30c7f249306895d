"""A prepared query answers as the queryset does, with other values each time."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from commonweal.communities.models import Membership
from commonweal.kit.prepared import Prepared

pytestmark = pytest.mark.django_db


def test_rows_are_instances_with_what_was_selected_along(cast) -> None:
    by_name: Prepared[Membership] = Prepared(
        lambda name, community: Membership.objects.select_related("person").filter(
            display_name=name, community=community
        )
    )
    for who in (cast.ada, cast.bo, cast.ada):
        found = by_name.first(name=who.display_name, community=cast.community.pk)
        assert found == who
        with CaptureQueriesContext(connection) as captured:
            assert found.person.email == who.person.email
        assert len(captured) == 0
    assert by_name.first(name="Nobody", community=cast.community.pk) is None
    assert by_name.first(name="Ada", community=-1) is None


def test_values_and_alternatives_work_too(cast) -> None:
    either: Prepared[tuple[int, str]] = Prepared(
        lambda one: Membership.objects.filter(Q(pk=one) | Q(person=one)).values_list("pk", "display_name")
    )
    flat: Prepared[int] = Prepared(lambda role: Membership.objects.filter(role=role).values_list("pk", flat=True)[:3])
    assert (cast.bo.pk, "Bo") in either.rows(one=cast.bo.pk)
    assert flat.rows(role="steward") == [cast.dee.pk]
    assert flat.rows(role="nothing") == []


def test_a_change_between_two_askings_is_seen(cast) -> None:
    mine: Prepared[Membership] = Prepared(lambda pk: Membership.objects.filter(pk=pk))
    assert mine.first(pk=cast.bo.pk).about == ""
    Membership.objects.filter(pk=cast.bo.pk).update(about="new here")
    assert mine.first(pk=cast.bo.pk).about == "new here"


def test_comparisons_that_change_the_value_are_refused(cast) -> None:
    beginning: Prepared[Membership] = Prepared(lambda words: Membership.objects.filter(display_name__startswith=words))
    with pytest.raises(TypeError, match="words: not compared exactly"):
        beginning.rows(words="A")
    exact: Prepared[Membership] = Prepared(lambda name: Membership.objects.filter(display_name=name))
    exact.rows(name="Ada")
    with pytest.raises(TypeError, match="not with nothing"):
        exact.rows(name=None)  # type: ignore[arg-type]


def test_a_number_that_no_database_can_hold_finds_nothing(cast) -> None:
    mine: Prepared[Membership] = Prepared(lambda pk: Membership.objects.filter(pk=pk))
    assert mine.first(pk=cast.bo.pk) == cast.bo
    assert mine.rows(pk=10**19) == []
