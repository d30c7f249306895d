from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import make_member

from commonweal.communities.models import Access, Community, Membership, Role, Welcome
from commonweal.conversations.models import Topic
from commonweal.insight import pulse
from commonweal.insight.jobs import refresh_pulse, refresh_stale_pulses
from commonweal.insight.models import PulseReport
from commonweal.kit import clock
from commonweal.support.models import SupportRequest
from commonweal.trail import outbox
from commonweal.trail.actions import confirm, link, record
from commonweal.trail.verbs import EFFECTS, VERBS, effect, verb


@pytest.fixture
def met(cast):
    """A verb with an effect of its own, and a way to record that members met after a topic."""
    effect("test.met", "Met in the test")
    verb("test.met", "met in the test", effect="test.met")

    def happened(*members, subject, day: float = 0):
        with clock.at(clock.now() - timedelta(days=day)):
            for member in members:
                record("test.met", subject=subject, actor=member.pk, community=member.community_id)

    yield happened
    EFFECTS._items.pop("test.met")
    VERBS._items.pop("test.met")


def wrote(member, day: float = 10) -> Topic:
    with clock.at(clock.now() - timedelta(days=day)):
        topic = Topic.objects.create(community=member.community, author=member, title="The night bus")
        record("conversations.topic_started", subject=topic, actor=member.pk, community=member.community_id)
    return topic


def test_the_numbers_are_exact_on_a_hand_made_history(cast, met):
    topic = wrote(cast.bo)
    wrote(cast.ines)
    wrote(cast.sol, day=60)  # before the window
    gathering = cast.community  # anything with an id can be what they met at
    link(topic, gathering)
    met(cast.bo, cast.sol, subject=gathering, day=2)
    data = pulse.compute(cast.community.pk, clock.now())
    assert (data["people"], data["across"]) == (2, 1)
    assert data["pairs"] == [["topic", "nothing", 1], ["topic", "test.met", 1]]


def test_the_path_is_walked_through_the_trails_links(cast, met):
    topic, other = wrote(cast.bo, day=10), wrote(cast.bo, day=9)
    with clock.at(clock.now() - timedelta(days=5)):
        record("conversations.opened", subject=cast.community, actor=cast.bo.pk, community=cast.community.pk)
    link(topic, cast.dee)
    link(cast.dee, other)
    met(cast.bo, subject=cast.dee, day=1)
    data = pulse.compute(cast.community.pk, clock.now())
    assert data["pairs"] == [["topic", "test.met", 1]]


def test_another_communitys_steps_do_not_count(cast, met):
    from tests.cast import make_community

    wrote(make_member(make_community("hilltop"), "Hilda"))
    assert pulse.compute(cast.community.pk, clock.now())["people"] == 0


def request(member, *, asked: float, first: float | None = None, second: float | None = None) -> SupportRequest:
    """A request `asked` hours ago, promised in four; answered first and second so many hours after asking."""
    start = clock.now() - timedelta(hours=asked)
    topic = Topic.objects.create(community=member.community, author=member, title="Help", started_at=start)
    return SupportRequest.objects.create(
        topic=topic,
        community=member.community,
        asked_at=start,
        promise_due_at=start + timedelta(hours=4),
        first_reply_at=start + timedelta(hours=first) if first is not None else None,
        answered_at=start + timedelta(hours=second) if second is not None else None,
    )


def test_promises_and_first_replies_count_those_who_still_wait(cast):
    request(cast.bo, asked=50, first=1, second=2)  # kept
    request(cast.bo, asked=40, first=1, second=6)  # late
    request(cast.bo, asked=30)  # never
    request(cast.bo, asked=1)  # not due yet, so it says nothing
    data = pulse.compute(cast.community.pk, clock.now())
    assert data["promise"] == {"kept": 1, "n": 3}
    assert data["first_reply"] == {"minutes": 60, "n": 3}
    assert data["requests_waiting"] == 1


def test_helped_counts_answers_and_leaves_out_silence(cast):
    for member, helped in ((cast.bo, "yes"), (cast.ines, "somewhat"), (cast.sol, "no"), (cast.dee, "")):
        confirm(subject=cast.community, membership=member.pk, community=cast.community.pk, happened=True, helped=helped)
    assert pulse.compute(cast.community.pk, clock.now())["helped"] == {"yes": 2, "n": 3}


