"""Invitation links: making and withdrawing them, and coming in by one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused

from ..access import NeedsSignIn, enter_as_member, get_invitation, get_invitation_for, membership_of, person_of
from ..actions import accept_invitation, invite, withdraw_invitation
from ..actions.inviting import MOST_DAYS, MOST_PEOPLE, may_invite
from ..forms import InviteForm, JoinForm
from ..queries import invitations_of


def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """One's invitations, the newest with its link to copy, and the form for another."""
    membership = enter_as_member(request, slug)
    steward = membership.is_steward
    form = InviteForm(request.POST or None, most_people=MOST_PEOPLE[steward], most_days=MOST_DAYS[steward])
    if request.method == "POST" and form.is_valid():
        made = attempt(form, invite, membership=membership, **form.cleaned_data)
        if made is not None:
            messages.success(request, _("The link is ready. Send it to whom you like."))
            return see_other("communities:invitations", slug=slug)
    context = {"form": form, "invitations": invitations_of(membership), "may_invite": may_invite(membership)}
    return show(request, "communities/invitations.html", context)


@require_POST
def withdraw(request: HttpRequest, slug: str, invitation_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug)
    invitation = get_invitation_for(membership, invitation_id)
    try:
        withdraw_invitation(membership=membership, invitation=invitation)
        messages.success(request, _("That link does not work any more."))
    except Refused as refused:
        messages.error(request, str(refused.message))
    return see_other("communities:invitations", slug=slug)


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation link: what this community is, and how to come in."""
    found = get_invitation(token)
    community, person = found.community, person_of(request)
    own = membership_of(person, community)
    if own is not None and own.is_active:
        return redirect("communities:front", slug=community.slug)
    if not found.works:
        return render(request, "communities/invitation_gone.html", {}, status=410)
    if request.method == "POST" and person is None:
        raise NeedsSignIn
    names = {"display_name": own.display_name} if own else None
    form = JoinForm(request.POST or None, community=community, person=person, initial=names)
    if request.method == "POST" and form.is_valid():
        fields = {"display_name": form.cleaned_data["display_name"], "brought": form.brought}
        said = form.says_under_18
        if attempt(form, accept_invitation, person=person, invitation=found, under_18=said, **fields):
            messages.success(request, _("Welcome to %(c)s. It is good that you are here.") % {"c": community.name})
            return see_other("communities:front", slug=community.slug)
    return show(request, "communities/invitation.html", {"invitation": found, "to": community, "form": form})
