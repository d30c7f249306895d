"""The board, one ask or offer, and making one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter, enter_as_member
from commonweal.communities.afterwards import HowItFeltForm
from commonweal.communities.models import Community, Membership
from commonweal.conversations.access import readable_topics
from commonweal.conversations.starting import starting_point
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page

from .. import actions, queries, safety
from ..access import get_entry_for, get_own_entry_for, visible_entries
from ..forms import AnswerForm, EntryForm, HappenedForm, ThanksForm
from ..models import Entry, Handover


def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The Exchange door: what is asked for and offered, newest first."""
    community = enter(request, slug, door="exchange")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    kind, what = request.GET.get("kind", ""), request.GET.get("what", "")
    entries = queries.board(visible_entries(community, membership), membership, kind=kind, what=what)
    rows = page(request, entries, "-made_at", "-id")
    context = {
        "page": rows,
        "kind": kind,
        "what": what,
        "whats": Entry.What.choices,
        "today": actions.today_in(community),
    }
    return render(request, "exchange/board.html", context)


def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask or offer, filled in from the conversation it grows out of."""
    membership = enter_as_member(request, slug, door="exchange")
    start = starting_point(membership, request.GET)
    initial = {"kind": request.GET.get("kind", ""), "what": request.GET.get("what", "")}
    if start and start.title:
        initial["title"] = start.title
    form = EntryForm(request.POST or None, membership=membership, initial=initial)
    if request.method == "POST" and form.is_valid():
        source = start.thing if start else None
        made = attempt(form, actions.make_entry, membership=membership, source=source, **form.cleaned_data)
        if made is not None:
            messages.success(request, _("It is on the board. You hear as soon as somebody answers."))
            return see_other("exchange:entry", slug, made.pk)
    return show(request, "exchange/new.html", {"form": form, "start": start})


def edit(request: HttpRequest, slug: str, entry_id: int) -> HttpResponse:
    """Change one's own words."""
    membership = enter_as_member(request, slug, door="exchange")
    found = get_own_entry_for(membership, membership.community, entry_id)
    form = EntryForm(request.POST or None, membership=membership, entry=found)
    if request.method == "POST" and form.is_valid():
        changed = attempt(form, actions.change_entry, membership=membership, entry=found, **form.cleaned_data)
        if changed is not None:
            messages.success(request, _("Changed."))
            return see_other("exchange:entry", slug, found.pk)
    return show(request, "exchange/new.html", {"form": form, "entry": found})


def entry(request: HttpRequest, slug: str, entry_id: int) -> HttpResponse:
    """One ask or offer, with what the reader can do about it."""
    community = enter(request, slug, door="exchange")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    found = get_entry_for(membership, community, entry_id)
    return render(request, "exchange/entry.html", page_of(community, membership, found))


def page_of(community: Community, membership: Membership | None, found: Entry, **forms: Any) -> dict[str, Any]:
    """What the page of an entry shows this reader. Thirteen queries at most, most of them for the two who agreed."""
    own = membership is not None and found.author_id == membership.pk
    answers = queries.answers_to(found, membership) if own and membership else []
    mine = queries.own_answer(found, membership)
    agreed = queries.agreed_in(answers if own else [mine] if mine else [])
    context = {
        "entry": found,
        "own": own,
        "can_answer": queries.open_today(found),
        "answers": [answer for answer in answers if answer is not agreed],
        "mine": mine,
        "agreed": agreed,
        "topic": queries.source_topic(found, readable_topics(community, membership)),
        "form": AnswerForm(entry=found, membership=membership),
        "along": queries.asked_along(found, membership),
        "not_met": membership is not None and not own and not safety.may_lift(membership, found),
        "happened_form": HappenedForm(),
        "thanks_form": ThanksForm(),
    }
    if agreed is not None and membership is not None:
        context |= _between(agreed, membership)
    return {**context, **forms}


def _between(agreed: Handover, membership: Membership) -> dict[str, Any]:
    words = queries.words_on(agreed)
    partner = agreed.other if agreed.other_id != membership.pk else agreed.entry.author
    mine = words.get(membership.pk)
    thanks = {row.author_id: row for row in agreed.thanks.all()}
    return {
        "partner": partner,
        "my_word": mine,
        "felt": queries.felt_of(agreed, membership) if mine is not None and mine.happened else None,
        "felt_form": HowItFeltForm(),
        "their_word": words.get(partner.pk),
        "completed": getattr(agreed, "completion", None),
        "my_thanks": thanks.get(membership.pk),
        "their_thanks": thanks.get(partner.pk),
    }


@require_POST
def answer(request: HttpRequest, slug: str, entry_id: int) -> HttpResponse:
    """Say "I can" or "I'd like that"."""
    membership = enter_as_member(request, slug, door="exchange")
    found = get_entry_for(membership, membership.community, entry_id)
    form = AnswerForm(request.POST, entry=found, membership=membership)
    if form.is_valid():
        done = attempt(form, actions.propose_handover, membership=membership, entry=found, **form.cleaned_data)
        if done is not None:
            messages.success(request, _("Sent. You hear when they agree."))
            return see_other("exchange:entry", slug, found.pk)
    return show(request, "exchange/entry.html", page_of(membership.community, membership, found, form=form))


def withdraw(request: HttpRequest, slug: str, entry_id: int) -> HttpResponse:
    """Take one's own entry off the board. Asks once."""
    membership = enter_as_member(request, slug, door="exchange")
    found = get_own_entry_for(membership, membership.community, entry_id)
    if request.method == "POST":
        try:
            actions.withdraw_entry(membership=membership, entry=found)
        except Refused as refused:
            messages.warning(request, str(refused.message))
        else:
            messages.success(request, _("It is off the board."))
        return see_other("exchange:entry", slug, found.pk)
    context = {
        "title": _("Take it off the board?"),
        "consequence": _("Everyone who answered is told, kindly. You can make a new one at any time."),
        "label": _("Take it off the board"),
        "cancel_url": reverse("exchange:entry", args=[slug, found.pk]),
    }
    return render(request, "kit/_confirm.html", context)
