"""What introductions and circles contribute to the registries of the layers below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.communities.models import Door, Membership
from commonweal.communities.registries import DESK, MET, NEED_YOU, OCCASIONS, ON_REPORT, TODAY, YOU_SAID, Row
from commonweal.conversations.models import Topic
from commonweal.conversations.registries import OFFLINE_STEPS, STARTING_POINTS, OfflineStep, StartingPoint
from commonweal.kit import clock
from commonweal.people.queries import kept_apart
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS
from commonweal.trail.actions import type_of
from commonweal.trail.models import FollowUp

from . import personal, wishes
from .access import get_introduction_for
from .models import Attendance, Circle, CircleInvitation, Introduction, IntroductionAnswer, Session
from .occasions import occasions
from .queries import pauses_for

if TYPE_CHECKING:
    from commonweal.people.models import Person


#: Reasons of a report (moderation.Reason) that speak of somebody's safety.
REASONS_TO_PAUSE = ("danger", "harassment", "hate", "private", "sexual")


def _meeting_places(memberships: list[Membership]) -> dict[int, Membership]:
    return {m.pk: m for m in memberships if Door.MEET not in m.community.closed_doors}


def introductions_today(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Introductions to answer, and "did you meet?" when it is time. One query, five rows."""
    mine = _meeting_places(memberships)
    if not mine:
        return
    now, apart = clock.now(), kept_apart(person.pk)
    answered = IntroductionAnswer.objects.filter(introduction=OuterRef("pk"), membership__in=mine)
    due = FollowUp.objects.filter(
        subject_type=type_of(Introduction),
        subject_id=OuterRef("pk"),
        membership__in=mine,
        closed_at__isnull=True,
        due_at__lte=now,
    )
    rows = (
        Introduction.objects.filter(Q(first__in=mine) | Q(second__in=mine))
        .annotate(asks=Exists(due))
        .filter(
            Q(opened_at__isnull=True, expires_at__gt=now) & ~Exists(answered) | Q(opened_at__isnull=False, asks=True)
        )
        .exclude(Q(first__person__in=apart) | Q(second__person__in=apart))
        .select_related("community", "first", "second")
        .order_by("expires_at", "pk")[:5]
    )
    for introduction in rows:
        me = introduction.first_id if introduction.first_id in mine else introduction.second_id
        yield _introduction_row(introduction, me)


def _introduction_row(introduction: Introduction, me: int) -> Row:
    url = reverse("circles:introduction", args=[introduction.community.slug, introduction.pk])
    if introduction.opened_at is not None:
        other = introduction.other_of(me)
        return Row(
            title=_("Did you and %(name)s meet?") % {"name": other.display_name},
            detail=_("%(community)s · one tap, and it stays between you") % {"community": introduction.community.name},
            url=url,
            action=_("Say so"),
            group=NEED_YOU,
            face=other,
        )
    return Row(
        title=_("Somebody you might like to meet"),
        detail=_("%(community)s · no names before you both say yes") % {"community": introduction.community.name},
        url=url,
        action=_("Have a look"),
        group=NEED_YOU,
        due=introduction.expires_at,
        icon="introduction",
    )


