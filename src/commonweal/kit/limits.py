"""Per-action limits that explain themselves.

Counted in the database, so they hold across processes and restarts, in fixed windows: one row per key and window.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import clock
from .errors import TooMany


def spend(action: str, key: object, *, limit: int, window: timedelta) -> None:
    """Count one `action` by `key` (a person's id, an address). Raises TooMany, saying when to try again, past `limit`.

    Call it first thing inside the action's transaction: when the action fails, the count is undone with it.
    """
    from .models import Spending

    now = clock.now()
    seconds = int(window.total_seconds())
    start = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=UTC)
    with transaction.atomic():
        name = f"{action}:{key}"[:200]
        updated = Spending.objects.filter(key=name, window_start=start).update(count=F("count") + 1)
        if not updated:
            Spending.objects.update_or_create(key=name, window_start=start, defaults={"count": 1})
            return
        count = Spending.objects.values_list("count", flat=True).get(key=name, window_start=start)
    if count > limit:
        minutes = max(1, int((start + window - now).total_seconds() // 60) + 1)
        wait = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
        raise TooMany(
            _("That was a lot in a short time. Please wait %(wait)s and try again; what you wrote is kept.")
            % {"wait": wait}
        )


def forget_old_spendings() -> int:
    """Delete windows that ended more than two days ago. Returns how many rows went."""
    from .models import Spending

    deleted, _rows = Spending.objects.filter(window_start__lt=clock.now() - timedelta(days=2)).delete()
    return deleted
