"""What happens when the list of phrases finds something in a post: help, people told, and, for two kinds, a hold.

Nothing is refused and nothing is deleted. Pain is never held, only talk of methods and of dying together, until a
steward has read it. What was found and what was done are rows that stewards can read and nobody else.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from commonweal.communities.access import STEWARDS, SUPPORTERS, require_steward
from commonweal.communities.models import Membership, State
from commonweal.conversations.actions import hold_post, unwithhold_post
from commonweal.conversations.models import Post, Topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.queries import kept_apart
from commonweal.trail.actions import record

from . import verbs
from .actions.concerns import raise_concern
from .escalation import MOST_TOLD, raise_alarm
from .models import Hold, MatchStep, PhraseMatch, SupportRequest
from .phrases import HELD, found_in
from .routing import not_resting

Done = MatchStep.Done
#: How long a match is kept, for stewards to learn whether the list is any good.
MATCHES_KEPT = timedelta(days=180)


def _own_words(topic: Topic, post: Post) -> str:
    """What the author wrote, without the lines quoted from others."""
    lines = [line for line in post.text.splitlines() if not line.lstrip().startswith(">")]
    return "\n".join([topic.title, *lines] if post.number == 1 else lines)


@transaction.atomic(savepoint=False)
def watch(topic: Topic, post: Post) -> bool:
    """Compare a post with the list, and do what that asks. Returns whether it is held now. No query without a match.

    Called inside the transaction of the new or changed post. A phrase that was found in it before asks for nothing new.
    """
    found = found_in(_own_words(topic, post))
    if not found:
        return False
    known = set(PhraseMatch.objects.filter(post=post).values_list("phrase", flat=True))
    fresh = [phrase for phrase in found if phrase.key not in known]
    now = clock.now()
    PhraseMatch.objects.bulk_create(
        PhraseMatch(
            post=post,
            community_id=topic.community_id,
            kind=phrase.kind,
            phrase=phrase.key,
            version=phrase.version,
            at=now,
        )
        for phrase in fresh
    )
    if not fresh:
        return post.withheld_at is not None
    held = any(phrase.kind in HELD for phrase in fresh) and _hold(topic, post)
    _show_help(topic, post)
    _tell(topic, post, held=held)
    return held


def _hold(topic: Topic, post: Post) -> bool:
    post.topic = topic
    if not hold_post(post=post):
        return False
    hold, new = Hold.objects.get_or_create(post=post, defaults={"community_id": topic.community_id, "at": clock.now()})
    if not new:
        Hold.objects.filter(pk=hold.pk).update(
            at=clock.now(), decided_at=None, decided_by=None, released=False, reason=""
        )
    _did(post, Done.HELD)
    record(verbs.HELD, subject=hold, actor=None, community=topic.community_id)
    raise_concern(post=post)
    return True


def _show_help(topic: Topic, post: Post) -> None:
    """The author of a request sees the lines above it; anybody else gets a private notice that leads to them."""
    _did(post, Done.SHOWN)
    if topic.kind != Topic.Kind.SUPPORT or post.author_id != topic.author_id:
        record(verbs.HELP_SHOWN, subject=post, actor=None, community=topic.community_id)


def _tell(topic: Topic, post: Post, *, held: bool) -> None:
    told = who_is_told(topic, post, held=held)
    _did(post, Done.TOLD, told=len(told))
    if told:
        record(verbs.WATCHED, subject=post, actor=None, community=topic.community_id, data={"to": told})


def who_is_told(topic: Topic, post: Post, *, held: bool) -> list[int]:
    """Those on duty who may read it, else everybody who could help: never the author. Held: the stewards.

    Those on a break are left alone, unless nobody else is left. Three queries at most, and one for the blocks.
    """
    now = clock.now()
    people = Membership.objects.filter(community=topic.community_id, state=State.ACTIVE, person__isnull=False)
    people = people.filter(role__in=STEWARDS if held else SUPPORTERS).exclude(pk=post.author_id)
    if post.author.person_id:
        people = people.exclude(person__in=kept_apart(post.author.person_id))
    awake = not_resting(people, now)
    on_duty = awake.filter(duties__starts_at__lte=now, duties__ends_at__gt=now).distinct()
    return _ids(on_duty) or _ids(awake) or _ids(people)


def _ids(people: QuerySet[Membership]) -> list[int]:
    return list(people.order_by("pk").values_list("pk", flat=True)[:MOST_TOLD])


def _did(post: Post, done: str, *, by: Membership | None = None, told: int = 0) -> None:
    MatchStep.objects.create(post=post, done=done, by=by, told=told, at=clock.now())


def _may_decide(steward: Membership, hold: Hold) -> None:
    require_steward(steward)
    if steward.community_id != hold.community_id:
        raise Refused(_("This is not in your community."))
    if hold.post.author_id == steward.pk:
        raise Refused(_("You wrote this yourself; another steward has to read it."))
    if hold.decided_at is not None:
        raise Refused(_("Another steward has decided this already."))


@transaction.atomic
def release(*, steward: Membership, hold: Hold) -> Hold:
    """Show a held post to everyone who may read the conversation. People who can answer a request are told at once.

    Raises Refused for anybody but another steward of the community, and when it was decided before.
    """
    _may_decide(steward, hold)
    _decided(steward, hold, released=True, reason="")
    unwithhold_post(steward=steward, post=hold.post)
    _did(hold.post, Done.RELEASED, by=steward)
    record(verbs.RELEASED, subject=hold, actor=steward.pk, community=hold.community_id)
    request = SupportRequest.objects.filter(topic=hold.post.topic_id).select_related("topic__author").first()
    if request is not None and hold.post.number == 1 and request.is_support and request.is_waiting:
        raise_alarm(request)
    return hold


@transaction.atomic
def keep_aside(*, steward: Membership, hold: Hold, reason: str) -> Hold:
    """Leave a held post between its author and the stewards, who answer there. The author is told the reason.

    Raises Refused without a reason, for anybody but another steward, and when it was decided before.
    """
    _may_decide(steward, hold)
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise Refused(_("Say why, kindly. The person will read it."), field="reason")
    _decided(steward, hold, released=False, reason=reason[:600])
    _did(hold.post, Done.ASIDE, by=steward)
    record(verbs.KEPT_ASIDE, subject=hold, actor=steward.pk, community=hold.community_id)
    return hold


def _decided(steward: Membership, hold: Hold, *, released: bool, reason: str) -> None:
    now = clock.now()
    if not Hold.objects.filter(pk=hold.pk, decided_at__isnull=True).update(
        decided_at=now, decided_by=steward, released=released, reason=reason
    ):
        raise Refused(_("Another steward has decided this already."))
    hold.decided_at, hold.decided_by, hold.released, hold.reason = now, steward, released, reason


def forget_old_matches() -> int:
    """Delete matches and their steps once they are half a year old. Returns how many matches went. Can run twice."""
    since = clock.now() - MATCHES_KEPT
    MatchStep.objects.filter(at__lt=since).delete()
    return PhraseMatch.objects.filter(at__lt=since).delete()[0]
