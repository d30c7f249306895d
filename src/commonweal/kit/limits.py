"""Per-action limits that explain themselves.

Counted in the database, so they hold across processes and restarts, in fixed windows: one row per key and window.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import clock
from .errors import TooMany

#: The same SQL on both databases: counting and reading the count is one statement, so no two counts are lost.
_COUNT_ONE = """
INSERT INTO kit_spending (key, window_start, count) VALUES (%s, %s, 1)
ON CONFLICT (key, window_start) DO UPDATE SET count = kit_spending.count + 1 RETURNING count
"""


def spend(action: str, key: object, *, limit: int, window: timedelta) -> None:
    """Count one `action` by `key` (a person's id, an address). Raises TooMany, saying when to try again, past `limit`.

    Call it first thing inside the action's transaction: when the action fails, the count is undone with it.
    """
    now = clock.now()
    seconds = int(window.total_seconds())
    start = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=UTC)
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(start)
        cursor.execute(_COUNT_ONE, [f"{action}:{key}"[:200], moment])
        (count,) = cursor.fetchone()
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
