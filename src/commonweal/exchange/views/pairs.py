"""What passes between the two people of a handover."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter_as_member
from commonweal.communities.afterwards import HowItFeltForm
from commonweal.communities.models import Membership
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused

from .. import actions, handovers, safety
from ..access import get_asked_along, get_entry_for, get_handover_for
from ..forms import HappenedForm, ThanksForm
from ..models import Handover
from .entries import page_of


def _enter(request: HttpRequest, slug: str, handover_id: int) -> tuple[Membership, Handover]:
    membership = enter_as_member(request, slug, door="exchange")
    return membership, get_handover_for(membership, membership.community, handover_id)


def _step(request: HttpRequest, slug: str, handover_id: int, action: Callable[..., Any], done: str) -> HttpResponse:
    membership, handover = _enter(request, slug, handover_id)
    try:
        action(membership=membership, handover=handover)
    except Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, done)
    return see_other("exchange:entry", slug, handover.entry_id)


@require_POST
def take_back(request: HttpRequest, slug: str, handover_id: int) -> HttpResponse:
    return _step(request, slug, handover_id, actions.take_back, _("Taken back."))


@require_POST
def agree(request: HttpRequest, slug: str, handover_id: int) -> HttpResponse:
    done = _("Agreed. You two can now write to each other in private.")
    return _step(request, slug, handover_id, actions.agree_handover, done)


@require_POST
def fell_through(request: HttpRequest, slug: str, handover_id: int) -> HttpResponse:
    done = _("That happens. It is open again, and the other one is told.")
    return _step(request, slug, handover_id, handovers.fall_through, done)


@require_POST
def come_along(request: HttpRequest, slug: str, handover_id: int) -> HttpResponse:
    """The second person of a home visit says whether they come."""
    membership = enter_as_member(request, slug, door="exchange")
    asked = get_asked_along(membership, membership.community, handover_id)
    agrees = request.POST.get("agree") == "yes"
    try:
        safety.answer_along(membership=membership, companion=asked, agrees=agrees)
    except Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _("Thank you for coming along.") if agrees else _("Thank you for answering."))
    return see_other("exchange:entry", slug, asked.handover.entry_id)


@require_POST
def happened(request: HttpRequest, slug: str, handover_id: int) -> HttpResponse:
    """Say whether it happened and whether it helped."""
    membership, handover = _enter(request, slug, handover_id)
    form = HappenedForm(request.POST)
    if form.is_valid():
        done = attempt(form, handovers.say_it_happened, membership=membership, handover=handover, **form.cleaned_data)
        if done is not None:
            messages.success(request, _("Thank you for saying so. It counts when you both do."))
            return see_other("exchange:entry", slug, handover.entry_id)
    return _again(request, membership, handover, happened_form=form)


@require_POST
def felt(request: HttpRequest, slug: str, handover_id: int) -> HttpResponse:
    """After meeting over it: again, and safe? The other never learns of it."""
    membership, handover = _enter(request, slug, handover_id)
    form = HowItFeltForm(request.POST)
    if form.is_valid():
        done = attempt(form, handovers.say_how_it_felt, membership=membership, handover=handover, **form.said())
        if done is not None:
            messages.success(request, _("Thank you. It stays with you; nobody you met is told."))
            return see_other("exchange:entry", slug, handover.entry_id)
    return _again(request, membership, handover, felt_form=form)


@require_POST
def thanks(request: HttpRequest, slug: str, handover_id: int) -> HttpResponse:
    """Say thank you, in one sentence."""
    membership, handover = _enter(request, slug, handover_id)
    form = ThanksForm(request.POST)
    if form.is_valid():
        done = attempt(form, handovers.thank, membership=membership, handover=handover, **form.cleaned_data)
        if done is not None:
            messages.success(request, _("Your thanks are on their way."))
            return see_other("exchange:entry", slug, handover.entry_id)
    return _again(request, membership, handover, thanks_form=form)


def _again(request: HttpRequest, membership: Membership, handover: Handover, **forms: Any) -> HttpResponse:
    """The page of the entry, with what was wrong beside the field."""
    found = get_entry_for(membership, membership.community, handover.entry_id)
    response = show(request, "exchange/entry.html", page_of(membership.community, membership, found, **forms))
    response.status_code = 422
    return response
