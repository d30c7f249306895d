"""Somebody who knows nobody writes at two in the morning on an old phone, and is met: with scripts off, by keys alone, in
Spanish, and with the worker stopped for an hour in the middle.

One instance, a community for each walk; the clock of the whole instance moves on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.instance import Instance

from . import arriving, company, supporting
from .hands import Finger, Keys
from .walker import Walker


@dataclass(frozen=True)
class Condition:
    """How one of the walks is walked."""

    key: str
    language: str = "en"
    scripts: bool = True
    keys: bool = False
    width: int = 390
    barriers: bool = False


PLAIN = Condition("plain", scripts=False, width=320)
KEYS = Condition("keys", keys=True, barriers=True)
SPANISH = Condition("spanish", language="es")
LATE = Condition("late")
#: The levels of support.models.Escalation that this walk comes to.
ON_DUTY, SUPPORTERS, STEWARDS = 1, 2, 3
CONDITIONS = [PLAIN, KEYS, SPANISH, LATE]


@dataclass
class Cast:
    """The newcomer walks under the condition; the others are on other devices, in the same language."""

    instance: Instance
    home: str
    newcomer: Walker
    supporter: Walker
    friend: Walker
    steward: Walker
    everyone: list[Walker] = field(default_factory=list)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with Instance(tmp_path_factory.mktemp("alone"), rehearsal=True, DEMO="0", MAIL="file") as started:
        yield started


@pytest.fixture(scope="module")
def sessions(instance: Instance) -> dict[str, dict[str, str]]:
    """Who is signed in where, once web and worker run, each on its own."""
    places = {condition.key: condition.language for condition in CONDITIONS}
    seeded: dict[str, dict[str, str]] = instance.python(
        f"from tests.journeys.seeding import seed\nresult = seed({places!r})"
    )
    instance.start("--no-worker")
    instance.start_worker()
    return seeded


@pytest.fixture
def cast(request: Any, browser: Browser, instance: Instance, sessions: dict[str, dict[str, str]]) -> Iterator[Cast]:
    condition: Condition = request.param
    newcomer = Walker(
        browser,
        instance,
        f"Nadia-{condition.key}",
        language=condition.language,
        scripts=condition.scripts,
        hands=Keys() if condition.keys else Finger(),
        barriers=condition.barriers,
        size={"width": condition.width, "height": 700},
    )
    others = [
        Walker(browser, instance, name, language=condition.language, barriers=False, session=session)
        for name, session in sessions[condition.key].items()
    ]
    yield Cast(instance, f"/c/{condition.key}/", newcomer, *others, everyone=[newcomer, *others])
    for one in (newcomer, *others):
        one.close()


def _arrive_at_two(cast: Cast) -> None:
    cast.instance.move_clock_to(2)
    arriving.sign_up_and_join(
        cast.newcomer,
        cast.home,
        cast.newcomer.writes["brought"],
        way_in="Join",
        brought="Somebody close to me is",
    )


def _nothing_was_wrong(cast: Cast) -> None:
    troubles = [trouble for one in cast.everyone for trouble in one.troubles()]
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize("cast", [PLAIN, KEYS, SPANISH], indirect=True, ids=lambda condition: condition.key)
def test_who_knows_nobody_is_met(cast: Cast) -> None:
    newcomer = cast.newcomer
    _arrive_at_two(cast)
    topic = supporting.ask_without_name(newcomer, cast.home, pressing=True)
    newcomer.sees("If it is too much right now, talk to a person")
    newcomer.sees(
        (
            "Nobody was on duty when you asked, so the one person who can help was told at once.",
            "Nobody was on duty when you asked, so all %(n)s supporters and stewards were told at once.",
            2,
        )
    )
    supporting.answer_from_queue(cast.supporter, newcomer, cast.home)
    supporting.answer_from_support(cast.friend, newcomer, cast.home, topic)
    supporting.say_that_it_helped(newcomer, topic)
    company.is_met(newcomer, cast.friend, cast.instance, cast.home, topic)
    _nothing_was_wrong(cast)


#: What was told of the request, step by step, and whom each step should have told; and how often each of them was.
TOLD = """
from collections import Counter
from commonweal.notices.models import Notice
from commonweal.support.models import Escalation, SupportRequest
from commonweal.trail.models import Outbox, Step
request = SupportRequest.objects.get(community__slug="late", sort="support")
mine = Step.objects.filter(subject_id=request.pk, community=request.community_id, verb="support.told")
owed = Counter((str(step.pk), pk) for step in mine for pk in step.data["to"])
person = dict(request.community.memberships.values_list("person", "pk"))
had = Counter((str(n.step), person[n.person_id]) for n in Notice.objects.filter(step__in=mine))
result = {
    "levels": sorted(Escalation.objects.filter(request=request).values_list("level", flat=True)),
    "steps": sorted(step.data["level"] for step in mine),
    "owed_and_had": owed == had,
    "twice": [n for n in had.values() if n > 1],
    "waiting": Outbox.objects.count(),
}
"""


@pytest.mark.parametrize("cast", [LATE], indirect=True, ids=lambda condition: condition.key)
def test_an_hour_without_the_worker_keeps_nobody_from_writing_and_everything_due_is_told_once(cast: Cast) -> None:
    instance, newcomer = cast.instance, cast.newcomer
    _arrive_at_two(cast)
    supporting.go_on_duty(cast.supporter, cast.home)
    instance.stop_worker()
    topic = supporting.ask_without_name(newcomer, cast.home)
    newcomer.sees(
        "The people on duty were told the moment you asked. If nobody takes it on within 15 minutes, all supporters are "
        "told, then the stewards."
    )
    instance.move_clock(hours=1)
    assert instance.python(TOLD)["steps"] == [ON_DUTY], "nobody could look at the clock"
    newcomer.go(topic)
    newcomer.sees((*supporting.SHOULD_ANSWER, 2))
    newcomer.go("/notices/")

    instance.start_worker()
    cast.supporter.go("/notices/")
    cast.supporter.sees_soon("Somebody asks for support in %(community)s. Can you answer?")
    instance.move_clock(minutes=16)
    cast.steward.go("/notices/")
    cast.steward.sees_soon("Nobody has taken on a request for support in %(community)s yet.")
    supporting.answer_from_queue(cast.supporter, newcomer, cast.home)
    supporting.answer_from_support(cast.friend, newcomer, cast.home, topic)
    supporting.say_that_it_helped(newcomer, topic)
    _told_once(instance)
    instance.stop_worker()
    instance.start_worker()
    company.is_met(newcomer, cast.friend, instance, cast.home, topic)
    _told_once(instance)
    _nothing_was_wrong(cast)


def _told_once(instance: Instance) -> None:
    told = instance.python(TOLD)
    assert told["steps"] == told["levels"] == [ON_DUTY, SUPPORTERS, STEWARDS]
    assert told["owed_and_had"]
    assert told["twice"] == []
    mails = [mail for mail in instance.mails() if "Long nights late" in mail]
    for address, sentence in (
        ("sol.late@example.org", "You are on duty."),
        ("sol.late@example.org", "Can you answer?"),
        ("edda@example.org", "Nobody has taken on"),
    ):
        sent = [mail for mail in mails if f"To: {address}" in mail and sentence in mail]
        assert len(sent) == 1, f"{len(sent)} letters say “{sentence}” to {address}"
