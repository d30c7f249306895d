from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, make_member

from commonweal.communities.models import Access, Community, Membership
from commonweal.communities.registries import NEED_YOU, YOU_SAID
from commonweal.conversations.models import Watch
from commonweal.gatherings import hooks, personal, queries, tells
from commonweal.gatherings.actions import answer_hosting, cancel_gathering, change_gathering, plan_gathering
from commonweal.gatherings.afterwards import say_how_it_was, say_it_took_place, see_worry, write_recap
from commonweal.gatherings.jobs import ask_how_it_was, open_the_last_day
from commonweal.gatherings.models import Answer, Attendance, Cancellation, Gathering, Promotion, Rsvp, SafetyWord
from commonweal.gatherings.seats import answer_gathering
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.models import Block
from commonweal.trail.actions import type_of
from commonweal.trail.models import FollowUp, Link, Step

ADDRESS = "12 Quince Lane, ring twice"


def planned(host: Membership, **facts: Any) -> Gathering:
    start = clock.now() + timedelta(days=3)
    defaults = {
        "title": "Soup by the river",
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "area": "near the old mill",
        "address": ADDRESS,
    }
    return plan_gathering(membership=host, **{**defaults, **facts})


def settled(*members: Membership) -> None:
    """Make these members old enough here to be no newcomers."""
    for member in members:
        member.joined_at = clock.now() - timedelta(days=90)
        member.save(update_fields=["joined_at"])


def come(member: Membership, gathering: Gathering, answer: str = "yes", **more: str) -> str:
    return answer_gathering(membership=member, gathering=gathering, answer=answer, **more).answer


def page_of(cast: Cast, who: Any, gathering: Gathering, name: str = "gathering") -> str:
    client = cast.sign_in(who) if who else Client()
    return client.get(reverse(f"gatherings:{name}", args=["riverside", gathering.pk])).content.decode()


def steps(verb: str) -> list[Step]:
    return list(Step.objects.filter(verb=f"gatherings.{verb}").order_by("at", "pk"))


def told(verb: str, tell: Any) -> set[int]:
    return {telling.person_id for step in steps(verb) for telling in tell(step)}


# Planning


def test_a_gathering_planned_from_a_topic_is_linked_and_its_followers_are_told(cast: Cast) -> None:
    from commonweal.conversations.actions import start_topic

    topic = start_topic(membership=cast.bo, title="Who likes soup?", text="I do.")
    Watch.objects.get_or_create(membership=cast.sol, topic=topic)
    client = cast.sign_in(cast.ada)
    url = f"{reverse('gatherings:plan', args=['riverside'])}?topic={topic.pk}"
    assert 'value="Who likes soup?"' in client.get(url).content.decode()
    day = (clock.now() + timedelta(days=5)).date().isoformat()
    answer = client.post(
        url,
        {
            "title": "Soup", "day": day, "from_time": "18:00", "until_time": "20:00",
            "area": "the mill", "newcomer_seats": "2",
        },
    )  # fmt: skip
    made = Gathering.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/c/riverside/meet/{made.pk}/")
    assert Link.objects.filter(source_id=topic.pk, target_type=type_of(made), target_id=made.pk).exists()
    assert told("planned", tells.of_planning) == {cast.bo.person_id, cast.sol.person_id}
    assert "Who likes soup?" in page_of(cast, cast.bo, made)


def test_times_are_those_of_the_community_and_past_midnight_is_the_next_day(cast: Cast) -> None:
    Community.objects.update(time_zone="Europe/Lisbon")
    client = cast.sign_in(cast.bo)
    client.post(
        reverse("gatherings:plan", args=["riverside"]),
        {
            "title": "Stars", "day": "2031-07-05", "from_time": "22:00", "until_time": "01:00",
            "area": "hill", "newcomer_seats": "0",
        },
    )  # fmt: skip
    made = Gathering.objects.get()
    assert made.starts_at == datetime(2031, 7, 5, 22, tzinfo=ZoneInfo("Europe/Lisbon"))
    assert made.ends_at - made.starts_at == timedelta(hours=3)
    assert "Lisbon" in page_of(cast, cast.sol, made)


def test_what_was_typed_is_kept_beside_the_reason_when_a_plan_is_refused(cast: Cast) -> None:
    data = {"title": "Soup", "day": "2020-01-01", "from_time": "18:00", "until_time": "20:00", "newcomer_seats": "2"}
    answer = cast.sign_in(cast.bo).post(reverse("gatherings:plan", args=["riverside"]), data)
    assert answer.status_code == 422
    assert 'value="Soup"' in answer.content.decode()
    assert "Say roughly where it is" in answer.content.decode()
    assert not Gathering.objects.exists()


