"""What keeps people safe offline is there to look at: a vetting by two, a seat in a car, and nobody alone at somebody's home."""

from __future__ import annotations

from commonweal.communities.models import Community, Membership, Vetting
from commonweal.communities.queries import met_before
from commonweal.communities.vetting import is_vetted, vettings_to_look_at
from commonweal.demo.roles import ROLES
from commonweal.exchange.models import Companion, Entry, Handover
from commonweal.gatherings.lifts import lifts_for
from commonweal.gatherings.models import Lift, Rsvp


def _somebody(community: Community, name: str) -> Membership:
    return community.memberships.select_related("community").get(person__email=f"{name}@riverside.example")


def test_two_stewards_vetted_one_member_and_another_waits_for_the_steward_one_can_be(riverside: Community) -> None:
    whole = Vetting.objects.get(second_at__isnull=False)
    assert whole.first_by != whole.second_by
    assert is_vetted(whole.member)
    steward = _somebody(riverside, "tomasz")
    assert [vetting.member.display_name for vetting in vettings_to_look_at(steward)] == ["Dele Adeyemi"]


def test_a_seat_is_taken_by_somebody_who_has_met_the_driver_and_another_is_free(riverside: Community) -> None:
    lift = Lift.objects.get(gathering__community=riverside)
    seat = lift.taken.get(agreed_at__isnull=False)
    assert met_before(seat.passenger, [lift.driver_id]) == {lift.driver_id}
    assert seat.conversation is not None
    for role in ROLES:
        member = _somebody(riverside, role.name)
        rsvp = Rsvp.objects.get(gathering=lift.gathering, membership=member)
        (offered,) = lifts_for(lift.gathering, member, rsvp) or []
        assert not offered.full
        assert offered.mine is None


def test_two_people_come_to_a_home_unless_whoever_helps_was_vetted(riverside: Community) -> None:
    visits = Handover.objects.filter(entry__community=riverside, entry__at_home=True)
    helpers = {visit: visit.other if visit.entry.is_ask else visit.entry.author for visit in visits}
    vetted = [visit for visit in visits if is_vetted(helpers[visit])]
    with_two = [visit for visit in visits if visit not in vetted]
    assert vetted
    assert with_two
    assert all(hasattr(visit, "companion") for visit in with_two)
    waiting = Entry.objects.get(author=_somebody(riverside, "jun"), at_home=True)
    assert Companion.objects.get(handover__entry=waiting).agreed_at is not None
