from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweal.communities.access import STEWARDS, enter_as_member
from commonweal.kit.errors import Refused

from .. import circling
from .. import inviting as asking
from ..access import get_invitation_for
from ..circle_forms import InvitationForm, InviteForm
from ..times import is_free


def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """For stewards: ask people who agreed to it into a circle."""
    membership = enter_as_member(request, slug, door="meet", roles=STEWARDS)
    people = circling.people_to_ask(membership.community, membership)
    form = InviteForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            asking.invite_to_circle(membership=membership, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(
                request, _("They are asked. With five yeses the circle begins; if not, it lapses quietly.")
            )
            return HttpResponseRedirect(reverse("circles:circles", args=[slug]), status=303)
    context = {"form": form, "people": people}
    return render(request, "circles/invite.html", context, status=422 if form.errors else 200)


def invitation(request: HttpRequest, slug: str, invitation_id: int) -> HttpResponse:
    """One invitation into a circle, for the one who was asked. No name of anybody who would come."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_invitation_for(membership, invitation_id)
    if request.method == "POST":
        form = InvitationForm(request.POST)
        form.is_valid()
        yes = request.POST.get("answer") == "yes"
        try:
            asking.answer_invitation(
                membership=membership,
                invitation=found,
                yes=yes,
                would_look_after=form.cleaned_data.get("would_look_after", False),
            )
        except Refused as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("You said yes.") if yes else _("Noted. Nobody is told."))
        return HttpResponseRedirect(reverse("circles:invitation", args=[slug, found.pk]), status=303)
    person = membership.person
    week = (person.availability, person.time_zone) if person else (0, "UTC")
    context = {
        "asked": found,
        "circle": found.circle,
        "state": circling.state_of(found),
        "suits": is_free(week, found.circle.first_at, found.circle.minutes),
        "form": InvitationForm(),
    }
    return render(request, "circles/invitation.html", context)
