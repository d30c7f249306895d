"""Who is told of a case. No text names anybody, quotes anything or says how grave it is: a notice may be read by others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.access import STEWARDS
from commonweal.communities.models import Membership, State
from commonweal.people.queries import kept_apart
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from ..models.desk import Concern


def _concern(step: Step) -> Concern | None:
    return Concern.objects.select_related("community", "about").filter(pk=step.subject_id).first()


def _telling(person_id: int | None, concern: Concern, text: Any, url: str) -> Iterator[Telling]:
    if person_id:
        yield Telling(person_id, text, url, {"community": concern.community.name}, concern.community_id)


def _stewards(concern: Concern, text: Any, *, on_case: bool = False, but: int | None = None) -> Iterator[Telling]:
    """Stewards who may look after it: all, or those on the case when there are any."""
    people = Membership.objects.filter(
        community=concern.community_id, role__in=STEWARDS, state=State.ACTIVE, person__isnull=False
    ).exclude(pk=concern.about_id)
    if concern.about.person_id:
        people = people.exclude(person__in=kept_apart(concern.about.person_id))
    if on_case:
        people = people.filter(pk__in=concern.on_case.values("steward"))
    url = reverse("support:concern", args=[concern.community.slug, concern.pk])
    for pk, person_id in people.order_by("pk").values_list("pk", "person"):
        if pk != but:
            yield from _telling(person_id, concern, text, url)


def of_raising(step: Step) -> Iterable[Telling]:
    concern = _concern(step)
    if concern is not None and concern.closed_at is None:
        text = _("Somebody in %(community)s may need looking after. Please look now.")
        yield from _stewards(concern, text, on_case=concern.on_case.exists())


def of_reminding(step: Step) -> Iterable[Telling]:
    concern = _concern(step)
    if concern is not None and concern.closed_at is None:
        text = _("A step is due in a case in %(community)s.")
        yield from _stewards(concern, text, on_case=concern.on_case.exists())


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
