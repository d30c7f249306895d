"""What time brings: a second reminder of unanswered requests, the next welcomer, and numbers put right."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from commonweal.kit import clock
from commonweal.kit.jobs import job
from commonweal.trail.actions import record

from . import actions, verbs
from .models import Membership, State

REMIND_AFTER = timedelta(hours=48)


@job(schedule="12 * * * *")
def remind_of_join_requests() -> None:
    """Hourly: tell the stewards again of requests to join that have waited two days. Once for each request."""
    waiting = Membership.objects.filter(
        state=State.ASKED, reminded_at__isnull=True, asked_at__lt=clock.now() - REMIND_AFTER, person__isnull=False
    )
    for pk in list(waiting.order_by("asked_at").values_list("pk", flat=True)[:500]):
        _remind(pk)


@transaction.atomic
def _remind(pk: int) -> None:
    claimed = Membership.objects.filter(pk=pk, state=State.ASKED, reminded_at__isnull=True)
    if claimed.update(reminded_at=clock.now()):
        asker = Membership.objects.get(pk=pk)
        record(verbs.JOIN_REQUEST_WAITED, subject=asker, actor=None, community=asker.community_id)


@job(schedule="27 * * * *")
def pass_on_greetings() -> None:
    """Hourly: newcomers who waited two days for a hello get another welcomer."""
    actions.pass_on_greetings()


@job(schedule="41 * * * *")
def say_whose_vetting_ran_out() -> None:
    """Hourly: tell members whose vetting ran out, once each. What ran out while the worker was down is caught up."""
    for pk in list(actions.ran_out_untold().values_list("pk", flat=True)[:500]):
        actions.say_it_ran_out(pk)


@job(lane="bulk", schedule="52 3 * * *")
def recount_members() -> None:
    """Nightly: put the stored numbers of members right."""
    actions.recount_members()
