"""Making an ask or offer, answering it, agreeing with one person. What follows the agreement is in `handovers`."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Community, Membership
from commonweal.communities.vetting import may_be_alone
from commonweal.conversations.actions import open_conversation
from commonweal.kit import clock, limits, markdown
from commonweal.kit.errors import Refused
from commonweal.people.queries import are_apart
from commonweal.trail.actions import follow_up, link, record

from . import safety, verbs
from .access import locked_entry
from .models import Agreement, Closure, Entry, Handover

LONGEST_TEXT = 5_000
#: How long an entry may stand: long enough for a season, short enough that nothing stale is on the board.
LONGEST = timedelta(days=180)


def today_in(community: Community) -> date:
    return clock.now().astimezone(ZoneInfo(community.time_zone)).date()


@transaction.atomic
def make_entry(
    *,
    membership: Membership,
    kind: str,
    what: str,
    title: str,
    until: date,
    text: str = "",
    area: str = "",
    at_home: bool = False,
    source: models.Model | None = None,
    submission: uuid.UUID | None = None,
) -> Entry:
    """Put an ask or an offer on the board. `source` is what it grew out of.

    Sending the same `submission` twice returns the first. Raises Refused for an empty title or an impossible date,
    TooMany past twenty a day.
    """
    require_active(membership)
    limits.spend("make_entry", membership.pk, limit=20, window=timedelta(days=1))
    if submission and (sent := Entry.objects.filter(author=membership, submission=submission).first()):
        return sent
    title, text = _checked(title, text)
    _check_until(until, membership.community)
    entry = Entry.objects.create(
        community=membership.community,
        author=membership,
        kind=Entry.Kind(kind),
        what=Entry.What(what),
        title=title,
        text=text,
        html=markdown.render(text) if text else "",
        area=area.strip(),
        at_home=at_home,
        until=until,
        submission=submission,
    )
    if source is not None:
        link(source, entry, community=entry.community_id)
    record(verbs.MADE, subject=entry, actor=membership.pk, community=entry.community_id)
    return entry


def _checked(title: str, text: str) -> tuple[str, str]:
    title, text = title.strip().replace("\x00", ""), text.strip().replace("\x00", "")
    if not title:
        raise Refused(_("Say in a few words what it is."), field="title")
    if len(text) > LONGEST_TEXT:
        raise Refused(_("This is too long; the most is %(most)s characters.") % {"most": LONGEST_TEXT}, field="text")
    return title, text


def _check_until(until: date, community: Community) -> None:
    today = today_in(community)
    if until < today:
        raise Refused(_("This day has passed. Choose one that is still to come."), field="until")
    if until - today > LONGEST:
        raise Refused(_("Half a year at most. You can make it again then."), field="until")


@transaction.atomic
def change_entry(
    *,
    membership: Membership,
    entry: Entry,
    title: str,
    until: date,
    text: str = "",
    area: str = "",
    what: str = "",
    at_home: bool = False,
) -> Entry:
    """Change the words of one's own open entry. Raises Refused once it is closed, and for somebody else's."""
    entry = locked_entry(entry)
    _require_own(membership, entry)
    _require_open(entry)
    entry.title, entry.text = _checked(title, text)
    _check_until(until, entry.community)
    entry.html = markdown.render(entry.text) if entry.text else ""
    entry.until, entry.area, entry.at_home = until, area.strip(), at_home
    entry.what = Entry.What(what) if what else entry.what
    entry.save(update_fields=["title", "text", "html", "until", "area", "what", "at_home"])
    return entry


@transaction.atomic
def propose_handover(
    *,
    membership: Membership,
    entry: Entry,
    words: str,
    companion: Membership | None = None,
    submission: uuid.UUID | None = None,
) -> Handover:
    """Say "I can" to an ask, or "I'd like that" to an offer, in a few words. Once each; again changes the words.

    Raises Refused for a lift between people who have not met, for a home visit without a `companion` (who is asked),
    for one's own entry, a closed one, somebody kept apart; TooMany past thirty a day.
    """
    require_active(membership)
    limits.spend("propose_handover", membership.pk, limit=30, window=timedelta(days=1))
    entry = locked_entry(entry)
    _require_open(entry)
    if entry.author_id == membership.pk:
        raise Refused(_("This is your own."))
    apart = membership.person_id and entry.author.person_id and are_apart(membership.person_id, entry.author.person_id)
    apart = apart or not may_be_alone(membership, entry.author)
    if apart or entry.community_id != membership.community_id or entry.author.person_id is None:
        raise Refused(_("This is not open to you."))
    safety.require_met_for_a_lift(membership, entry)
    safety.require_two_at_home(membership, entry, companion)
    words = words.strip().replace("\x00", "")
    if not words:
        raise Refused(_("Write a few words: when could it be, and how?"), field="words")
    if len(words) > 500:
        raise Refused(_("This is too long; the most is %(most)s characters.") % {"most": 500}, field="words")
    handover = Handover.objects.filter(entry=entry, other=membership).first()
    if handover is not None and Agreement.objects.filter(handover=handover, ended_at__isnull=True).exists():
        return handover
    fresh = handover is None or handover.taken_back_at is not None
    handover = handover or Handover(entry=entry, other=membership, submission=submission)
    handover.words, handover.taken_back_at = words, None
    handover.save()
    safety.ask_companion(handover, companion)
    if fresh:
        record(verbs.PROPOSED, subject=handover, actor=membership.pk, community=entry.community_id)
    return handover


@transaction.atomic
def take_back(*, membership: Membership, handover: Handover) -> Handover:
    """Take back one's answer before it is agreed. Raises Refused afterwards: then it falls through, and both hear."""
    locked_entry(handover.entry)
    handover = Handover.objects.get(pk=handover.pk)
    if handover.other_id != membership.pk:
        raise Refused(_("This is not yours to take back."))
    if Agreement.objects.filter(handover=handover, ended_at__isnull=True).exists():
        raise Refused(_("You have agreed already. If it can't happen, say that it fell through."))
    if handover.taken_back_at is None:
        handover.taken_back_at = clock.now()
        handover.save(update_fields=["taken_back_at"])
        record(verbs.TAKEN_BACK, subject=handover, actor=membership.pk, community=membership.community_id)
    return handover


