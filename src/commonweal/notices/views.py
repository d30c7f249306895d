from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonweal.kit.access import own_page
from commonweal.kit.answers import see_other, show
from commonweal.kit.pages import page
from commonweal.people.models import Person

from . import actions
from .access import get_notice_for
from .forms import ChoicesForm
from .queries import all_choices_of, inbox_of, sentence
from .stops import DIGEST, get_stop_for


class SignedIn(HttpRequest):
    """For types only: a request that has passed `own_page`."""

    user: Person  # type: ignore[assignment]


@require_GET
@own_page
def inbox(request: SignedIn) -> HttpResponse:
    notices = page(request, inbox_of(request.user.pk), "-at", "-id", size=25)
    lines = [(notice, sentence(notice)) for notice in notices.rows]
    return render(request, "notices/inbox.html", {"lines": lines, "page": notices})


@require_GET
@own_page
def go(request: SignedIn, notice_id: int) -> HttpResponse:
    """To what a notice is about, which thereby counts as read. Never leaves this site."""
    notice = get_notice_for(request.user, notice_id)
    actions.mark_read(notice=notice)
    local = notice.url.startswith("/") and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if local else "notices:inbox")


@require_POST
@own_page
def read_all(request: SignedIn) -> HttpResponse:
    actions.mark_all_read(person=request.user)
    messages.success(request, _("Everything is marked as read."))
    return see_other("notices:inbox")


@require_http_methods(["GET", "POST"])
@own_page
def settings(request: SignedIn) -> HttpResponse:
    form = ChoicesForm(request.POST or None, held=all_choices_of(request.user.pk))
    if request.method == "POST" and form.is_valid():
        actions.choose(person=request.user, choices=form.choices())
        messages.success(request, _("Saved. This is how we tell you from now on."))
        return see_other("notices:settings")
    return show(request, "notices/settings.html", {"form": form})


@csrf_exempt
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stops mail of one kind. The signed link is the proof, so neither session nor CSRF token is asked for (RFC 8058)."""
    wanted = get_stop_for(token)
    state = "asking"
    if request.method == "POST":
        state = "resumed" if "resume" in request.POST else "stopped"
        kinds = request.POST.getlist("kind") if wanted.key == DIGEST and state == "resumed" else wanted.kinds
        act = actions.resume_mail if state == "resumed" else actions.stop_mail
        act(person=wanted.person, kinds=kinds)
    with translation.override(wanted.person.language):
        return render(request, "notices/stop.html", {"stop": wanted, "state": state})
