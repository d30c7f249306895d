"""What is on somebody's Today: three short groups, a newcomer's first steps, and an end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.kit import clock
from commonweal.people.models import Person
from commonweal.trail.models import Step

from .models import Door, Membership, Role, Welcome
from .queries import link_to, welcome_of
from .registries import NEED_YOU, NEW, TODAY, YOU_SAID, Row

MOST_ROWS = 5
STAYS_NEW = timedelta(days=14)

TITLES = {
    NEED_YOU: gettext_lazy("People who need you"),
    YOU_SAID: gettext_lazy("What you said you would do"),
    NEW: gettext_lazy("New in your communities"),
}


@dataclass
class Group:
    """One of the three groups of Today. `more` says that there is more than is shown."""

    key: str
    title: Any
    rows: list[Row] = field(default_factory=list)
    more: bool = False


@dataclass(frozen=True)
class FirstStep:
    """One of the things a newcomer can do first, and whether they have."""

    label: Any
    detail: Any
    url: str
    icon: str
    done: bool


@dataclass(frozen=True)
class FirstSteps:
    """The card a newcomer finds on Today and on the front page: who greets them, and what to do first."""

    membership: Membership
    welcome: Welcome | None
    steps: list[FirstStep]

    @property
    def next(self) -> FirstStep | None:
        return next((step for step in self.steps if not step.done), None)


def groups_of(person: Person, memberships: list[Membership]) -> list[Group]:
    """The groups that have something in them, in order, at most five rows each: the most pressing first.

    As many queries as the sources make (at most two each), however many communities and members there are.
    """
    groups = {key: Group(key, title) for key, title in TITLES.items()}
    for source in TODAY:
        for row in source(person, memberships):
            groups[row.group].rows.append(row)
    never = datetime.max.replace(tzinfo=UTC)
    for group in groups.values():
        group.rows.sort(key=lambda row: row.due or never)
        group.more = len(group.rows) > MOST_ROWS
        group.rows = group.rows[:MOST_ROWS]
    return [group for group in groups.values() if group.rows]


def greeting() -> str:
    """Good morning, afternoon, evening or night, by the clock of the person's own zone (activated by the middleware)."""
    hour = timezone.localtime(clock.now()).hour
    if 5 <= hour < 12:
        return _("Good morning, %(name)s")
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s")
    if 18 <= hour < 23:
        return _("Good evening, %(name)s")
    return _("Still up, %(name)s?")


def farewell() -> str:
    """The end of Today, kind and by the time of day."""
    hour = timezone.localtime(clock.now()).hour
    if 5 <= hour < 12:
        return _("You’re caught up. Have a good day.")
    if 12 <= hour < 18:
        return _("You’re caught up. Enjoy your afternoon.")
    if 18 <= hour < 23:
        return _("You’re caught up. Enjoy your evening.")
    return _("You’re caught up. Sleep well.")


def newest(memberships: list[Membership]) -> Membership | None:
    """The community somebody joined last, while they are still new there. Founders know their way."""
    recent = [m for m in memberships if m.joined_at > clock.now() - STAYS_NEW and m.role != Role.FOUNDER]
    return max(recent, key=lambda m: m.joined_at, default=None)


def first_steps(membership: Membership) -> FirstSteps | None:
    """The card for a newcomer, until all is done or they are no longer new. Three queries.

    What is done is read from the trail, so that this needs to know nothing of the capabilities above.
    """
    if membership.joined_at < clock.now() - STAYS_NEW or membership.role == Role.FOUNDER:
        return None
    welcome = welcome_of(membership)
    verbs = Step.objects.filter(actor=membership.pk, at__gte=membership.joined_at - timedelta(minutes=1))
    done = {verb.partition(".")[0] for verb in verbs.values_list("verb", flat=True).distinct()[:60]}
    steps = [step for step in _steps(membership, done) if step.url]
    if not any(not step.done for step in steps) and (welcome is None or welcome.greeted_at is None):
        return None
    return FirstSteps(membership, welcome, steps)


def _steps(membership: Membership, done: set[str]) -> list[FirstStep]:
    slug, doors = membership.community.slug, membership.community.open_doors
    steps = [
        FirstStep(
            _("Say hello"),
            _("Say in a sentence what brought you. Somebody is glad to hear it."),
            link_to("conversations:topics", slug),
            "talk",
            "conversations" in done,
        )
    ]
    if Door.SUPPORT in doors:
        steps.append(
            FirstStep(
                _("Ask for support"),
                _("Without your name, if you like. Two people answer."),
                link_to("support:ask", slug),
                "support",
                "support" in done,
            )
        )
    if Door.MEET in doors:
        steps.append(
            FirstStep(
                _("Meet somebody"),
                _("Somebody with a similar road, or a seat at the next gathering."),
                link_to("circles:introductions", slug) or link_to("gatherings:list", slug),
                "meet",
                bool({"circles", "gatherings"} & done),
            )
        )
    return steps
