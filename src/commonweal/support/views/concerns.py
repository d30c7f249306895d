from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonweal.communities.access import STEWARDS, enter_as_member, person_of
from commonweal.communities.models import Membership
from commonweal.conversations.access import get_post_for
from commonweal.conversations.models import Post
from commonweal.kit import clock
from commonweal.kit.access import own_page
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page

from ..actions import emergencies, looking_after
from ..actions.concerns import raise_concern
from ..desk.access import get_concern_for, get_letter_for, is_on_case, stewards_beside
from ..desk.forms import AssessForm, EmergencyForm, LetterForm, NoteForm, WorryForm
from ..desk.queries import checks_open, concerns_for, next_of, road, sources_of
from ..models.desk import Concern, StepKind

#: step in the address -> what it does, and the form it needs.
STEPS: dict[str, tuple[Callable[..., Any], type[forms.Form] | None]] = {
    "join": (looking_after.join_case, None),
    "assess": (looking_after.assess, AssessForm),
    "private": (looking_after.write_privately, LetterForm),
    "public": (looking_after.say_answered, None),
    "second": (looking_after.agree_as_second, None),
    "day": (looking_after.look_again, None),
    "week": (looking_after.look_again, None),
    "debrief": (looking_after.debrief, None),
    "close": (looking_after.close_case, None),
    "note": (looking_after.write_note, NoteForm),
    "emergency": (emergencies.decide_to_call, EmergencyForm),
    "emergency-agree": (emergencies.agree_to_call, None),
    "emergency-called": (emergencies.say_called, None),
}


@require_http_methods(["GET", "POST"])
def worry(request: HttpRequest, slug: str, post_id: int) -> HttpResponse:
    """Say that one is worried about whoever wrote a message, or that one's own is urgent."""
    member = enter_as_member(request, slug)
    post = get_post_for(member, member.community, post_id)
    form = WorryForm(request.POST or None)
    own = post.author_id == member.pk
    # Only the author is told that no steward can look after them: to others it could say who wrote without a name.
    alone = own and not stewards_beside(member).exists()
    back = reverse("conversations:topic", args=[slug, post.topic_id])
    if request.method == "POST" and form.is_valid() and _raised(form, member, post):
        said = _("Those who can help have been told. If it cannot wait, call one of the help lines.")
        messages.success(request, _("It is noted. Please call one of the help lines.") if alone else said)
        return see_other(back)
    return show(request, "support/worry.html", {"form": form, "own": own, "back": back, "alone": alone})


def _raised(form: forms.Form, member: Membership, post: Post) -> Concern | None:
    return attempt(form, raise_concern, membership=member, post=post, words=form.cleaned_data["words"])


@require_GET
def concerns(request: HttpRequest, slug: str) -> HttpResponse:
    """For stewards: all cases, the newest first."""
    steward = enter_as_member(request, slug, door="desk", roles=STEWARDS)
    found = page(request, concerns_for(steward), "-opened_at", "-id")
    rows = [(one, StepKind(next_of(one)[0]).to_do, next_of(one)[1]) for one in found.rows]
    return render(request, "support/concerns.html", {"page": found, "rows": rows})


@require_GET
def concern(request: HttpRequest, slug: str, concern_id: int) -> HttpResponse:
    steward = enter_as_member(request, slug, door="desk", roles=STEWARDS)
    return render(request, "support/concern.html", _context(steward, get_concern_for(steward, concern_id)))


def _context(steward: Membership, found: Concern, **forms_tried: Any) -> dict[str, Any]:
    """What the page of a case shows. What was written and judged is left out for stewards who are not on it."""
    rows = road(found)
    context: dict[str, Any] = {
        "concern": found,
        "road": rows,
        "here": next((row["kind"].value for row in rows if row["here"]), ""),
        "sources": sources_of(found),
        "post": found.post,
        "post_url": f"{reverse('conversations:topic', args=[steward.community.slug, found.topic_id])}"
        f"?from={found.post.number}#post-{found.post.number}",
        "on_case": [row.steward for row in found.on_case.select_related("steward")],
        "mine": is_on_case(steward, found),
        "call": getattr(found, "emergency", None),
    }
    if context["mine"]:
        judged = getattr(found, "assessment", None)
        said = (
            {"danger": judged.danger, "others_safe": judged.others_safe, "mistaken": judged.mistaken} if judged else {}
        )
        context |= {
            "assessment": judged,
            "letter": getattr(found, "reply", None),
            "words": [raising.words for raising in found.raisings.all() if raising.words],
            "notes": found.notes.select_related("by"),
            "checks": [kind for kind in checks_open(found, clock.now()) if kind != context["here"]],
            "has_second": stewards_beside(found.about).exclude(pk=steward.pk).exists(),
            "assess_form": AssessForm(initial=said),
            "letter_form": LetterForm(),
            "note_form": NoteForm(),
            "emergency_form": EmergencyForm(),
        }
    return context | forms_tried


@require_POST
def step(request: HttpRequest, slug: str, concern_id: int, step: str) -> HttpResponse:
    """Take one step of a case."""
    steward = enter_as_member(request, slug, door="desk", roles=STEWARDS)
    found = get_concern_for(steward, concern_id)
    if step not in STEPS:
        raise Http404
    action, needs = STEPS[step]
    arguments: dict[str, Any] = {"kind": step} if step in ("day", "week") else {}
    form = needs(request.POST) if needs else None
    here = reverse("support:concern", args=[slug, found.pk])
    if form is not None:
        if form.is_valid() and attempt(form, action, steward=steward, concern=found, **form.cleaned_data):
            return see_other(here)
        names = {AssessForm: "assess_form", LetterForm: "letter_form", NoteForm: "note_form"}
        tried = {names.get(type(form), "emergency_form"): form}
        context = _context(steward, found, **(tried if is_on_case(steward, found) else {}))
        return render(request, "support/concern.html", context, status=422)
    try:
        action(steward=steward, concern=found, **arguments)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return see_other(here)


@own_page
@require_GET
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """What a steward wrote to somebody in private, for that person."""
    person = person_of(request)
    assert person is not None
    return render(request, "support/letter.html", {"letter": get_letter_for(person, letter_id)})