def test_planning_twice_with_one_submission_plans_once(cast: Cast) -> None:
    import uuid

    key = uuid.uuid4()
    assert planned(cast.bo, submission=key) == planned(cast.bo, submission=key)
    assert Gathering.objects.count() == 1


def test_a_support_gathering_needs_a_second_host_who_agrees_before_anyone_can_come(cast: Cast) -> None:
    with pytest.raises(Refused):
        planned(cast.sol, for_support=True)
    made = planned(cast.sol, for_support=True, second_host=cast.bo)
    with pytest.raises(Refused):
        come(cast.ines, made)
    assert "<strong>Bo</strong>" not in page_of(cast, cast.ines, made).split("Who comes")[1]
    assert [row.group for row in hooks.asked_to_host(cast.bo.person, [cast.bo])] == [NEED_YOU]
    answer_hosting(membership=cast.bo, gathering=made, agree=True)
    assert come(cast.ines, made) == Answer.YES
    assert "<strong>Bo</strong>" in page_of(cast, cast.ines, made).split("Who comes")[1]


def test_a_first_meeting_of_two_is_seen_by_the_two_alone(cast: Cast) -> None:
    made = planned(cast.bo, title="Tea for two", only_for=(cast.bo.pk, cast.ines.pk))
    assert "Tea for two" in page_of(cast, cast.ines, made)
    assert told("planned", tells.of_planning) == {cast.ines.person_id}
    for who in (cast.sol, cast.dee, cast.ada):
        client = cast.sign_in(who)
        assert client.get(reverse("gatherings:gathering", args=["riverside", made.pk])).status_code == 404
        assert client.get(reverse("gatherings:calendar", args=["riverside", made.pk])).status_code == 404
        assert "Tea for two" not in client.get(reverse("gatherings:list", args=["riverside"])).content.decode()
        with pytest.raises(Refused):
            come(who, made)
    assert "Tea for two" not in Client().get(reverse("gatherings:list", args=["riverside"])).content.decode()
    assert come(cast.ines, made) == Answer.YES


# Seats


def test_those_who_find_no_seat_wait_in_order_and_move_up_when_somebody_leaves(cast: Cast) -> None:
    settled(cast.bo, cast.dee, cast.sol, cast.ines)
    made = planned(cast.ada, capacity=2, newcomer_seats=0)
    assert [come(m, made) for m in (cast.bo, cast.dee, cast.sol)] == ["yes", "waiting", "waiting"]
    come(cast.bo, made, "no")
    answers = dict(Rsvp.objects.values_list("membership__display_name", "answer"))
    assert answers == {"Ada": "yes", "Bo": "no", "Dee": "yes", "Sol": "waiting"}
    assert Promotion.objects.get().rsvp.membership == cast.dee
    assert told("promoted", tells.of_promotion) == {cast.dee.person_id}


def test_seats_for_newcomers_are_kept_until_the_last_day_and_then_given_in_order(cast: Cast) -> None:
    settled(cast.bo, cast.dee)
    made = planned(cast.ada, capacity=3, newcomer_seats=1)
    assert come(cast.bo, made) == "yes"
    assert come(cast.dee, made) == "waiting"
    assert come(cast.ines, made) == "yes"
    come(cast.ines, made, "no")
    assert Rsvp.objects.get(membership=cast.dee).answer == "waiting"
    with clock.at(made.starts_at - timedelta(hours=23)):
        open_the_last_day()
        open_the_last_day()
    assert Rsvp.objects.get(membership=cast.dee).answer == "yes"
    assert len(steps("opened")) == 1


def test_saying_yes_again_keeps_the_place_in_the_line(cast: Cast) -> None:
    settled(cast.bo, cast.dee, cast.sol)
    made = planned(cast.ada, capacity=2, newcomer_seats=0)
    for member in (cast.bo, cast.dee, cast.sol):
        come(member, made)
    before = Rsvp.objects.get(membership=cast.dee).answered_at
    come(cast.dee, made, access_needs="a chair")
    assert Rsvp.objects.get(membership=cast.dee).answered_at == before


