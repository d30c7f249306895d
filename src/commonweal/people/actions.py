"""Everything a person can change about their own account, except how they sign in (allauth does that)."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.kit import clock, place
from commonweal.kit.errors import Refused
from commonweal.kit.limits import spend
from commonweal.trail.actions import record

from . import queries
from .models import Block, Consent, Departure, Person, Trait
from .registries import ERASERS, ON_BLOCK
from .suggestions import MOST_TAGS, tag_of
from .verbs import LEFT


@transaction.atomic
def describe_oneself(*, person: Person, said: dict[str, list[str]]) -> None:
    """Replace the tags of each kind in `said` ({Trait.Kind: [words]}). Raises Refused past 12 of a kind."""
    for kind, words in said.items():
        tags = {tag for tag in (tag_of(kind, word) for word in words) if tag}
        if len(tags) > MOST_TAGS:
            raise Refused(
                _("Please name at most %(n)d, so that the ones that matter most count.") % {"n": MOST_TAGS}, field=kind
            )
        Trait.objects.filter(person=person, kind=kind).exclude(tag__in=tags).delete()
        Trait.objects.bulk_create(
            [Trait(person=person, kind=kind, tag=tag) for tag in sorted(tags)], ignore_conflicts=True
        )


@transaction.atomic
def set_free_times(*, person: Person, availability: int, time_zone: str) -> Person:
    """Set when a person is free (bits of the week grid) and in which zone those hours are."""
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused(
            _("We do not know this time zone. Please choose one from the list."), field="time_zone"
        ) from error
    if not 0 <= availability < 1 << 42:
        raise Refused(_("Please choose times from the grid."), field="availability")
    person.availability, person.time_zone = availability, time_zone
    person.save(update_fields=["availability", "time_zone"])
    return person


@transaction.atomic
def set_language(*, person: Person, language: str) -> Person:
    """Set the language of pages and mail."""
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("We do not speak this language yet. Please choose one from the list."), field="language")
    person.language = language
    person.save(update_fields=["language"])
    return person


@transaction.atomic
def say_under_18(*, person: Person, under_18: bool) -> Person:
    """Say that one is under 18, again after a year, or that one is not any more. Only the date of saying so is kept.

    It never ends by itself: protection that ran out unnoticed would be worse than a question once a year. No step is
    recorded and nobody is told.
    """
    person.under_18_said_at = clock.now() if under_18 else None
    person.save(update_fields=["under_18_said_at"])
    return person


@transaction.atomic
def set_place(*, person: Person, cell: str) -> Person:
    """Set roughly where a person is, as a cell of about six kilometres; an empty one forgets it."""
    if cell and not place.is_cell(cell):
        raise Refused(_("Please choose a part of the map."), field="cell")
    person.cell = cell
    person.place_name = place.spot_of(cell).name[:120] if cell else ""
    person.save(update_fields=["cell", "place_name"])
    return person


@transaction.atomic
def answer_consent(*, person: Person, purpose: str, given: bool) -> Consent:
    """Say yes or no to one use of what one said. The same answer twice is one row."""
    newest = Consent.objects.filter(person=person, purpose=purpose).order_by("-at", "-id").first()
    if newest is not None and newest.given == given:
        return newest
    return Consent.objects.create(person=person, purpose=purpose, given=given, at=clock.now())


@transaction.atomic
def block(*, blocker: Person, blocked: Person, known_as: str) -> Block:
    """Keep two people apart, both ways. `known_as` is the name under which the blocker met the other.

    Nobody is told and no step is recorded: nothing the blocked person can see gives it away. Twice is once.
    """
    if blocker.pk == blocked.pk:
        raise Refused(_("You cannot block yourself."))
    spend("block", blocker.pk, limit=50, window=timedelta(days=1))
    queries.ask_again()
    made, created = Block.objects.get_or_create(
        blocker=blocker, blocked=blocked, defaults={"known_as": known_as[:60], "at": clock.now()}
    )
    for take_back in ON_BLOCK if created else ():
        take_back(blocker, blocked)
    return made


@transaction.atomic
def unblock(*, blocker: Person, block_id: int) -> None:
    """Take back one of one's own blocks. Taking back what is already gone is fine."""
    Block.objects.filter(blocker=blocker, pk=block_id).delete()
    queries.ask_again()


@transaction.atomic
def end_session(*, person: Person, session_id: int) -> None:
    """Sign a device out at once."""
    for session in UserSession.objects.filter(user=person, pk=session_id):
        session.end()


@transaction.atomic
def close_account(*, person: Person) -> Departure:
    """Erase a person: everything personal goes, in one transaction; what they did stays counted, without their name.

    Upper layers erase what is theirs through ERASERS. The step on the trail names a departure, not a person.
    """
    for erase in ERASERS:
        erase(person)
    for session in UserSession.objects.filter(user=person):
        session.end()
    departure = Departure.objects.create(at=clock.now())
    record(LEFT, subject=departure, actor=None, community=None)
    person.delete()
    return departure
