"""Who is told of what happens in the exchange. Called by the worker with a step."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.telling import tell
from commonweal.conversations.models import Topic, Watch
from commonweal.trail.actions import type_of
from commonweal.trail.models import Link, Step
from commonweal.trail.verbs import Telling

from .models import Closure, Companion, Entry, Handover


def _page(entry: Entry) -> str:
    return reverse("exchange:entry", args=[entry.community.slug, entry.pk])


def _entry(step: Step) -> Entry | None:
    return Entry.objects.select_related("community").filter(pk=step.subject_id).first()


def _handover(step: Step) -> Handover | None:
    return Handover.objects.select_related("entry__community").filter(pk=step.subject_id).first()


def of_making(step: Step) -> Iterable[Telling]:
    """Those who follow the conversation it grew out of."""
    entry = _entry(step)
    if entry is None or not entry.is_open:
        return
    topics = Link.objects.filter(
        target_type=type_of(entry), target_id=entry.pk, source_type=type_of(Topic)
    ).values_list("source_id", flat=True)
    followers = Watch.objects.filter(topic__in=list(topics), muted=False).values_list("membership_id", flat=True)
    text = _("A conversation you follow led to an offer: %(title)s")
    if entry.is_ask:
        text = _("A conversation you follow led to an ask: %(title)s")
    yield from tell(step, followers, text, _page(entry), title=entry.title)


def of_proposing(step: Step) -> Iterable[Telling]:
    handover = _handover(step)
    if handover is not None and handover.taken_back_at is None:
        text = _("Somebody would like what you offer: %(title)s")
        if handover.entry.is_ask:
            text = _("Somebody can help you with %(title)s")
        yield from tell(step, [handover.entry.author_id], text, _page(handover.entry), title=handover.entry.title)


def of_asking_along(step: Step) -> Iterable[Telling]:
    handover = _handover(step)
    if handover is not None and handover.taken_back_at is None:
        text = _("Would you come along to a home visit? %(title)s")
        yield from tell(step, [step.data["member"]], text, _page(handover.entry), title=handover.entry.title)


def of_answering_along(step: Step) -> Iterable[Telling]:
    """Whoever asked them; and, after a yes, the owner, who could not agree before."""
    handover = _handover(step)
    if handover is None or handover.taken_back_at is not None:
        return
    page, title = _page(handover.entry), handover.entry.title
    if step.data.get("agrees"):
        who = [handover.other_id, handover.entry.author_id]
        yield from tell(step, who, _("%(title)s: a second person comes along"), page, title=title)
    else:
        text = _("%(title)s: the person you asked can't come along. Name somebody else.")
        yield from tell(step, [handover.other_id], text, page, title=title)


def of_agreeing(step: Step) -> Iterable[Telling]:
    """The one agreed with; and, politely, the others who had answered."""
    handover = _handover(step)
    if handover is None:
        return
    entry = handover.entry
    yield from tell(
        step,
        [handover.other_id],
        _("Agreed: %(title)s. You can now write to each other."),
        _page(entry),
        title=entry.title,
    )
    along = Companion.objects.filter(handover=handover, agreed_at__isnull=False).values_list("membership_id", flat=True)
    yield from tell(step, along, _("%(title)s is agreed, and you come along"), _page(entry), title=entry.title)
    others = entry.handovers.filter(taken_back_at__isnull=True).exclude(pk=handover.pk)
    text = _("%(title)s has found somebody. Thank you for answering; if it falls through, you may hear again.")
    yield from tell(step, others.values_list("other_id", flat=True), text, _page(entry), title=entry.title)


def of_falling_through(step: Step) -> Iterable[Telling]:
    handover = _handover(step)
    if handover is not None:
        who = {handover.other_id, handover.entry.author_id}
        text = _("%(title)s fell through. It is open again.")
        yield from tell(step, who, text, _page(handover.entry), title=handover.entry.title)


def of_confirming(step: Step) -> Iterable[Telling]:
    """The other side, unless they have said it already."""
    handover = _handover(step)
    if handover is not None and not step.data.get("both"):
        who = {handover.other_id, handover.entry.author_id}
        text = _("Did %(title)s happen? The other one has answered; it counts when you both do.")
        yield from tell(step, who, text, _page(handover.entry), title=handover.entry.title)


def of_thanks(step: Step) -> Iterable[Telling]:
    handover = _handover(step)
    if handover is not None:
        who = {handover.other_id, handover.entry.author_id}
        yield from tell(
            step, who, _("You were thanked for %(title)s"), _page(handover.entry), title=handover.entry.title
        )


def of_closing(step: Step) -> Iterable[Telling]:
    """When it ran out: its owner. When it was taken back: those who had answered."""
    entry = _entry(step)
    if entry is None:
        return
    reason = step.data.get("reason")
    if reason == Closure.Reason.EXPIRED:
        text = _("%(title)s has run out. You can make it again in a moment.")
        yield from tell(step, [entry.author_id], text, _page(entry), title=entry.title)
    elif reason == Closure.Reason.WITHDRAWN:
        answered = entry.handovers.filter(taken_back_at__isnull=True).values_list("other_id", flat=True)
        yield from tell(
            step, answered, _("%(title)s is not needed any more. Thank you."), _page(entry), title=entry.title
        )
