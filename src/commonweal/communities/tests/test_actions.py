"""What people can do with their place in a community."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation
from tests.cast import make_community, make_member, make_person

from commonweal.communities import actions, jobs
from commonweal.communities.kinds import STARTERS
from commonweal.communities.models import Access, Community, Invitation, Membership, Role, State, Welcome
from commonweal.communities.queries import greetings_owed
from commonweal.kit import clock
from commonweal.kit.errors import Refused, TooMany
from commonweal.people.actions import block
from commonweal.trail.models import Outbox, Step
from commonweal.trail.verbs import VERBS


def told(verb: str) -> list[int]:
    """Who would be told of the newest step of this verb."""
    step = Step.objects.filter(verb=verb).order_by("-id").first()
    return [telling.person_id for telling in VERBS[verb].tells(step)]


def count(community: Community) -> int:
    community.refresh_from_db()
    return community.members_count


@pytest.mark.parametrize("kind", list(STARTERS))
def test_a_new_community_does_not_look_empty(db, kind):
    community = actions.found_community(
        person=make_person("Ada"), display_name="Ada", name="Riverside", purpose="Us.", kind=kind
    )
    assert "<li>" in community.rules_html
    assert community.welcome_html
    assert "talk" in community.open_doors
    assert community.members_count == 1
    assert community.memberships.get().role == Role.FOUNDER
    assert len(STARTERS[kind].topics) == 3


def test_the_starting_texts_of_the_kinds_are_all_different():
    with translation.override("en"):
        for part in ("rules", "welcome", "topics", "brought"):
            assert len({str(getattr(starter, part)) for starter in STARTERS.values()}) == 6


def test_only_founders_found_another_community(cast):
    fields = {"display_name": "X", "purpose": "Us.", "kind": "hobby"}
    second = actions.found_community(person=cast.ada.person, name="Riverside", **fields)
    assert second.slug == "riverside-2"
    with pytest.raises(Refused):
        actions.found_community(person=cast.bo.person, name="Mine", **fields)


def test_a_name_without_latin_letters_still_gets_an_address(cast):
    made = actions.found_community(
        person=cast.ada.person, display_name="Ada", name="جيران النهر", purpose="Us.", kind="hobby"
    )
    assert made.slug.startswith("c-")


def test_a_chapter_takes_over_the_rules_and_its_steward_founds_it(cast):
    chapter = actions.start_chapter(membership=cast.dee, name="North bank", purpose="Streets to the north.")
    assert chapter.parent == cast.community
    assert chapter.memberships.get().person == cast.dee.person
    with pytest.raises(Refused):
        actions.start_chapter(membership=chapter.memberships.get(), name="Deeper", purpose="No.")
    with pytest.raises(Refused):
        actions.start_chapter(membership=cast.bo, name="South bank", purpose="No.")


def test_joining_counts_and_names_a_welcomer_who_is_told(cast):
    before = count(cast.community)
    member = actions.join(person=cast.chen, community=cast.community, display_name="Chen", brought="New here")
    assert count(cast.community) == before + 1
    assert member.welcome.welcomer in [cast.ada, cast.dee, cast.sol]
    assert told("communities.welcomer_named") == [member.welcome.welcomer.person_id]


def test_joining_twice_is_joining_once(cast):
    one = actions.join(person=cast.chen, community=cast.community, display_name="Chen")
    two = actions.join(person=cast.chen, community=cast.community, display_name="Chen again")
    assert one == two
    assert count(cast.community) == 6


def test_nobody_can_pass_for_somebody_else(cast):
    with pytest.raises(Refused) as refused:
        actions.join(person=cast.chen, community=cast.community, display_name=" ÁDA ")
    assert refused.value.field == "display_name"


def test_the_welcomer_is_never_somebody_kept_apart(cast):
    for other in (cast.ada, cast.dee):
        block(blocker=other.person, blocked=cast.chen, known_as="Chen")
    member = actions.join(person=cast.chen, community=cast.community, display_name="Chen")
    assert member.welcome.welcomer == cast.sol


def test_the_one_with_the_fewest_open_greetings_welcomes(cast):
    chosen = [
        actions.join(person=make_person(f"n{n}"), community=cast.community, display_name=f"N{n}").welcome.welcomer
        for n in range(6)
    ]
    assert all(chosen.count(member) == 2 for member in (cast.ada, cast.dee, cast.sol))


def test_a_volunteer_may_be_the_welcomer(cast):
    Membership.objects.filter(pk__in=[cast.ada.pk, cast.dee.pk, cast.sol.pk]).update(state=State.LEFT)
    actions.change_persona(membership=cast.bo, display_name="Bo", welcomes=True)
    assert actions.join(person=cast.chen, community=cast.community, display_name="Chen").welcome.welcomer == cast.bo


def test_a_greeting_counts_as_a_contact_and_the_newcomer_is_told(cast):
    newcomer = actions.join(person=cast.chen, community=cast.community, display_name="Chen")
    actions.greet(membership=newcomer.welcome.welcomer, newcomer=newcomer, message="Hello Chen!")
    assert told("communities.greeted") == [cast.chen.pk]
    step = Step.objects.get(verb="communities.was_greeted")
    assert (step.actor, VERBS[step.verb].contact) == (newcomer.pk, "welcome")
    with pytest.raises(Refused):
        actions.greet(membership=cast.dee, newcomer=newcomer, message="Me too")


def test_a_member_does_not_greet_in_another_ones_place(cast):
    newcomer = actions.join(person=cast.chen, community=cast.community, display_name="Chen")
    with pytest.raises(Refused):
        actions.greet(membership=cast.bo, newcomer=newcomer, message="Hi")


def test_a_newcomer_who_waited_two_days_gets_another_welcomer_once(cast):
    newcomer = actions.join(person=cast.chen, community=cast.community, display_name="Chen")
    first = newcomer.welcome.welcomer
    with clock.at(clock.now() + timedelta(hours=49)):
        jobs.pass_on_greetings()
        jobs.pass_on_greetings()
    assert Welcome.objects.get(newcomer=newcomer).welcomer != first
    assert Step.objects.filter(verb="communities.welcomer_named").count() == 2


def test_the_welcomer_is_asked_for_two_weeks_and_then_no_more(cast):
    newcomer = actions.join(person=cast.chen, community=cast.community, display_name="Chen")
    welcomer = newcomer.welcome.welcomer
    with clock.at(clock.now() + timedelta(days=13)):
        assert greetings_owed([welcomer]) == [newcomer.welcome]
    with clock.at(clock.now() + timedelta(days=15)):
        assert greetings_owed([welcomer]) == []


def test_whoever_leaves_hands_their_newcomers_on(cast):
    newcomer = actions.join(person=cast.chen, community=cast.community, display_name="Chen")
    welcomer = newcomer.welcome.welcomer
    if welcomer.role == Role.FOUNDER:
        actions.change_role(membership=cast.ada, member=cast.dee, role=Role.FOUNDER)
    actions.leave(membership=welcomer)
    assert Welcome.objects.get(newcomer=newcomer).welcomer != welcomer


def test_a_request_is_told_to_every_steward_at_once_and_again_after_two_days(cast):
    community = make_community("quiet", access=Access.REQUEST)
    stewards = {make_member(community, "Ann", Role.FOUNDER), make_member(community, "Ben", Role.STEWARD)}
    make_member(community, "Cai")
    actions.ask_to_join(person=cast.chen, community=community, display_name="Chen", brought="Curious")
    expected = {steward.person_id for steward in stewards}
    assert set(told("communities.asked_to_join")) == expected
    jobs.remind_of_join_requests()
    assert not Step.objects.filter(verb="communities.join_request_waited").exists()
    with clock.at(clock.now() + timedelta(hours=49)):
        jobs.remind_of_join_requests()
        jobs.remind_of_join_requests()
    assert Step.objects.filter(verb="communities.join_request_waited").count() == 1
    assert set(told("communities.join_request_waited")) == expected


def test_a_request_is_answered_once_and_the_asker_hears_it(cast):
    community = make_community("quiet", access=Access.REQUEST)
    ann = make_member(community, "Ann", Role.FOUNDER)
    asker = actions.ask_to_join(person=cast.chen, community=community, display_name="Chen")
    assert count(community) == 1
    actions.answer_join_request(membership=ann, asker=asker, accepted=True)
    assert (asker.state, count(community)) == (State.ACTIVE, 2)
    assert asker.welcome.welcomer == ann
    assert told("communities.answered_join_request") == [cast.chen.pk]
    with pytest.raises(Refused):
        actions.answer_join_request(membership=ann, asker=asker, accepted=False, reason="No")


def test_a_no_needs_a_reason_and_a_week_before_asking_again(cast):
    community = make_community("quiet", access=Access.REQUEST)
    ann = make_member(community, "Ann", Role.FOUNDER)
    asker = actions.ask_to_join(person=cast.chen, community=community, display_name="Chen")
    with pytest.raises(Refused):
        actions.answer_join_request(membership=ann, asker=asker, accepted=False)
    actions.answer_join_request(membership=ann, asker=asker, accepted=False, reason="This is for the third floor.")
    with pytest.raises(Refused):
        actions.ask_to_join(person=cast.chen, community=community, display_name="Chen")
    with clock.at(clock.now() + timedelta(days=8)):
        actions.ask_to_join(person=cast.chen, community=community, display_name="Chen")


def test_only_stewards_answer(cast):
    community = make_community("quiet", access=Access.REQUEST)
    cai = make_member(community, "Cai")
    asker = actions.ask_to_join(person=cast.chen, community=community, display_name="Chen")
    with pytest.raises(Refused):
        actions.answer_join_request(membership=cai, asker=asker, accepted=True)
    with pytest.raises(Refused):
        actions.answer_join_request(membership=cast.ada, asker=asker, accepted=True)


@pytest.mark.parametrize(("access", "member_may"), [("open", 1), ("invitation", 1), ("request", 0), ("hidden", 0)])
def test_who_may_invite_follows_the_access(cast, access, member_may):
    Community.objects.filter(pk=cast.community.pk).update(access=access)
    for membership, may in ((cast.bo, member_may), (cast.dee, 1)):
        membership.refresh_from_db()
        if may:
            assert actions.invite(membership=membership).works
        else:
            with pytest.raises(Refused):
                actions.invite(membership=membership)


def test_an_invitation_lets_in_so_many_and_no_more(cast):
    Community.objects.filter(pk=cast.community.pk).update(access=Access.HIDDEN)
    cast.dee.refresh_from_db()
    link = actions.invite(membership=cast.dee, people=1)
    member = actions.accept_invitation(person=cast.chen, invitation=link, display_name="Chen")
    assert member.is_active
    assert link.acceptances.get().membership == member
    actions.accept_invitation(person=cast.bo.person, invitation=link)  # a member uses nothing up
    with pytest.raises(Refused):
        actions.accept_invitation(person=make_person("Late"), invitation=link, display_name="Late")


@pytest.mark.parametrize("end", ["expired", "withdrawn"])
def test_an_invitation_ends(cast, end):
    link = actions.invite(membership=cast.bo, days=2)
    later = clock.now()
    if end == "withdrawn":
        actions.withdraw_invitation(membership=cast.dee, invitation=link)
    else:
        later += timedelta(days=3)
    with clock.at(later), pytest.raises(Refused):
        actions.accept_invitation(person=cast.chen, invitation=link, display_name="Chen")
    assert Invitation.objects.get(pk=link.pk).uses_left == 10


@pytest.mark.usefixtures("at_noon")
def test_members_make_small_invitations_and_not_too_many(cast):
    with pytest.raises(Refused):
        actions.invite(membership=cast.bo, people=11)
    for _n in range(10):
        actions.invite(membership=cast.bo)
    with pytest.raises(TooMany):
        actions.invite(membership=cast.bo)


def test_leaving_and_coming_back_keeps_the_name_and_counts_right(cast):
    actions.leave(membership=cast.bo)
    assert (cast.bo.state, count(cast.community)) == (State.LEFT, 4)
    back = actions.join(person=cast.bo.person, community=cast.community)
    assert (back, back.display_name, count(cast.community)) == (cast.bo, "Bo", 5)


def test_the_only_founder_stays_until_there_is_another(cast):
    with pytest.raises(Refused):
        actions.leave(membership=cast.ada)
    actions.change_role(membership=cast.ada, member=cast.dee, role=Role.FOUNDER)
    actions.leave(membership=cast.ada)
    assert cast.ada.role == Role.MEMBER


def test_stewards_name_supporters_and_founders_name_stewards(cast):
    actions.change_role(membership=cast.dee, member=cast.bo, role=Role.SUPPORTER)
    assert told("communities.role_changed") == [cast.bo.person_id]
    for member, role in ((cast.bo, Role.STEWARD), (cast.ada, Role.MEMBER)):
        with pytest.raises(Refused):
            actions.change_role(membership=cast.dee, member=member, role=role)
    actions.change_role(membership=cast.ada, member=cast.bo, role=Role.STEWARD)
    with pytest.raises(Refused):
        actions.change_role(membership=cast.ada, member=cast.ada, role=Role.MEMBER)
    with pytest.raises(Refused):
        actions.change_role(membership=cast.sol, member=cast.bo, role=Role.MEMBER)


def test_a_removed_member_reads_why_and_comes_back_only_when_let(cast):
    actions.remove_member(membership=cast.dee, member=cast.bo, reason="Shouting at people.")
    assert (cast.bo.state, count(cast.community)) == (State.REMOVED, 4)
    assert told("communities.removed") == [cast.bo.person_id]
    with pytest.raises(Refused):
        actions.join(person=cast.bo.person, community=cast.community)
    actions.readmit_member(membership=cast.ada, member=cast.bo)
    assert actions.join(person=cast.bo.person, community=cast.community).is_active


def test_nobody_removes_a_founder_a_peer_or_themselves(cast):
    eve = make_member(cast.community, "Eve", Role.STEWARD)
    for member in (cast.ada, eve, cast.dee):
        with pytest.raises(Refused):
            actions.remove_member(membership=cast.dee, member=member, reason="Because.")
    with pytest.raises(Refused):
        actions.remove_member(membership=cast.sol, member=cast.bo, reason="Because.")


def test_what_was_said_among_members_never_becomes_public(cast):
    fields = {"name": "Riverside", "purpose": "Us."}
    actions.edit_community(membership=cast.dee, access=Access.INVITATION, **fields)
    with pytest.raises(Refused) as refused:
        actions.edit_community(membership=cast.dee, access=Access.OPEN, **fields)
    assert refused.value.field == "access"


def test_doors_close_but_talk_stays_open(cast):
    actions.open_doors(membership=cast.dee, doors=["talk", "meet"])
    assert Community.objects.get(pk=cast.community.pk).open_doors == ["talk", "meet"]
    with pytest.raises(Refused):
        actions.open_doors(membership=cast.dee, doors=["meet"])


def test_rules_are_sanitised(cast):
    made = actions.edit_rules(membership=cast.dee, rules="- be kind <script>x</script>", welcome="**Hello**")
    assert "<script" not in made.rules_html
    assert "<strong>Hello</strong>" in made.welcome_html


def test_a_closed_account_leaves_a_blank_persona_and_a_founder(cast):
    cast.ada.about = "I live at the mill"
    cast.ada.save()
    actions.erase_persona(cast.ada)
    cast.ada.refresh_from_db()
    assert (cast.ada.display_name, cast.ada.about, cast.ada.person) == ("Someone who left", "", None)
    cast.dee.refresh_from_db()
    assert cast.dee.role == Role.FOUNDER
    assert count(cast.community) == 4


def test_wrong_numbers_are_repaired(cast):
    Community.objects.filter(pk=cast.community.pk).update(members_count=99)
    assert actions.recount_members() == 1
    assert count(cast.community) == 5
    assert actions.recount_members() == 0


def test_personal_text_never_enters_the_trail(cast):
    actions.join(person=cast.chen, community=cast.community, display_name="Chen", brought="secret-canary")
    assert not [step for step in Step.objects.all() if "canary" in str(step.data)]
    assert Outbox.objects.exists()