def test_of_two_who_want_the_last_seat_at_the_same_moment_one_waits(
    in_threads: Any, request: pytest.FixtureRequest
) -> None:
    cast: Cast = request.getfixturevalue("cast")
    settled(cast.bo, cast.dee)
    made = planned(cast.ada, capacity=2, newcomer_seats=0)
    answers = in_threads(lambda: come(cast.bo, made), lambda: come(cast.dee, made))
    assert sorted(map(str, answers)) == ["waiting", "yes"]
    assert Gathering.objects.get().coming_count == 2


# Where exactly


def test_the_address_is_for_those_who_come_from_a_day_before_and_goes_with_a_cancellation(cast: Cast) -> None:
    made = planned(cast.ada)
    come(cast.bo, made)
    come(cast.sol, made, "maybe")
    everyone = (cast.bo, cast.sol, cast.dee, None)
    for who in everyone:
        assert ADDRESS not in page_of(cast, who, made) + page_of(cast, who, made, "calendar")
    with clock.at(made.starts_at - timedelta(hours=23)):
        assert ADDRESS in page_of(cast, cast.bo, made)
        assert "12 Quince Lane" in page_of(cast, cast.bo, made, "calendar")
        for who in everyone[1:]:
            assert ADDRESS not in page_of(cast, who, made)
            assert "Quince" not in page_of(cast, who, made, "calendar")
        cancel_gathering(membership=cast.ada, gathering=made, reason="I am ill.")
        assert ADDRESS not in page_of(cast, cast.bo, made)
        assert "Quince" not in page_of(cast, cast.bo, made, "calendar")
        assert "I am ill." in page_of(cast, cast.bo, made)
    assert told("cancelled", tells.of_cancelling) == {cast.bo.person_id, cast.sol.person_id}


def test_a_feed_shows_what_one_comes_to_but_never_an_address_and_dies_when_renewed(cast: Cast) -> None:
    made = planned(cast.ada)
    come(cast.bo, made)
    client = cast.sign_in(cast.bo)
    client.post(reverse("gatherings:feed_settings"))
    token = cast.bo.person.gathering_feed.token
    with clock.at(made.starts_at - timedelta(hours=2)):
        feed = Client().get(reverse("gatherings:feed", args=[token])).content.decode()
    assert "Soup by the river" in feed
    assert "Quince" not in feed
    client.post(reverse("gatherings:feed_settings"))
    assert Client().get(reverse("gatherings:feed", args=[token])).status_code == 404


# Kept apart


def test_people_kept_apart_do_not_see_each_other_and_only_the_hosts_learn_that_both_come(cast: Cast) -> None:
    made = planned(cast.ada)
    Block.objects.create(blocker=cast.bo.person, blocked=cast.ines.person)
    come(cast.bo, made)
    come(cast.ines, made)
    assert "Ines" not in page_of(cast, cast.bo, made).split("Who comes")[1]
    seen_by_ines = page_of(cast, cast.ines, made).split("Who comes")[1]
    assert ">B</span>Bo" not in seen_by_ines
    assert "2 people are coming" in seen_by_ines
    assert "better kept apart" in page_of(cast, cast.ada, made)
    assert "better kept apart" not in page_of(cast, cast.bo, made)
    assert told("conflicted", tells.of_conflict) == {cast.ada.person_id}
    assert "Bo" not in str(next(iter(tells.of_conflict(steps("conflicted")[0]))).text)


def test_a_gathering_hosted_by_somebody_kept_apart_does_not_exist_for_one(cast: Cast) -> None:
    made = planned(cast.bo)
    Block.objects.create(blocker=cast.bo.person, blocked=cast.ines.person)
    client = cast.sign_in(cast.ines)
    assert client.get(reverse("gatherings:gathering", args=["riverside", made.pk])).status_code == 404
    assert "Soup" not in client.get(reverse("gatherings:list", args=["riverside"])).content.decode()


# Who may do what


def test_strangers_members_and_hosts_reach_what_is_theirs(cast: Cast) -> None:
    made = planned(cast.bo)
    Community.objects.update(access=Access.REQUEST)
    one = ["riverside", made.pk]
    assert cast.sign_in(cast.chen).get(reverse("gatherings:gathering", args=one)).status_code == 404
    assert Client().get(reverse("gatherings:calendar", args=one)).status_code == 404
    for name in ("edit", "took_place", "recap", "cancel"):
        assert cast.sign_in(cast.sol).get(reverse(f"gatherings:{name}", args=one)).status_code == 404
        assert cast.sign_in(cast.bo).get(reverse(f"gatherings:{name}", args=one)).status_code == 200
    assert cast.sign_in(cast.sol).get(reverse("gatherings:worries", args=["riverside"])).status_code == 404
    with pytest.raises(Refused):
        cancel_gathering(membership=cast.sol, gathering=made, reason="no")


