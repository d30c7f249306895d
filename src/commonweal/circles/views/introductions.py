from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter_as_member
from commonweal.communities.afterwards import HowItFeltForm
from commonweal.communities.models import Membership
from commonweal.conversations.access import get_topic_for
from commonweal.conversations.models import Topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page
from commonweal.people.queries import consents_to
from commonweal.trail.models import Confirmation, Helped

from .. import actions
from .. import wishes as wanting
from ..access import get_introduction_for
from ..forms import IntroduceForm
from ..models import Introduction, Meeting
from ..occasions import is_occasion
from ..queries import can_be_introduced, due_questions, felt_of, introductions_of, places_of, said_of, seen_by

#: Meeting early helps, late harms (Ramirez & Zhang 2007).
MEET_WITHIN = timedelta(days=21)
#: How the question after an introduction is answered; the values are those of trail's Helped.
WE_MET = [
    (Helped.YES.value, gettext_lazy("We met, and it helped")),
    (Helped.SOMEWHAT.value, gettext_lazy("We met; it helped a little")),
    (Helped.NO.value, gettext_lazy("We met; not this time")),
]


def _see_other(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)


def introductions(request: HttpRequest, slug: str) -> HttpResponse:
    """My introductions in this community, newest first."""
    membership = enter_as_member(request, slug, door="meet")
    found = page(request, introductions_of([membership]), "-id")
    due = due_questions([membership])
    context = {
        "page": found,
        "rows": [seen_by(membership, row, asks=row.pk in due) for row in found.rows],
        "agreed": consents_to(membership.person_id or 0, "introductions"),
    }
    return render(request, "circles/introductions.html", context)


@require_POST
def suggest(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="meet")
    try:
        actions.suggest_somebody(membership=membership)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.info(
            request,
            _("We are looking. If somebody fits, you hear within a few minutes; if not, we look again every day."),
        )
    return _see_other(reverse("circles:introductions", args=[slug]))


def introduction(request: HttpRequest, slug: str, introduction_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="meet")
    found = get_introduction_for(membership, introduction_id)
    return _shown(request, membership, found, HowItFeltForm())


def _shown(request: HttpRequest, membership: Membership, found: Introduction, form: HowItFeltForm) -> HttpResponse:
    """One introduction with whatever can be done about it now."""
    seen = seen_by(membership, found, asks=found.opened_at is not None)
    said = said_of(found, membership) if seen.other else None
    context = {
        "seen": seen,
        "said": said,
        "reflects": _reflects(found, said) if seen.other else "",
        "answers": WE_MET,
        "talk_url": reverse("conversations:conversation", args=[found.conversation_id])
        if found.conversation_id
        else "",
        "plan_url": _plan_url(membership.community.slug, found.pk),
        "felt": felt_of(found, membership) if seen.other else None,
        "form": form,
        "places": places_of(found.community_id)[:3] if seen.other else [],
        "meet_by": _meet_by(found),
    }
    return render(request, "circles/introduction.html", context, status=422 if form.errors else 200)


def _meet_by(found: Introduction) -> datetime | None:
    """Until when a first meeting does most good; None once that is over, so that nobody reads they are late."""
    by = found.opened_at + MEET_WITHIN if found.opened_at else None
    return by if by is not None and by > clock.now() else None


def _reflects(found: Introduction, said: Confirmation | None) -> str:
    """Whether one may think ahead to this meeting ("before") or look back at it ("after"), or neither. One query."""
    if not is_occasion(found, met=Meeting.objects.filter(introduction=found).exists()):
        return ""
    return "after" if said is not None and said.happened else "before"


def _plan_url(slug: str, introduction_id: int) -> str:
    try:
        return f"{reverse('gatherings:plan', args=[slug])}?introduction={introduction_id}"
    except NoReverseMatch:
        return ""


@require_POST
def answer(request: HttpRequest, slug: str, introduction_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="meet")
    found = get_introduction_for(membership, introduction_id)
    yes = request.POST.get("answer") == "yes"
    try:
        opened = actions.answer(membership=membership, introduction=found, yes=yes)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return _see_other(reverse("circles:introductions", args=[slug]))
    if not yes:
        messages.success(request, _("That is fine. Nobody is told, and we will not ask about this pair again soon."))
        return _see_other(reverse("circles:introductions", args=[slug]))
    if opened.opened_at is None:
        messages.success(request, _("Thank you. If the other person says yes too, you will both hear."))
    return _see_other(reverse("circles:introduction", args=[slug, found.pk]))


@require_POST
def met(request: HttpRequest, slug: str, introduction_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="meet")
    found = get_introduction_for(membership, introduction_id)
    helped = request.POST.get("helped", "")
    try:
        both = actions.say_whether_we_met(
            membership=membership,
            introduction=found,
            met=helped != "not-yet",
            helped="" if helped == "not-yet" else helped,
        )
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("You both say you met. Lovely.") if both else _("Thank you for saying so."))
    return _see_other(reverse("circles:introduction", args=[slug, found.pk]))


@require_POST
def felt(request: HttpRequest, slug: str, introduction_id: int) -> HttpResponse:
    """After meeting: again, and safe? The other never learns of it."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_introduction_for(membership, introduction_id)
    form = HowItFeltForm(request.POST)
    if found.opened_at is None or not form.is_valid():
        return _shown(request, membership, found, form)
    wanting.say_how_it_felt(membership=membership, introduction=found, **form.said())
    messages.success(request, _("Thank you. It stays with you; nobody you met is told."))
    return _see_other(reverse("circles:introduction", args=[slug, found.pk]))


def introduce(request: HttpRequest, slug: str) -> HttpResponse:
    """Out of a conversation: introduce oneself to somebody, or two people to each other."""
    membership = enter_as_member(request, slug, door="meet")
    asked = request.GET.get("topic", "")
    if not re.fullmatch(r"[0-9]{1,18}", asked):
        raise Http404
    topic: Topic = get_topic_for(membership, membership.community, int(asked))
    people = can_be_introduced(topic, membership)
    form = IntroduceForm(request.POST or None, topic=topic, viewer=membership, people=people)
    if request.method == "POST" and form.is_valid():
        one, other = form.pair()
        try:
            actions.introduce(membership=membership, topic=topic, one=one, other=other)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Both will be asked. Names are shown only when both say yes."))
            return _see_other(reverse("conversations:topic", args=[slug, topic.pk]))
    context = {"form": form, "topic": topic, "people": people}
    return render(request, "circles/introduce.html", context, status=422 if form.errors else 200)
