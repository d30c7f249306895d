"""Handing steps to their consumers exactly once.

The consumers' writes and the removal of the outbox row share a transaction: a worker killed in the middle leaves the
row, and the next one starts that step afresh. Whatever a consumer does outside the database (mail) it must claim first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from commonweal.kit import clock
from commonweal.kit.registry import Registry

from .models import Outbox, Step

log = logging.getLogger(__name__)

CONSUMERS: Registry[Callable[[Step], None]] = Registry("outbox consumers")


def drain(limit: int = 200) -> int:
    """Hand out up to `limit` steps. Returns how many were handed out. Run by the worker, many times a minute."""
    done = 0
    while done < limit and _hand_out_one():
        done += 1
    return done


def _hand_out_one() -> bool:
    waiting = Outbox.objects.filter(not_before__lte=clock.now())
    if not waiting.exists():  # most calls end here, without asking for the write lock
        return False
    with transaction.atomic():
        row = waiting.select_for_update(skip_locked=True).order_by("not_before", "pk").first()
        if row is None:
            return False
        step = Step.objects.get(pk=row.pk)
        try:
            with transaction.atomic():
                for consume in CONSUMERS:
                    consume(step)
            row.delete()
        except Exception:
            row.attempts += 1
            row.not_before = clock.now() + timedelta(seconds=min(3600, 5 * 3**row.attempts))
            row.save(update_fields=["attempts", "not_before"])
            log.exception("step %s (%s) was not handed out, attempt %d", step.pk, step.verb, row.attempts)
    return True