def test_newcomers_are_counted_greeted_and_waiting(cast):
    long_ago = clock.now() - timedelta(days=3)
    Welcome.objects.create(newcomer=cast.bo, welcomer=cast.dee, given_at=long_ago, greeted_at=long_ago)
    Membership.objects.filter(pk=cast.ines.pk).update(joined_at=long_ago)
    Welcome.objects.create(newcomer=cast.ines, welcomer=cast.dee, given_at=clock.now())  # passed on just now
    data = pulse.compute(cast.community.pk, clock.now())
    assert data["welcomed"] == {"greeted": 1, "n": 4}  # everyone but the founder
    assert data["newcomers_waiting"] == 1


def page(client: Client) -> str:
    answer = client.get(reverse("insight:pulse", args=["riverside"]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_pulse_teaches(cast):
    assert "Nothing to count yet" in page(cast.sign_in(cast.bo))


def test_members_read_no_small_groups_and_stewards_read_all(cast, met):
    wrote(cast.bo)
    met(cast.bo, subject=cast.community, day=1)
    assert "Fewer than five people" in page(cast.sign_in(cast.ines))
    steward = page(cast.sign_in(cast.dee))
    assert "1 of 1 people got across" in steward
    assert "Met in the test" in steward


def test_a_pulse_has_no_names(cast, met):
    wrote(cast.ines)
    met(cast.ines, subject=cast.community, day=1)
    text = page(cast.sign_in(cast.dee))
    assert ">Ines<" not in text
    assert "The night bus" not in text


def test_whoever_may_enter_reads_the_pulse_and_nobody_else(cast):
    assert Client().get(reverse("insight:pulse", args=["riverside"])).status_code == 200
    Community.objects.update(access=Access.REQUEST)
    assert Client().get(reverse("insight:pulse", args=["riverside"])).status_code == 404


def test_a_page_reads_one_row_however_long_the_history(cast, met):
    client = cast.sign_in(cast.bo)
    page(client)
    with CaptureQueriesContext(connection) as short:
        page(client)
    for _n in range(30):
        met(cast.bo, subject=wrote(cast.bo), day=1)
    refresh_pulse(community=cast.community.pk)
    with CaptureQueriesContext(connection) as long:
        page(client)
    assert len(long) == len(short) <= 10
    assert not any("trail_step" in query["sql"] for query in long)


def test_computing_costs_the_same_for_few_and_many(cast, met):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            pulse.compute(cast.community.pk, clock.now())
        return len(caught)

    topic = wrote(cast.bo)
    link(topic, cast.community)
    met(cast.bo, subject=cast.community)
    few = queries()
    for n in range(25):
        member = make_member(cast.community, f"Neighbour{n}", Role.MEMBER)
        wrote(member)
        met(member, subject=cast.community)
    assert queries() == few


def test_a_step_makes_the_pulse_stale_and_the_worker_brings_it_up_to_date(cast, met):
    refresh_pulse(community=cast.community.pk)
    wrote(cast.bo)
    met(cast.bo, subject=cast.community)
    outbox.drain()
    report = PulseReport.objects.get()
    assert report.stale_since is not None
    assert report.data["people"] == 0
    with clock.at(clock.now() + timedelta(minutes=1)):
        refresh_stale_pulses()
    report.refresh_from_db()
    assert report.stale_since is None
    assert report.data["across"] == 1


def test_the_first_step_after_a_quiet_while_is_counted_at_once(cast, met):
    from django_tasks_db.models import DBTaskResult

    with clock.at(clock.now() - timedelta(minutes=5)):
        refresh_pulse(community=cast.community.pk)
    before = DBTaskResult.objects.ready().count()
    wrote(cast.bo, day=0)
    wrote(cast.ines, day=0)
    outbox.drain()
    assert DBTaskResult.objects.ready().count() == before + 1


def test_two_processes_never_compute_the_same_pulse(cast):
    refresh_pulse(community=cast.community.pk)
    PulseReport.objects.update(claimed_at=clock.now())
    assert not pulse.refresh(cast.community.pk)
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert pulse.refresh(cast.community.pk)


def test_an_old_pulse_is_computed_by_the_page_when_the_worker_sleeps(cast, met):
    client = cast.sign_in(cast.dee)
    page(client)
    wrote(cast.bo)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert "0 of 1 people got across" in page(client)
