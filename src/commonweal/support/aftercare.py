"""After the answers: "not yet" begins a new round, and a day and a week later the author is asked how it is now."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership, State
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from . import verbs
from .escalation import raise_alarm
from .models import CHECK_DAYS, CHECK_STANDS, SUPPORT_PROMISE, AfterCheck, Reopening, SupportRequest


def plan_checks(request: SupportRequest) -> None:
    """Plan the private questions to the author of a request. Planning twice is planning once. One query."""
    AfterCheck.objects.bulk_create(
        [AfterCheck(request=request, day=day, due_at=request.asked_at + timedelta(days=day)) for day in CHECK_DAYS],
        ignore_conflicts=True,
    )


@transaction.atomic
def ask_further(*, membership: Membership, request: SupportRequest) -> SupportRequest:
    """The author says "not yet": back in the queue with a new promise, and people are told as when it was first asked.

    What became of the round before is kept. Raises Refused for anybody else, while the promise still runs, and in a
    conversation that is closed.
    """
    require_active(membership)
    request = (
        SupportRequest.objects.select_for_update(of=("self",))
        .select_related("topic__author", "community")
        .get(pk=request.pk)
    )
    if request.topic.author_id != membership.pk or not request.is_support:
        raise Refused(_("Only the person who asked can say that it does not help yet."))
    if request.topic.closed_at is not None:
        raise Refused(_("This conversation is closed. Open it again first, or ask anew."))
    if request.is_waiting:
        raise Refused(_("You are in the queue already. Nothing has to be done."))
    now = clock.now()
    before = Reopening.objects.create(
        request=request,
        promise_due_at=request.promise_due_at,
        first_reply_at=request.first_reply_at,
        answered_at=request.answered_at,
        broken_at=request.broken_at,
        at=now,
    )
    before.answered_by.set(request.human_replies.values_list("membership", flat=True))
    request.human_replies.all().delete()
    request.escalations.all().delete()  # who was told in the round before stays on the trail
    request.acknowledgements.all().delete()
    request.promised_at, request.promise_due_at = now, now + SUPPORT_PROMISE
    request.replies, request.answered_at, request.broken_at, request.closed_at = 0, None, None, None
    request.save()
    record(verbs.ASKED_FURTHER, subject=request, actor=membership.pk, community=request.community_id)
    raise_alarm(request)
    return request


@transaction.atomic
def ask_how_it_is(check: AfterCheck) -> bool:
    """Ask one author once. Returns False when it was asked before."""
    if not AfterCheck.objects.filter(pk=check.pk, asked_at__isnull=True).update(asked_at=clock.now()):
        return False
    request = check.request
    record(verbs.CHECKED_ON, subject=check, actor=None, community=request.community_id)
    return True


def ask_those_due(limit: int = 500) -> int:
    """Ask every author whose day has come and who is still here. Returns how many were asked. Two queries when quiet.

    A question that is late by more than the days it would stand is not asked any more: it would only startle.
    """
    now = clock.now()
    AfterCheck.objects.filter(due_at__lt=now - CHECK_STANDS, asked_at__isnull=True).delete()
    due = AfterCheck.objects.filter(
        due_at__lte=now, asked_at__isnull=True, request__topic__author__state=State.ACTIVE
    ).select_related("request")
    return sum(ask_how_it_is(check) for check in due.order_by("due_at", "pk")[:limit])


@transaction.atomic
def say_how_it_is(*, membership: Membership, request: SupportRequest, answer: str) -> AfterCheck:
    """The author answers the question that stands. Nobody else sees the answer; "harder" offers to ask again.

    Raises Refused for anybody else, another word, and when nothing was asked.
    """
    require_active(membership)
    if request.topic.author_id != membership.pk:
        raise Refused(_("Only the person who asked can answer this."))
    if answer not in AfterCheck.Answer.values:
        raise Refused(_("Choose one of the three answers."))
    check = standing_check(request)
    if check is None:
        raise Refused(_("There is no question to answer just now."))
    check.answer, check.answered_at = answer, clock.now()
    check.save(update_fields=["answer", "answered_at"])
    return check


def standing_check(request: SupportRequest) -> AfterCheck | None:
    """The question to the author that stands now, the newest first. One query."""
    standing = request.checks.filter(asked_at__gt=clock.now() - CHECK_STANDS, answered_at__isnull=True)
    return standing.order_by("-day").first()
