"""Joining, asking to, leaving, and why one was removed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused

from ..access import NeedsSignIn, enter, get_own_removal, membership_of, person_of
from ..actions import ask_to_join
from ..actions import join as join_community
from ..actions import leave as leave_community
from ..forms import JoinForm
from ..models import Access, Community, State
from .front import threshold


def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Join an open community, or ask one that takes requests. Guests sign in first; their words are kept."""
    community = enter(request, slug, front=True)
    person = person_of(request)
    if person is None:
        raise NeedsSignIn
    if request.membership is not None or community.access not in (Access.OPEN, Access.REQUEST):  # type: ignore[attr-defined]
        return redirect("communities:front", slug=slug)
    own = membership_of(person, community)
    names = {"display_name": own.display_name} if own else None
    form = JoinForm(request.POST or None, community=community, person=person, initial=names)
    if request.method == "POST" and form.is_valid():
        action = join_community if community.access == Access.OPEN else ask_to_join
        said = {"display_name": form.cleaned_data["display_name"], "brought": form.brought}
        member = attempt(form, action, person=person, community=community, under_18=form.says_under_18, **said)
        if member is not None:
            _say(request, community, member.state)
            return see_other("communities:front", slug=slug)
    return show(request, "communities/door.html", threshold(request, community, form))


def _say(request: HttpRequest, community: Community, state: str) -> None:
    said = (
        _("You asked to join %(community)s. The stewards know; you will hear from them.")
        if state == State.ASKED
        else _("Welcome to %(community)s. It is good that you are here.")
    )
    messages.success(request, said % {"community": community.name})


def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave, or take a request back. Asks once, with the consequence."""
    community = enter(request, slug, front=True)
    own = membership_of(person_of(request), community)
    if own is None or own.state not in (State.ACTIVE, State.ASKED):
        return redirect("communities:front", slug=slug)
    own.community = community
    if request.method == "POST":
        asked = own.state == State.ASKED
        try:
            leave_community(membership=own)
        except Refused as refused:
            messages.error(request, str(refused.message))
            return see_other("communities:front", slug=slug)
        messages.success(
            request,
            _("You took your request back.") if asked else _("You left %(c)s. Go well.") % {"c": community.name},
        )
        return see_other("today")
    return render(request, "communities/leave.html", {"own": own, "asked": own.state == State.ASKED})


def removed(request: HttpRequest, slug: str) -> HttpResponse:
    """Why a steward removed the person who asks, and what they can do."""
    removal = get_own_removal(person_of(request), slug)
    return render(request, "communities/removed.html", {"removal": removal})
