"""After a gathering: both sides, the recap, and private words about safety."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import STEWARDS, enter_as_member
from commonweal.communities.models import Membership, State
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused
from commonweal.trail.actions import type_of
from commonweal.trail.models import Confirmation

from .. import afterwards as after
from .. import queries
from ..access import get_gathering_for, get_hosted_gathering_for, get_worry_for, is_cancelled, open_worries
from ..forms import AfterwardsForm, HostWordForm, RecapForm
from ..models import Attendance, Gathering, Rsvp, Tick
from ..occasions import moment_of


def _another_steward(membership: Membership, gathering: Gathering) -> bool:
    """Whether somebody could look at a private word: a steward who is neither a host nor the one who writes."""
    stewards = Membership.objects.filter(community=membership.community_id, role__in=STEWARDS, state=State.ACTIVE)
    return stewards.exclude(hosting__gathering=gathering).exclude(pk=membership.pk).exists()


def afterwards(request: HttpRequest, slug: str, gathering_id: int) -> HttpResponse:
    """A guest's side: I was there, it helped, I felt safe."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_gathering_for(membership, membership.community, gathering_id)
    said = Confirmation.objects.filter(
        subject_type=type_of(found), subject_id=found.pk, membership=membership.pk
    ).first()
    initial = {"was_there": "yes" if said.happened else "no", "helped": said.helped} if said else {}
    asks_safety = _another_steward(membership, found)
    form = AfterwardsForm(request.POST or None, initial=initial, asks_safety=asks_safety)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, after.say_how_it_was, membership=membership, gathering=found, **form.cleaned_data)
        if done is not None:
            if form.cleaned_data.get("felt") in ("unsure", "unsafe"):
                messages.success(request, _("Thank you for telling us. A steward who did not host it will look."))
            else:
                messages.success(request, _("Thank you. That is how we learn whether meeting helps."))
            return see_other("gatherings:gathering", slug, found.pk)
    rsvp = Rsvp.objects.filter(gathering=found, membership=membership).first()
    attended = Attendance.objects.filter(gathering=found, membership=membership).exists()
    context = {
        "form": form,
        "gathering": found,
        "asks_safety": asks_safety,
        "reflects": "" if is_cancelled(found) else moment_of(found, rsvp, attended=attended),
    }
    return show(request, "gatherings/afterwards.html", context)


def took_place(request: HttpRequest, slug: str, gathering_id: int) -> HttpResponse:
    """A host's side: it took place, and who was there."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_hosted_gathering_for(membership, membership.community, gathering_id)
    guests = queries.guest_list(found, membership)
    people = [(r.membership_id, r.membership.display_name) for r in guests.yes + guests.waiting + guests.maybe]
    form = HostWordForm(
        request.POST or None, people=people, initial=_ticked(found, [r.membership_id for r in guests.yes])
    )
    if request.method == "POST" and form.is_valid():
        done = attempt(form, after.say_it_took_place, membership=membership, gathering=found, **form.cleaned_data)
        if done is not None:
            messages.success(request, _("Thank you. A few lines about it would help those who could not come."))
            return see_other("gatherings:recap" if done.took_place else "gatherings:gathering", slug, found.pk)
    return show(request, "gatherings/took_place.html", {"form": form, "gathering": found})


def _ticked(gathering: Gathering, expected: list[int]) -> dict[str, Any]:
    """What the form starts with: whom a host ticked before, or everyone who said they come."""
    ticked = list(Tick.objects.filter(gathering=gathering).values_list("membership_id", flat=True))
    return {"present": ticked or expected, "took_place": "yes"}


def recap(request: HttpRequest, slug: str, gathering_id: int) -> HttpResponse:
    """Tell everyone what happened."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_hosted_gathering_for(membership, membership.community, gathering_id)
    standing = getattr(found, "recap", None)
    form = RecapForm(request.POST or None, initial={"text": standing.text if standing else ""})
    if request.method == "POST" and form.is_valid():
        done = attempt(form, after.write_recap, membership=membership, gathering=found, **form.cleaned_data)
        if done is not None:
            messages.success(request, _("Thank you. Everyone who answered, and who follows it, can read it now."))
            return see_other("gatherings:gathering", slug, found.pk)
    return show(request, "gatherings/recap.html", {"form": form, "gathering": found})


def worries(request: HttpRequest, slug: str) -> HttpResponse:
    """For stewards: private words about safety, newest first, without those about what they hosted."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    request.shell_here = "desk"  # type: ignore[attr-defined]
    return render(request, "gatherings/worries.html", {"worries": open_worries(membership)[:50]})


@require_POST
def worry_seen(request: HttpRequest, slug: str, word_id: int) -> HttpResponse:
    """A steward has looked and taken care."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    word = get_worry_for(membership, word_id)
    try:
        after.see_worry(membership=membership, word=word)
    except Refused as refused:
        messages.warning(request, str(refused.message))
    return see_other("gatherings:worries", slug)
