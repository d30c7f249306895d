"""People under 18 are alone only with adults whom two stewards vetted, and nothing tells who is under 18."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast, make_community, make_member

from commonweal.communities import vetting
from commonweal.communities.actions import agree_vetting, begin_vetting, join, leave, withdraw_vetting
from commonweal.communities.hooks import still_under_18, vetting_on_the_desk
from commonweal.communities.models import Membership, Vetting
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.actions import say_under_18
from commonweal.trail.models import Step
from commonweal.trail.verbs import VERBS


def fresh(member: Membership) -> Membership:
    return Membership.objects.select_related("person", "community").get(pk=member.pk)


def vet(cast: Cast, member: Membership) -> Vetting:
    begin_vetting(membership=cast.dee, member=member)
    return agree_vetting(membership=cast.ada, member=member)


def minor(member: Membership) -> Membership:
    say_under_18(person=member.person, under_18=True)
    return member


def test_two_adults_may_be_alone(cast: Cast) -> None:
    assert vetting.may_be_alone(cast.bo, cast.sol)


def test_somebody_under_18_only_with_a_vetted_adult_both_ways(cast: Cast) -> None:
    minor(cast.ines)
    assert not vetting.may_be_alone(cast.ines, cast.bo)
    assert not vetting.may_be_alone(cast.bo, cast.ines)
    vet(cast, cast.sol)
    assert vetting.may_be_alone(cast.ines, cast.sol)
    assert vetting.may_be_alone(cast.sol, cast.ines)
    assert not vetting.may_be_alone(cast.ines, cast.bo)


def test_who_pretends_to_be_under_18_reaches_nobody_who_is(cast: Cast) -> None:
    minor(cast.ines)
    minor(cast.bo)
    assert not vetting.may_be_alone(cast.ines, cast.bo)
    vet(cast, cast.bo)  # what they say of themselves counts before what stewards think
    assert not vetting.may_be_alone(cast.ines, cast.bo)
    assert vetting.vetted_ids(cast.community.pk) == set()


def test_lists_and_rounds_follow_the_same_rule_in_two_queries(cast: Cast) -> None:
    minor(cast.ines)
    vet(cast, cast.sol)
    minor(make_member(make_community("elsewhere"), "Eve"))
    with CaptureQueriesContext(connection) as asked:
        rule = vetting.separation(cast.community.pk)
    assert len(asked) == 2
    assert (rule.minors, rule.vetted) == ({cast.ines.pk}, {cast.sol.pk})
    here = (cast.ada, cast.bo, cast.dee, cast.sol, cast.ines)
    for one in here:
        for other in here:
            if one != other:
                assert rule.may_be_alone(one.pk, other.pk) == vetting.may_be_alone(one, other), (one, other)


def test_a_yes_and_a_no_take_the_same_queries(cast: Cast) -> None:
    minor(cast.ines)
    counts = []
    for other in (cast.bo, cast.ines):
        with CaptureQueriesContext(connection) as asked:
            vetting.may_be_alone(cast.sol, other)
        counts.append(len(asked))
    assert counts == [1, 1]


def test_one_steward_is_not_enough(cast: Cast) -> None:
    minor(cast.ines)
    begin_vetting(membership=cast.dee, member=cast.sol)
    begin_vetting(membership=cast.dee, member=cast.sol)
    with pytest.raises(Refused):
        agree_vetting(membership=cast.dee, member=cast.sol)
    assert not vetting.may_be_alone(cast.ines, cast.sol)
    assert Vetting.objects.count() == 1


def test_the_database_wants_two_different_stewards_and_nobody_for_themselves(cast: Cast) -> None:
    now = clock.now()
    whole = {"second_at": now, "until": now + timedelta(days=9)}
    wrong: list[dict[str, Any]] = [
        {"member": cast.sol, "first_by": cast.dee, "second_by": cast.dee, **whole},
        {"member": cast.dee, "first_by": cast.dee, "second_by": cast.ada, **whole},
        {"member": cast.dee, "first_by": cast.ada, "second_by": cast.dee, **whole},
        {"member": cast.sol, "first_by": cast.dee, **whole},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Vetting.objects.create(**fields)


def test_only_stewards_vet_and_nobody_themselves(cast: Cast) -> None:
    with pytest.raises(Refused):
        begin_vetting(membership=cast.sol, member=cast.bo)
    with pytest.raises(Refused):
        begin_vetting(membership=cast.dee, member=cast.dee)
    stranger = make_member(make_community("elsewhere"), "Eve")
    with pytest.raises(Refused):
        begin_vetting(membership=cast.dee, member=stranger)


def test_it_ends_after_a_year_by_one_steward_and_with_leaving(cast: Cast) -> None:
    minor(cast.ines)
    vet(cast, cast.sol)
    with clock.at(clock.now() + timedelta(days=366)):
        assert not vetting.may_be_alone(cast.ines, cast.sol)
        assert vetting.vetted_ids(cast.community.pk) == set()
    assert withdraw_vetting(membership=cast.dee, member=cast.sol) == 1
    assert withdraw_vetting(membership=cast.dee, member=cast.sol) == 0
    assert not vetting.may_be_alone(cast.ines, cast.sol)
    vet(cast, cast.bo)
    leave(membership=fresh(cast.bo))
    join(person=cast.bo.person, community=cast.community)
    assert not vetting.may_be_alone(cast.ines, cast.bo)


def test_another_year_is_two_looks_again(cast: Cast) -> None:
    first = vet(cast, cast.sol)
    with clock.at(first.until - timedelta(days=10)):
        assert [row.title for row in vetting_on_the_desk(cast.dee)] == ["The vetting of Sol runs out"]
        begin_vetting(membership=cast.ada, member=cast.sol)
        assert [row.title for row in vetting_on_the_desk(cast.dee)] == ["Sol waits for a second steward"]
        assert list(vetting_on_the_desk(cast.ada)) == []
        agree_vetting(membership=cast.dee, member=cast.sol)
        assert list(vetting_on_the_desk(cast.dee)) == []
    with clock.at(first.until + timedelta(days=10)):
        assert vetting.is_vetted(cast.sol)


def test_saying_so_leaves_no_step_and_no_page_shows_it(cast: Cast) -> None:
    before = Step.objects.count()
    minor(cast.ines)
    assert Step.objects.count() == before
    pages = [
        reverse("communities:people", args=["riverside"]),
        reverse("communities:member", args=["riverside", cast.ines.pk]),
    ]
    seen = {page: cast.sign_in(cast.dee).get(page).content for page in pages}
    say_under_18(person=cast.ines.person, under_18=False)
    for page, content in seen.items():
        assert plain(content) == plain(cast.sign_in(cast.dee).get(page).content), page


def plain(content: bytes) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"', "", content.decode())


def test_joining_and_one_s_own_page_say_it_and_only_the_own_page_takes_it_back(cast: Cast) -> None:
    client = cast.sign_in(cast.chen)
    client.post(reverse("communities:join", args=["riverside"]), {"display_name": "Chen", "under_18": "on"})
    cast.chen.refresh_from_db()
    assert cast.chen.is_minor
    assert "I am under 18" in client.get(reverse("people:age")).content.decode()
    client.post(reverse("people:age"), {})
    cast.chen.refresh_from_db()
    assert not cast.chen.is_minor


def test_once_a_year_it_is_asked_again_and_never_ends_by_itself(cast: Cast) -> None:
    person = minor(cast.ines).person
    assert list(still_under_18(person, [])) == []
    with clock.at(clock.now() + timedelta(days=366)):
        (row,) = still_under_18(person, [])
        assert row.url == reverse("people:age")
        assert not vetting.may_be_alone(cast.ines, cast.bo)
        say_under_18(person=person, under_18=True)
        assert list(still_under_18(person, [])) == []


def test_stewards_vet_on_a_page_and_the_member_hears(cast: Cast) -> None:
    page = reverse("communities:vet", args=["riverside", cast.sol.pk])
    cast.sign_in(cast.dee).post(page, {"do": "begin"})
    (told,) = VERBS["communities.vetting_begun"].tells(Step.objects.get(verb="communities.vetting_begun"))
    assert (told.person_id, told.url) == (cast.ada.person_id, page)
    assert "I say so too" not in cast.sign_in(cast.dee).get(page).content.decode()
    cast.sign_in(cast.ada).post(page, {"do": "agree"})
    assert vetting.is_vetted(cast.sol)
    (told,) = VERBS["communities.vetted"].tells(Step.objects.get(verb="communities.vetted"))
    assert told.person_id == cast.sol.person_id
    listed = cast.sign_in(cast.dee).get(reverse("communities:vettings", args=["riverside"])).content.decode()
    assert "by Dee and Ada" in listed
    cast.sign_in(cast.ada).post(page, {"do": "withdraw"})
    assert not vetting.is_vetted(cast.sol)