def test_what_somebody_needs_is_seen_by_hosts_only(cast: Cast) -> None:
    made = planned(cast.bo)
    come(cast.ines, made, access_needs="I come with an oxygen bottle")
    assert "oxygen" in page_of(cast, cast.bo, made)
    assert "oxygen" not in page_of(cast, cast.sol, made)
    assert "oxygen" not in page_of(cast, cast.dee, made)


def test_those_who_answered_hear_of_a_new_time_but_not_of_a_better_wording(cast: Cast) -> None:
    made = planned(cast.ada)
    come(cast.bo, made)
    facts = {
        name: getattr(made, name)
        for name in (
            "title", "text", "starts_at", "ends_at", "area", "address", "link", "capacity", "newcomer_seats",
            "access_notes", "for_support",
        )
    }  # fmt: skip
    change_gathering(membership=cast.ada, gathering=made, **{**facts, "text": "Bring a bowl."})
    assert steps("changed") == []
    later = made.starts_at + timedelta(hours=1)
    change_gathering(membership=cast.ada, gathering=made, **{**facts, "starts_at": later})
    assert told("changed", tells.of_change) == {cast.bo.person_id}


# Afterwards


def test_it_counts_once_for_each_guest_when_both_sides_said_so(cast: Cast) -> None:
    made = planned(cast.ada)
    come(cast.bo, made)
    come(cast.sol, made)
    with clock.at(made.ends_at + timedelta(hours=1)):
        say_how_it_was(membership=cast.bo, gathering=made, was_there=True, helped="yes")
        assert steps("attended") == []
        say_it_took_place(membership=cast.ada, gathering=made, took_place=True, present=[cast.bo.pk, 10_000])
        say_how_it_was(membership=cast.sol, gathering=made, was_there=False)
        say_how_it_was(membership=cast.ada, gathering=made, was_there=True, helped="somewhat")
    assert {step.actor for step in steps("attended")} == {cast.ada.pk, cast.bo.pk}
    assert len(steps("attended")) == Attendance.objects.count() == 2
    assert FollowUp.objects.filter(membership=cast.bo.pk, closed_at__isnull=True).get().due_at == (
        made.ends_at + timedelta(days=7)
    )


def test_a_host_alone_does_not_make_a_gathering_count(cast: Cast) -> None:
    made = planned(cast.ada)
    come(cast.bo, made)
    with clock.at(made.ends_at + timedelta(hours=1)):
        say_it_took_place(membership=cast.ada, gathering=made, took_place=True, present=[cast.bo.pk])
    assert steps("attended") == []


def test_everyone_who_came_is_asked_once_and_finds_the_question_on_today(cast: Cast) -> None:
    made = planned(cast.ada)
    come(cast.bo, made)
    coming = list(hooks.what_you_come_to(cast.bo.person, [cast.bo]))
    assert [row.group for row in coming] == [YOU_SAID]
    with clock.at(made.ends_at + timedelta(minutes=6)):
        ask_how_it_was()
        ask_how_it_was()
        assert len(steps("ended")) == 1
        assert [row.url for row in hooks.how_it_was(cast.bo.person, [cast.bo])] == [
            reverse("gatherings:afterwards", args=["riverside", made.pk])
        ]
        assert [row.url for row in hooks.how_it_was(cast.ada.person, [cast.ada])] == [
            reverse("gatherings:took_place", args=["riverside", made.pk])
        ]
        url = reverse("gatherings:afterwards", args=["riverside", made.pk])
        cast.sign_in(cast.bo).post(url, {"was_there": "yes", "helped": "yes"})
        assert list(hooks.how_it_was(cast.bo.person, [cast.bo])) == []


def test_a_host_who_said_that_it_took_place_is_later_asked_only_how_it_was(cast: Cast) -> None:
    made = planned(cast.ada)
    come(cast.bo, made)
    with clock.at(made.ends_at + timedelta(hours=1)):
        say_it_took_place(membership=cast.ada, gathering=made, took_place=True, present=[cast.bo.pk])
        say_how_it_was(membership=cast.ada, gathering=made, was_there=True)
    with clock.at(made.ends_at + timedelta(days=8)):
        assert [row.url for row in hooks.how_it_was(cast.ada.person, [cast.ada])] == [
            reverse("gatherings:afterwards", args=["riverside", made.pk])
        ]


