"""Building the living demonstration: half a year of a neighbourhood, lived through the real actions in seconds.

Everything is one transaction: a demonstration that was interrupted is not there at all, and the next start builds it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import translation
from django_tasks_db.models import DBTaskResult
from tqdm import tqdm

from commonweal.communities.models import Community
from commonweal.conversations.jobs import index_posts
from commonweal.conversations.models import Post
from commonweal.insight import pulse
from commonweal.kit import clock
from commonweal.kit.models import Spending
from commonweal.notices.actions import mark_read
from commonweal.notices.models import Mail, Notice
from commonweal.people.models import Person
from commonweal.trail import outbox
from commonweal.trail.models import Outbox

from . import campaigning, caretaking, deciding, elsewhere, exchanging, meeting, people, talking
from .bulk import refresh_statistics
from .roles import ROLES
from .stage import Stage, story

#: How long before now the story begins, and how much of it people are still told of.
DAYS = 182
TELLS_OF = timedelta(days=7)
SEED = 20
#: Without them a small demonstration would lack what the four roles find on their Today.
NEEDED = (
    "ines", "bea", "nadia", "will", "bilal", "yusuf", "ursula", "pearl", "harold", "gwen", "lena", "hana", "carmen",
)  # fmt: skip


@transaction.atomic
def build_demonstration(
    progress: bool = True, *, people_count: int | None = None, days: int = DAYS, now: datetime | None = None
) -> Community:
    """Build Riverside and two smaller communities in an empty database. Returns Riverside.

    people_count: only so many people, the ones with a role first; days: only the last so many days; for tests.
    The same `now` gives the same stories, word for word. Raises nothing of its own; an error leaves nothing behind.
    """
    now = now or clock.now()
    stage = Stage(now=now, start=now - timedelta(days=days), names=_names(people_count), rng=random.Random(SEED))
    started = [task.pk for task in DBTaskResult.objects.all()]
    with translation.override("en"):
        stage.at(stage.start, lambda: people.found(stage))
        for part in (talking, meeting, exchanging, campaigning, deciding, caretaking, elsewhere):
            part.put_on(stage)
        people.let_everybody_join(stage)
        for _moment in _with_progress(stage, days) if progress else stage.play():
            pass
        with clock.at(now):
            _settle(stage)
    # What the history enqueued has been done above, in its own time.
    DBTaskResult.objects.exclude(pk__in=started).delete()
    return stage.community


def _names(people_count: int | None) -> set[str]:
    """Who takes part. A small demonstration keeps those with a role, then takes the others in the order of the file."""
    everybody = list(people.everybody())
    if people_count is None:
        return set(everybody)
    known = story("people")
    first = [known["founder"], *known["stewards"], *known["supporters"], *(role.name for role in ROLES), *NEEDED]
    return set(list(dict.fromkeys([*first, *everybody]))[:people_count])


def _with_progress(stage: Stage, days: int) -> Iterator[datetime]:
    """Play, with a bar on a terminal and a line for each month elsewhere."""
    bar = tqdm(
        total=days,
        desc="Building the demonstration",
        unit=" days",
        bar_format="{desc}: {percentage:3.0f}% |{bar}| day {n:.0f} of {total}",
        disable=not sys.stderr.isatty(),
    )
    done = 0
    with bar:
        for moment in stage.play():
            lived = int((moment - stage.start) / timedelta(days=1))
            if lived > done:
                bar.update(lived - done)
                if bar.disable and lived // 30 > done // 30:
                    sys.stdout.write(f"Building the demonstration: day {lived} of {days}\n")
                    sys.stdout.flush()
                done = lived
            yield moment
        bar.update(days - done)


def _settle(stage: Stage) -> None:
    """What happened lately is told; older news is not, and nothing is mailed. Then search and pulse are brought up to date."""
    refresh_statistics()  # or PostgreSQL, which has seen none of this transaction's rows, plans as for empty tables
    Outbox.objects.filter(step__at__lt=stage.now - TELLS_OF).delete()
    Outbox.objects.update(not_before=stage.now)
    while outbox.drain():
        pass
    Notice.objects.update(digest=False, mail=None)
    Mail.objects.all().delete()
    for notice in Notice.objects.filter(at__lt=stage.now - timedelta(days=2)):
        mark_read(notice=notice)
    Spending.objects.all().delete()
    talking.catch_up_on_reading(stage, tuple(role.name for role in ROLES))
    while Post.objects.filter(to_index=True).exists():
        index_posts()
    for community in Community.objects.all():
        pulse.refresh(community.pk)
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in Person.objects.all()]
    )
