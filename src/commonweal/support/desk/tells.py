"""Who is told of a case. No text names anybody, quotes anything or says how grave it is: a notice may be read by others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.access import SUPPORTERS
from commonweal.communities.models import Membership, State
from commonweal.kit import clock
from commonweal.people.queries import kept_apart
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from ..models.desk import Concern
from ..routing import not_resting
from .access import stewards_beside

#: The most supporters asked when no steward can look after somebody.
MOST_TOLD = 200


def _concern(step: Step) -> Concern | None:
    return Concern.objects.select_related("community", "about", "topic", "post").filter(pk=step.subject_id).first()


def _telling(person_id: int | None, concern: Concern, text: Any, url: str) -> Iterator[Telling]:
    if person_id:
        yield Telling(person_id, text, url, {"community": concern.community.name}, concern.community_id)


def _stewards(concern: Concern, text: Any, *, on_case: bool = False, but: int | None = None) -> Iterator[Telling]:
    """Stewards who may look after it: those on the case when there are any, else all. Those on a break come last."""
    people = stewards_beside(concern.about).exclude(pk=but or 0)
    awake = not_resting(people, clock.now())
    wider = [awake.filter(pk__in=concern.on_case.values("steward"))] if on_case else []
    url = reverse("support:concern", args=[concern.community.slug, concern.pk])
    for circle in (*wider, awake, people):
        if found := list(circle.order_by("pk").values_list("person", flat=True)):
            for person_id in found:
                yield from _telling(person_id, concern, text, url)
            return


def of_raising(step: Step) -> Iterable[Telling]:
    concern = _concern(step)
    if concern is not None and concern.closed_at is None:
        text = _("Somebody in %(community)s may need looking after. Please look now.")
        yield from _stewards(concern, text, on_case=True)


def of_nobody(step: Step) -> Iterable[Telling]:
    """No steward may look after it: those who give support and can read it are asked to answer there. They see no case."""
    concern = _concern(step)
    if concern is None or concern.topic.withheld_at or concern.post.withheld_at or concern.post.deleted_at:
        return
    url = reverse("conversations:topic", args=[concern.community.slug, concern.topic_id])
    people = Membership.objects.filter(
        community=concern.community_id, role__in=SUPPORTERS, state=State.ACTIVE, person__isnull=False
    ).exclude(pk=concern.about_id)
    if concern.about.person_id:
        people = people.exclude(person__in=kept_apart(concern.about.person_id))
    found = list(not_resting(people, clock.now()).values_list("person", flat=True)[:MOST_TOLD])
    for person_id in found or people.values_list("person", flat=True)[:MOST_TOLD]:
        text = _("Somebody in %(community)s may need a person soon. Please read and answer.")
        yield from _telling(person_id, concern, text, url)


def of_reminding(step: Step) -> Iterable[Telling]:
    concern = _concern(step)
    if concern is not None and concern.closed_at is None:
        text = _("A step is due in a case in %(community)s.")
        yield from _stewards(concern, text, on_case=True)


def of_emergency(step: Step) -> Iterable[Telling]:
    """All other stewards: one of them is asked to agree or not."""
    concern = _concern(step)
    if concern is not None and concern.closed_at is None:
        yield from _stewards(concern, _("A case in %(community)s needs a second steward now."), but=step.actor)


def of_letter(step: Step) -> Iterable[Telling]:
    concern = _concern(step)
    if concern is None or not hasattr(concern, "reply"):
        return
    url = reverse("support:letter", args=[concern.reply.pk])
    yield from _telling(concern.about.person_id, concern, _("A steward of %(community)s wrote to you."), url)


def of_closing(step: Step) -> Iterable[Telling]:
    """Whoever raised it learns that people have looked after it, and nothing more."""
    concern = _concern(step)
    if concern is None:
        return
    url = reverse("communities:front", args=[concern.community.slug])
    raised = concern.raisings.filter(by__state=State.ACTIVE).exclude(by=concern.about_id).exclude(by=step.actor)
    for person_id in raised.values_list("by__person", flat=True):
        text = _("Stewards of %(community)s have looked after what worried you. Thank you for looking out.")
        yield from _telling(person_id, concern, text, url)
