from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonweal.communities.access import STEWARDS, enter, enter_as_member, person_of
from commonweal.communities.models import Membership
from commonweal.kit.access import own_page
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page
from commonweal.people.models import Person

from . import actions, measures, queries
from . import first_messages as first
from .access import get_case_for, get_decision_about, get_reportable_for
from .forms import AppealAnswerForm, AppealForm, DecisionForm, FirstMessagesForm, NoteForm, ReportForm
from .models import Case, Measure, Reason, Report


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, slug: str, kind: str, thing_id: int) -> HttpResponse:
    """The form on which a member says what is wrong with something."""
    member = enter_as_member(request, slug)
    reportable, thing = get_reportable_for(member, kind, thing_id)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if attempt(form, actions.report, membership=member, kind=kind, thing=thing, **said):
            messages.success(
                request, _("Thank you. A steward looks at it within a day, and you will hear what came of it.")
            )
            return see_other("moderation:mine")
    context = {
        "form": form,
        "label": reportable.label,
        "excerpt": reportable.excerpt(thing),
        "url": reportable.url(thing),
    }
    return show(request, "moderation/report.html", context)


@require_GET
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    steward = enter_as_member(request, slug, door="desk", roles=STEWARDS)
    return render(request, "moderation/desk.html", {"groups": queries.desk_of(steward)})


@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, slug: str, case_id: int) -> HttpResponse:
    """One case: what was reported, what happened since, and the one thing a steward can do now."""
    steward = enter_as_member(request, slug, door="desk", roles=STEWARDS)
    found = get_case_for(steward, case_id)
    reports = list(found.reports.select_related("reporter"))
    form = _next_form(request, found, steward, [r.reporter_id for r in reports])
    if form is not None and request.method == "POST" and form.is_valid() and _decided(form, found, steward):
        messages.success(request, _("Decided. Those concerned are told."))
        return see_other("moderation:desk", slug=slug)
    context = {
        "case": found,
        "label": queries.label_of(found.kind),
        "reports": reports,
        "decision": getattr(found, "decision", None),
        "earlier": queries.earlier_decisions(found),
        "form": form,
        "held": found.is_held,
        **_notes(found, steward, reports),
    }
    return show(request, "moderation/case.html", context)


def _notes(case: Case, steward: Membership, reports: list[Report]) -> dict[str, Any]:
    """What stewards wrote to each other; nothing for a steward who reported it."""
    if steward.pk in {report.reporter_id for report in reports}:
        return {}
    return {"notes": list(case.notes.select_related("author")), "note_form": NoteForm(), "may_note": True}


@require_POST
def note(request: HttpRequest, slug: str, case_id: int) -> HttpResponse:
    """A word to the other stewards of a case."""
    steward = enter_as_member(request, slug, door="desk", roles=STEWARDS)
    found = get_case_for(steward, case_id)
    try:
        actions.write_note(steward=steward, case=found, text=request.POST.get("text", ""))
    except Refused as refused:
        messages.warning(request, str(refused.message))
    return see_other("moderation:case", slug, found.pk)


@require_http_methods(["GET", "POST"])
def first_messages(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether newcomers' first messages wait for a steward."""
    steward = enter_as_member(request, slug, door="desk", roles=STEWARDS)
    standing = first.setting_of(steward.community_id)
    form = FirstMessagesForm(request.POST or None, initial={"messages": standing})
    if request.method == "POST" and form.is_valid():
        done = attempt(form, first.set_first_messages, steward=steward, **form.cleaned_data)
        if done is not None:
            messages.success(request, _("Saved."))
            return see_other("moderation:desk", slug=slug)
    return show(request, "moderation/first_messages.html", {"form": form})


def _next_form(request: HttpRequest, case: Case, steward: Membership, reporters: list[int]) -> Form | None:
    """What this steward can decide now: the case, its appeal, or nothing."""
    if steward.pk in reporters:
        return None
    decision = getattr(case, "decision", None)
    if decision is None:
        offered, first = measures.offered(case, steward), case.reports.first()
        said = {"reason": first.reason} if first else {}
        if case.is_held and first is None:
            said = {"reason": Reason.RULES, "measure": Measure.KEEP}
        return DecisionForm(request.POST or None, offered=offered, held=case.is_held, initial=said)
    appeal = getattr(decision, "appeal", None)
    if appeal is None or hasattr(appeal, "answer") or decision.steward_id == steward.pk:
        return None
    return AppealAnswerForm(request.POST or None)


def _decided(form: Form, case: Case, steward: Membership) -> Any:
    said = form.cleaned_data
    if isinstance(form, AppealAnswerForm):
        return attempt(form, actions.decide_appeal, steward=steward, appeal=case.decision.appeal, **said)
    return attempt(form, actions.decide, steward=steward, case=case, **said)


@require_GET
def log(request: HttpRequest, slug: str) -> HttpResponse:
    """What was decided here, without names: for everyone who may enter."""
    community = enter(request, slug)
    decisions = page(request, queries.decisions_in(community), "-at", "-id", size=30)
    lines = [(decision, queries.label_of(decision.case.kind)) for decision in decisions.rows]
    return render(request, "moderation/log.html", {"page": decisions, "lines": lines})


@require_GET
@own_page
def mine(request: HttpRequest) -> HttpResponse:
    """What one reported and what came of it; what was decided about one's own things."""
    person = _person(request)
    reports = [(report, queries.label_of(report.case.kind)) for report in queries.reports_by(person)[:30]]
    decisions = [(made, queries.label_of(made.case.kind)) for made in queries.decisions_about(person)[:30]]
    return render(request, "moderation/mine.html", {"reports": reports, "decisions": decisions})


@require_http_methods(["GET", "POST"])
@own_page
def about_me(request: HttpRequest, case_id: int) -> HttpResponse:
    """A decision about something of one's own, its reason, and the appeal."""
    decision = get_decision_about(_person(request), case_id)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        made = attempt(form, actions.appeal, person=_person(request), decision=decision, words=words)
        if made is not None:
            messages.success(request, _("Sent. Another steward looks at it and you will hear what they say."))
            return see_other("moderation:about_me", case_id=case_id)
    context = {"decision": decision, "label": queries.label_of(decision.case.kind), "form": form}
    return show(request, "moderation/about_me.html", context)


def _person(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None  # own_page has sent guests to sign in
    return person