@transaction.atomic
def agree_handover(*, membership: Membership, handover: Handover) -> Agreement:
    """Say yes to one of those who answered. The two get a private conversation, and are asked after 7 and 30 days.

    The others are told politely; their answers stand in case it falls through. Agreeing twice is agreeing once.
    Raises Refused for somebody else's entry, and while another agreement stands.
    """
    entry = locked_entry(handover.entry)
    _require_own(membership, entry)
    standing = Agreement.objects.filter(entry=entry, ended_at__isnull=True).first()
    if standing is not None and standing.handover_id == handover.pk:
        return standing
    if standing is not None:
        raise Refused(_("You have agreed with somebody already. Say first that it fell through."))
    _require_open(entry)
    handover = Handover.objects.select_related("other").get(pk=handover.pk, entry=entry)
    other = handover.other
    apart = membership.person_id and other.person_id and are_apart(membership.person_id, other.person_id)
    apart = apart or not may_be_alone(membership, other)
    if handover.taken_back_at is not None or not other.is_active or apart:
        raise Refused(_("This answer was taken back."))
    along = safety.companion_of(handover, entry)
    now = clock.now()
    agreement, _made = Agreement.objects.update_or_create(
        handover=handover, defaults={"entry": entry, "at": now, "ended_at": None, "ended_by": None}
    )
    handover.conversation = open_conversation(
        community=entry.community, members=[membership, other, *along], subject=entry.title, started_by=membership
    )
    handover.save(update_fields=["conversation"])
    for member in (membership, other):
        follow_up(subject=handover, membership=member.pk, community=entry.community_id, days=(7, 30), start=now)
    record(verbs.AGREED, subject=handover, actor=membership.pk, community=entry.community_id)
    return agreement


@transaction.atomic
def withdraw_entry(*, membership: Membership, entry: Entry) -> Closure:
    """Take one's ask or offer off the board. Those who answered are told. Raises Refused while an agreement stands."""
    entry = locked_entry(entry)
    _require_own(membership, entry)
    if Agreement.objects.filter(entry=entry, ended_at__isnull=True).exists():
        raise Refused(_("You have agreed with somebody. Say first whether it happened or fell through."))
    return close_entry(entry, Closure.Reason.WITHDRAWN, membership)


def close_entry(entry: Entry, reason: str, by: Membership | None) -> Closure:
    """Close an entry whose row is locked. Closing twice keeps the first reason."""
    closure, created = Closure.objects.get_or_create(entry=entry, defaults={"reason": reason, "by": by})
    if created:
        entry.closed_at = closure.at
        entry.save(update_fields=["closed_at"])
        actor = by.pk if by else None
        record(verbs.CLOSED, subject=entry, actor=actor, community=entry.community_id, data={"reason": reason})
    return closure


def _require_own(membership: Membership, entry: Entry) -> None:
    require_active(membership)
    if entry.author_id != membership.pk:
        raise Refused(_("Only the person who made this can do that."))


def _require_open(entry: Entry) -> None:
    if not entry.is_open or entry.is_over(today_in(entry.community)):
        raise Refused(_("This is closed."))