def test_a_private_word_about_safety_reaches_a_steward_who_did_not_host_and_names_nobody_on_the_trail(
    cast: Cast,
) -> None:
    made = planned(cast.ada)
    come(cast.ines, made)
    with clock.at(made.ends_at):
        url = reverse("gatherings:afterwards", args=["riverside", made.pk])
        cast.sign_in(cast.ines).post(url, {"was_there": "yes", "felt": "unsafe", "words": "somebody followed me home"})
    word = SafetyWord.objects.get()
    assert [step.actor for step in steps("felt_unsafe")] == [None]
    assert told("felt_unsafe", tells.of_worry) == {cast.dee.person_id}
    assert len(list(hooks.desk(cast.dee))) == 1
    assert list(hooks.desk(cast.ada)) == []
    worries = reverse("gatherings:worries", args=["riverside"])
    assert "followed me" in cast.sign_in(cast.dee).get(worries).content.decode()
    assert "followed me" not in cast.sign_in(cast.ada).get(worries).content.decode()
    with pytest.raises(Refused):
        see_worry(membership=cast.ada, word=word)
    cast.sign_in(cast.dee).post(reverse("gatherings:worry_seen", args=["riverside", word.pk]))
    assert list(hooks.desk(cast.dee)) == []


def test_a_recap_is_for_everyone_and_those_who_could_not_come_hear_of_it(cast: Cast) -> None:
    made = planned(cast.ada)
    come(cast.bo, made, "maybe")
    with clock.at(made.ends_at):
        write_recap(membership=cast.ada, gathering=made, text="We sang.")
        assert "We sang." in page_of(cast, None, made)
    assert told("recapped", tells.of_recap) == {cast.bo.person_id}


def test_when_an_account_goes_its_seat_is_freed_and_what_only_it_hosted_is_cancelled(cast: Cast) -> None:
    settled(cast.sol)
    hosted = planned(cast.bo)
    full = planned(cast.ada, capacity=2, newcomer_seats=0)
    come(cast.bo, full)
    come(cast.sol, full)
    personal.erase(cast.bo.person)
    assert Rsvp.objects.get(gathering=full, membership=cast.sol).answer == "yes"
    assert Cancellation.objects.filter(gathering=hosted).exists()
    assert Gathering.objects.get(pk=hosted.pk).address == ""
    assert personal.export(cast.ada.person)["planned"][0]["title"] == "Soup by the river"


# Pages


def test_the_week_is_drawn_and_said_in_words(cast: Cast) -> None:
    planned(cast.ada)
    html = cast.sign_in(cast.bo).get(reverse("gatherings:list", args=["riverside"])).content.decode()
    assert html.count('class="meeting"') == 1
    assert html.count("nothing planned") == 6
    assert "style=" not in html


def test_a_number_of_seats_never_shows_that_somebody_is_missing_from_the_list(cast: Cast) -> None:
    made = planned(cast.ada, capacity=30)
    assert queries.room(made) == "free"
    made.coming_count = 27
    assert queries.room(made) == "few"
    made.coming_count = 30
    assert queries.room(made) == "full"


@pytest.mark.parametrize("members", [50, 50_000])
def test_the_list_costs_the_same_however_many_members_there_are(
    cast: Cast, members: int, django_assert_max_num_queries: Any
) -> None:
    Membership.objects.bulk_create(
        [Membership(community=cast.community, display_name=f"M{n}") for n in range(members)], batch_size=5000
    )
    for n in range(25):
        made = planned(cast.ada if n % 2 else cast.dee, title=f"Walk {n}") if n < 10 else None
        if made:
            come(cast.bo, made)
    client = cast.sign_in(cast.bo)
    url = reverse("gatherings:list", args=["riverside"])
    client.get(url)
    with django_assert_max_num_queries(10):
        assert client.get(url).status_code == 200


def test_a_new_member_of_a_big_gathering_sees_a_few_faces_and_a_number(cast: Cast) -> None:
    made = planned(cast.ada)
    for n in range(15):
        come(make_member(cast.community, f"Guest{n}"), made)
    html = page_of(cast, cast.ines, made)
    assert "and 3 more" in html
    assert "16 people are coming" in html
