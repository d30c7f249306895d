"""The person's own pages. Each shows and changes only what belongs to whoever is signed in."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.kit.access import own_page
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused
from commonweal.kit.hexmap import pick_place

from . import actions
from .forms import AgeForm, CloseAccountForm, ConsentForm, LanguageForm, ProfileForm, TimesForm
from .fresh import freshly_signed_in
from .kept import forget_form, kept_form
from .models import Consent, Person
from .own_data import own_data
from .queries import blocks_by, free_slots, newest_consents, traits_of
from .registries import OWN_LINKS


def person_of(request: HttpRequest) -> Person:
    """The signed-in person, for views behind `own_page`. Marks the page as theirs for the shell."""
    request.shell_here = "me"  # type: ignore[attr-defined]
    return request.user  # type: ignore[return-value]


@own_page
def me(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    links = [link for source in OWN_LINKS for link in source(person)]
    traits = traits_of([person.pk]).get(person.pk, {})
    facts = {
        "tags": sum(map(len, traits.values())),
        "slots": len(free_slots(person)),
        "language": dict(settings.LANGUAGES).get(person.language, person.language),
        "consents": sum(consent.given for consent in newest_consents(person).values()),
    }
    return render(request, "people/me.html", {"links": links, "facts": facts})


@own_page
def profile(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = ProfileForm(request.POST or None, initial=traits_of([person.pk]).get(person.pk, {}))
    if request.method == "POST" and form.is_valid():
        attempt(form, actions.describe_oneself, person=person, said=form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved. Nobody sees this unless you show it in a community."))
            return see_other("people:me")
    return show(request, "people/profile.html", {"form": form})


@own_page
def times(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = TimesForm(request.POST or None, instance=Person.objects.get(pk=person.pk))
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, actions.set_free_times, person=person, **form.cleaned_data) is not None
    ):
        messages.success(request, _("Saved."))
        return see_other("people:me")
    return show(request, "people/times.html", {"form": form})


@own_page
def language(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = LanguageForm(request.POST or None, instance=Person.objects.get(pk=person.pk))
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, actions.set_language, person=person, **form.cleaned_data) is not None
    ):
        response = see_other("people:me")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, max_age=365 * 24 * 3600, samesite="Lax")
        with translation.override(person.language):
            messages.success(request, _("Saved."))
        return response
    return show(request, "people/language.html", {"form": form})


@own_page
def age(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = AgeForm(request.POST or None, initial={"under_18": person.is_minor})
    if request.method == "POST":
        form = AgeForm(request.POST)
        if form.is_valid():
            actions.say_under_18(person=person, under_18=form.cleaned_data["under_18"])
            messages.success(request, _("Saved. Nobody is told."))
            return see_other("people:me")
    return show(request, "people/age.html", {"form": form, "minor": person.is_minor})


@own_page
def where(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    refused = ""
    if request.method == "POST":
        try:
            actions.set_place(person=person, cell=request.POST.get("cell", ""))
        except Refused as reason:
            refused = str(reason.message)
        else:
            messages.success(request, _("Saved.") if person.cell else _("Forgotten."))
            return see_other("people:me")
    picker = pick_place(request.GET, current=person.cell)
    context = {"picker": picker, "refused": refused}
    return render(request, "people/place.html", context, status=422 if refused else 200)


@own_page
def consents(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    answered = newest_consents(person)
    form = ConsentForm(request.POST or None, initial={purpose: row.given for purpose, row in answered.items()})
    if request.method == "POST":
        form = ConsentForm(request.POST)
        if form.is_valid():
            for purpose in Consent.Purpose.values:
                actions.answer_consent(person=person, purpose=purpose, given=form.cleaned_data[purpose])
            messages.success(request, _("Saved. You can change this at any time."))
            return see_other("people:me")
    return show(request, "people/consents.html", {"form": form, "answered": answered.values()})


@own_page
def blocks(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if request.method == "POST":
        actions.unblock(blocker=person, block_id=_number(request.POST.get("block")))
        messages.success(request, _("Unblocked. They were never told."))
        return see_other("people:blocks")
    return render(request, "people/blocks.html", {"blocks": blocks_by(person)})


@own_page
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    session_id = _number(request.POST.get("session"))
    here = UserSession.objects.filter(pk=session_id, session_key=request.session.session_key).exists()
    if not here:  # this device signs out by the button made for it
        actions.end_session(person=person, session_id=session_id)
        messages.success(request, _("That device is signed out."))
    return see_other("usersessions_list")


@own_page
@freshly_signed_in
def download(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if request.method == "POST":
        response = HttpResponse(own_data(person), content_type="application/zip")
        response["Content-Disposition"] = 'attachment; filename="my-commonweal-data.zip"'
        response["Cache-Control"] = "no-store"
        return response
    return render(request, "people/download.html")


@own_page
@freshly_signed_in
def close(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = CloseAccountForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        actions.close_account(person=Person.objects.get(pk=person.pk))
        logout(request)
        messages.success(request, _("Your account is closed and what was personal is gone. Take care."))
        return see_other("/")
    context = {
        "form": form,
        "title": _("Close my account"),
        "consequence": _(
            "This cannot be undone. Your address, what you said about yourself, your private messages and your drafts "
            "are deleted. What you wrote in communities stays, under “Someone who left”. "
            "Download your data first if you want to keep it."
        ),
        "label": _("Close my account for good"),
        "cancel_url": reverse("people:me"),
    }
    return show(request, "kit/_confirm.html", context)


@own_page
def kept(request: HttpRequest) -> HttpResponse:
    person_of(request)
    waiting = kept_form(request)
    if request.method == "POST" or waiting is None:
        forget_form(request)
        return see_other("today")
    return render(request, "people/kept.html", {"kept": waiting})


def _number(text: str | None) -> int:
    """A row's id from a form; 0, which no row has, for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0
