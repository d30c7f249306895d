"""Pages of an opinion map."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter, enter_as_member
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page

from . import opinion_actions, queries
from .access import get_map_for, get_statement_for, readable_statements
from .forms import AskForm, StateForm
from .models import OpinionMap


def ask(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="act")
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        made = attempt(
            form,
            opinion_actions.open_map,
            membership=membership,
            question=typed["question"],
            details=typed["details"],
            closes_at=clock.now() + timedelta(days=typed["days"]),
            first_statements=typed["statements"],
            submission=typed["submission"],
        )
        if made:
            return see_other("decisions:map", slug, made.pk)
    return show(request, "decisions/ask.html", {"form": form})


def opinion_map(request: HttpRequest, slug: str, map_id: int) -> HttpResponse:
    """While open: the next statement. After the count: every statement with its numbers. Seven queries at most."""
    community = enter(request, slug, door="act")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    found = get_map_for(membership, community, map_id)
    if found.counted_at is not None:
        return _counted(request, found, membership)
    return _asking(request, found, membership, StateForm())


def _asking(request: HttpRequest, found: OpinionMap, membership: Membership | None, form: StateForm) -> HttpResponse:
    is_open = found.is_open(clock.now())
    upcoming = queries.next_statement(found, membership) if membership is not None and is_open else None
    return show(request, "decisions/map.html", {"map": found, "statement": upcoming, "form": form, "open": is_open})


def _counted(request: HttpRequest, found: OpinionMap, membership: Membership | None) -> HttpResponse:
    statements = readable_statements(found, membership).select_related("author")
    rows = page(request, statements, "-support", "id", size=20)
    return render(request, "decisions/map_counted.html", {"map": found, "page": rows})


def mine(request: HttpRequest, slug: str, map_id: int) -> HttpResponse:
    """One's own newest answers, to change while the map is open. Nobody else sees them."""
    membership = enter_as_member(request, slug, door="act")
    found = get_map_for(membership, membership.community, map_id)
    context = {"map": found, "answers": queries.answered_by(found, membership), "open": found.is_open(clock.now())}
    return render(request, "decisions/mine.html", context)


@require_POST
def state(request: HttpRequest, slug: str, map_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="act")
    found = get_map_for(membership, membership.community, map_id)
    form = StateForm(request.POST)
    valid = form.is_valid()
    made = (
        attempt(form, opinion_actions.state, membership=membership, opinion_map=found, **form.cleaned_data)
        if valid
        else None
    )
    if made is not None:
        messages.success(request, _("Your statement is in. Others will see it when they answer."))
        return see_other("decisions:map", slug, map_id)
    return _asking(request, found, membership, form)


@require_POST
def answer(request: HttpRequest, slug: str, map_id: int, statement_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="act")
    found = get_map_for(membership, membership.community, map_id)
    statement = get_statement_for(membership, found, statement_id)
    try:
        choice = int(request.POST.get("choice", ""))
    except ValueError:
        choice = 99
    try:
        opinion_actions.answer(membership=membership, statement=statement, choice=choice)
    except Refused as refused:
        messages.error(request, str(refused.message))
    return see_other("decisions:mine" if "mine" in request.POST else "decisions:map", slug, map_id)