def circles_today(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """My next sessions within a week, and the last one if I have not said that I was there. Two queries."""
    mine = _meeting_places(memberships)
    if not mine:
        return
    now = clock.now()
    there = Attendance.objects.filter(session=OuterRef("pk"), membership__in=mine)
    rows = (
        Session.objects.filter(
            Q(starts_at__gt=now) | Q(circle__seats__joined_at__lte=F("starts_at")),
            circle__seats__membership__in=mine,
            circle__seats__left_at__isnull=True,
            cancelled_at__isnull=True,
            starts_at__gt=now - timedelta(days=3),
            starts_at__lt=now + timedelta(days=7),
        )
        .exclude(Exists(there))
        .exclude(circle__started_by__person__in=kept_apart(person.pk))
        .select_related("circle__community")
        .order_by("starts_at", "pk")[:5]
    )
    for session in rows:
        begun = session.starts_at <= now
        yield Row(
            title=_("%(circle)s, session %(number)d") % {"circle": session.circle.name, "number": session.number},
            detail=session.circle.community.name,
            url=reverse("circles:circle", args=[session.circle.community.slug, session.circle_id]),
            action=_("Were you there?") if begun else _("See the circle"),
            group=NEED_YOU if begun else YOU_SAID,
            due=session.starts_at,
            icon="circle-people",
        )


def invitations_today(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Circles that somebody is asked into, or is asked to look after. Two queries, five rows each."""
    mine = _meeting_places(memberships)
    if not mine:
        return
    asked = CircleInvitation.objects.filter(membership__in=mine, yes__isnull=True, expires_at__gt=clock.now())
    asked = asked.exclude(circle__started_by__person__in=kept_apart(person.pk))
    for one in asked.select_related("circle__community").order_by("expires_at", "pk")[:5]:
        yield Row(
            title=_("There could be a circle for you"),
            detail=_("%(community)s · no names before enough say yes") % {"community": one.circle.community.name},
            url=reverse("circles:invitation", args=[one.circle.community.slug, one.pk]),
            action=_("Have a look"),
            group=NEED_YOU,
            due=one.expires_at,
            icon="circle-people",
        )
    offered = Circle.objects.filter(offered_to__in=mine, last_at__gt=clock.now()).select_related("community")
    for circle in offered.order_by("first_at", "pk")[:5]:
        yield Row(
            title=_("Would you look after the circle %(circle)s?") % {"circle": circle.name},
            detail=circle.community.name,
            url=reverse("circles:circle", args=[circle.community.slug, circle.pk]),
            action=_("Answer"),
            group=NEED_YOU,
            icon="circle-people",
        )


def pauses_to_look_at(steward: Membership) -> Iterable[Row]:
    """People whose new introductions wait until a human has looked. No name on the desk itself. One query."""
    if Door.MEET in steward.community.closed_doors:
        return
    for pause in pauses_for(steward).filter(looked_at__isnull=True)[:5]:
        yield Row(
            title=_("Somebody did not feel safe with somebody they met"),
            detail=_("New introductions of the other person wait until you have looked. Nobody else is told."),
            url=reverse("circles:pauses", args=[steward.community.slug]),
            action=_("Look"),
            group=NEED_YOU,
            due=pause.at,
            icon="shield",
            tag=_("Private"),
            tone="",
        )


def pause_on_report(author: Membership, reporter: Membership, reason: str, words: str) -> None:
    """A report that speaks of people's safety pauses new introductions as well, until a steward has looked."""
    if reason in REASONS_TO_PAUSE and author.person_id:
        wishes.pause(about=author, told_by=reporter, words=words)


def have_met(member: int, others: list[int]) -> Iterable[int]:
    """Those whom this member met after an introduction, as both say. One query."""
    met = Introduction.objects.filter(meeting__isnull=False).filter(
        Q(first=member, second__in=others) | Q(second=member, first__in=others)
    )
    for first, second in met.values_list("first_id", "second_id"):
        yield second if first == member else first


def _from_introduction(membership: Membership, introduction_id: int) -> StartingPoint | None:
    """What "plan to meet" starts from: `?introduction=7`, for the two of an opened one only."""
    try:
        introduction = get_introduction_for(membership, introduction_id)
    except Http404:
        return None
    if introduction.opened_at is None:
        return None
    return StartingPoint(
        thing=introduction,
        title=_("A first meeting"),
        text=_("A public place, by daylight if you can, and each with your own way home."),
        only_for=(introduction.first_id, introduction.second_id),
    )


def _url(name: str, topic: Topic) -> str:
    return f"{reverse(name, args=[topic.community.slug])}?topic={topic.pk}"


OFFLINE_STEPS.add(
    "introduce",
    OfflineStep(
        key="introduce",
        icon="introduction",
        label=gettext_lazy("Introduce two people"),
        help=gettext_lazy("Both say yes before names are shown"),
        url=lambda topic: _url("circles:introduce", topic),
        door=Door.MEET,
    ),
)
OFFLINE_STEPS.add(
    "circle",
    OfflineStep(
        key="circle",
        icon="circle-people",
        label=gettext_lazy("Start a circle"),
        help=gettext_lazy("The same five to eight people, six times"),
        url=lambda topic: _url("circles:start", topic),
        door=Door.MEET,
    ),
)
STARTING_POINTS.add("introduction", _from_introduction)
TODAY.add("introductions", introductions_today)
TODAY.add("circles", circles_today)
TODAY.add("circle-invitations", invitations_today)
DESK.add("circles", pauses_to_look_at)
MET.add("circles", have_met)
ON_REPORT.add("circles", pause_on_report)
EXPORT_SECTIONS.add("circles", personal.export)
ERASERS.add("circles", personal.erase)
OCCASIONS.add("circles", occasions)
