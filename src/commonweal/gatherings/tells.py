"""Who is told of what happens around a gathering. Called by the worker with a step.

Only people linked to it hear of a gathering: those who follow the conversation it came from, and those who answered.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.access import STEWARDS
from commonweal.communities.models import Membership, State
from commonweal.communities.telling import tell
from commonweal.conversations.models import Topic, Watch
from commonweal.trail.actions import type_of
from commonweal.trail.models import Link, Step
from commonweal.trail.verbs import Telling

from .models import Answer, Gathering, Host, Rsvp


def _gathering(step: Step) -> Gathering | None:
    return Gathering.objects.select_related("community").filter(pk=step.subject_id).first()


def _page(gathering: Gathering) -> str:
    return reverse("gatherings:gathering", args=[gathering.community.slug, gathering.pk])


def _answered(gathering: Gathering, *answers: str) -> list[int]:
    rows = Rsvp.objects.filter(gathering=gathering, answer__in=answers)
    return list(rows.values_list("membership_id", flat=True))


def _hosts(gathering: Gathering) -> list[int]:
    rows = Host.objects.filter(gathering=gathering, agreed_at__isnull=False)
    return list(rows.values_list("membership_id", flat=True))


def _followers(gathering: Gathering) -> list[int]:
    """Those who follow a conversation that led to this gathering."""
    topics = Link.objects.filter(
        target_type=type_of(gathering), target_id=gathering.pk, source_type=type_of(Topic)
    ).values_list("source_id", flat=True)
    return list(Watch.objects.filter(topic__in=list(topics), muted=False).values_list("membership_id", flat=True))


def of_planning(step: Step) -> Iterable[Telling]:
    gathering = _gathering(step)
    if gathering is None or gathering.withheld_at:
        return
    if gathering.private:
        invited = gathering.invited.values_list("membership_id", flat=True)
        yield from tell(step, invited, _("You are invited: %(title)s"), _page(gathering), title=gathering.title)
        return
    text = _("A conversation you follow led to a gathering: %(title)s")
    yield from tell(step, _followers(gathering), text, _page(gathering), title=gathering.title)


def of_asking(step: Step) -> Iterable[Telling]:
    gathering = _gathering(step)
    if gathering is not None:
        text = _("Would you host %(title)s together with them?")
        yield from tell(step, [step.data["member"]], text, _page(gathering), title=gathering.title)


def of_agreeing(step: Step) -> Iterable[Telling]:
    gathering = _gathering(step)
    if gathering is not None:
        text = _("You have a second host for %(title)s")
        yield from tell(step, _hosts(gathering), text, _page(gathering), title=gathering.title)


def of_declining(step: Step) -> Iterable[Telling]:
    gathering = _gathering(step)
    if gathering is not None:
        text = _("%(title)s needs a second host: somebody you counted on can't")
        yield from tell(step, _hosts(gathering), text, _page(gathering), title=gathering.title)


def of_change(step: Step) -> Iterable[Telling]:
    gathering = _gathering(step)
    if gathering is not None:
        text = _("The time or place of %(title)s changed. Please look again.")
        who = _answered(gathering, Answer.YES, Answer.WAITING, Answer.MAYBE)
        yield from tell(step, who, text, _page(gathering), title=gathering.title)


def of_cancelling(step: Step) -> Iterable[Telling]:
    gathering = _gathering(step)
    if gathering is not None:
        text = _("%(title)s is cancelled. The host says why on its page.")
        who = _answered(gathering, Answer.YES, Answer.WAITING, Answer.MAYBE)
        yield from tell(step, who, text, _page(gathering), title=gathering.title)


def of_promotion(step: Step) -> Iterable[Telling]:
    """Nobody did it: the seat came free. The step has no actor and names the member it is for."""
    gathering = _gathering(step)
    if gathering is not None:
        text = _("A seat is free: you are coming to %(title)s. If you can't, please say so, so that the next one can.")
        yield from tell(step, [step.data["member"]], text, _page(gathering), title=gathering.title)


def of_conflict(step: Step) -> Iterable[Telling]:
    """Discreet: no names in a notice. The page shows them to hosts only, and never to the two themselves."""
    gathering = _gathering(step)
    if gathering is None:
        return
    text = _("Two people who come to %(title)s are better kept apart. Only the hosts can see this.")
    hosts = set(_hosts(gathering)) - set(step.data.get("pair", []))
    yield from tell(step, hosts, text, _page(gathering), title=gathering.title)


def of_opening(step: Step) -> Iterable[Telling]:
    gathering = _gathering(step)
    if gathering is not None:
        text = _("%(title)s is within a day. You can now see where it is.")
        yield from tell(step, _answered(gathering, Answer.YES), text, _page(gathering), title=gathering.title)


def of_ending(step: Step) -> Iterable[Telling]:
    gathering = _gathering(step)
    if gathering is None:
        return
    hosts = set(_hosts(gathering))
    guests = set(_answered(gathering, Answer.YES)) - hosts
    slug = gathering.community.slug
    asked = reverse("gatherings:afterwards", args=[slug, gathering.pk])
    yield from tell(step, guests, _("How was %(title)s? It takes half a minute."), asked, title=gathering.title)
    asked = reverse("gatherings:took_place", args=[slug, gathering.pk])
    yield from tell(step, hosts, _("Did %(title)s take place? Say who was there."), asked, title=gathering.title)


def of_recap(step: Step) -> Iterable[Telling]:
    gathering = _gathering(step)
    if gathering is not None:
        who = {*_answered(gathering, Answer.YES, Answer.WAITING, Answer.MAYBE), *_followers(gathering)}
        text = _("What happened at %(title)s: a host wrote it down for everyone")
        yield from tell(step, who, text, f"{_page(gathering)}#recap", title=gathering.title)


def of_worry(step: Step) -> Iterable[Telling]:
    """The stewards who did not host. The notice says no name and no words."""
    gathering = _gathering(step)
    if gathering is None:
        return
    stewards = Membership.objects.filter(community=gathering.community, role__in=STEWARDS, state=State.ACTIVE)
    who = set(stewards.values_list("pk", flat=True)) - set(_hosts(gathering))
    url = reverse("gatherings:worries", args=[gathering.community.slug])
    yield from tell(step, who, _("Somebody did not feel safe at a gathering. Please look."), url)
