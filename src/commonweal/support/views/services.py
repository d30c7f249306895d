from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonweal.communities.access import STEWARDS, enter_as_member
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused

from ..actions import services as acting
from ..desk.access import get_service_for
from ..lines import data, lines_of
from ..models.services import LocalService
from ..services import FileForm, ServiceForm, already_there, as_lines, read_file
from ..services import template as first_line

MOST_BYTES = 300_000


@require_GET
def services(request: HttpRequest, slug: str) -> HttpResponse:
    """For stewards: the community's own lines and services, and the bundled lines they can correct."""
    steward = enter_as_member(request, slug, roles=STEWARDS)
    own = list(LocalService.objects.filter(community=steward.community, retired_at__isnull=True)[:200])
    replaced = {one.replaces for one in own}
    bundled = [line for line in lines_of(steward.community.country.upper()) if line.key not in replaced]
    context = {"rows": list(zip(own, as_lines(own), strict=True)), "bundled": bundled}
    return render(request, "support/services.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    steward = enter_as_member(request, slug, roles=STEWARDS)
    form = ServiceForm(request.POST or None)
    if _worked(request, form, acting.add_service, membership=steward):
        return _kept(request, slug)
    return show(request, "support/service.html", {"form": form})


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Correct a bundled line for this community; the bundled one stays as it is for everybody else."""
    steward = enter_as_member(request, slug, roles=STEWARDS)
    line = next((line for line in data()["lines"] if line.key == key), None)
    if line is None:
        raise Http404
    said: dict[str, Any] = {"kind": "line", "name": line.name, "phone": line.phone, "text": line.text, "web": line.web}
    form = ServiceForm(request.POST or None, initial=said)
    if _worked(request, form, acting.add_service, membership=steward, replaces=key):
        return _kept(request, slug)
    return show(request, "support/service.html", {"form": form, "line": line})


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, slug: str, service_id: int) -> HttpResponse:
    steward = enter_as_member(request, slug, roles=STEWARDS)
    service = get_service_for(steward, service_id)
    form = ServiceForm(request.POST or None, initial={name: getattr(service, name) for name in acting.COLUMNS})
    if _worked(request, form, acting.change_service, membership=steward, service=service):
        return _kept(request, slug)
    return show(request, "support/service.html", {"form": form, "service": service})


def _worked(request: HttpRequest, form: ServiceForm, action: Callable[..., Any], **arguments: Any) -> bool:
    """Whether what was sent was right and is kept."""
    if request.method != "POST" or not form.is_valid():
        return False
    return attempt(form, action, said=form.cleaned_data, **arguments) is not None


def _kept(request: HttpRequest, slug: str) -> HttpResponse:
    messages.success(request, _("Kept. It reads “unverified” until a steward checks it."))
    return see_other("support:services", slug=slug)


@require_POST
def retire(request: HttpRequest, slug: str, service_id: int) -> HttpResponse:
    """Check an entry, or take it off the help page."""
    steward = enter_as_member(request, slug, roles=STEWARDS)
    service = get_service_for(steward, service_id)
    if "retire" in request.POST:
        acting.retire_service(membership=steward, service=service)
        messages.success(request, _("It is off the help page."))
    elif "right" in request.POST or "wrong" in request.POST:
        acting.check_service(membership=steward, service=service, right="right" in request.POST)
        messages.success(request, _("Thank you. It stands on the help page now."))
    return see_other("support:services", slug=slug)


@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest, slug: str) -> HttpResponse:
    """Add many from a file: all of them, or none and what is wrong with it."""
    steward = enter_as_member(request, slug, roles=STEWARDS)
    form = FileForm(request.POST or None, request.FILES or None) if request.method == "POST" else FileForm()
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        raw = form.cleaned_data["file"].read(MOST_BYTES + 1)
        rows, problems = read_file(raw) if len(raw) <= MOST_BYTES else ([], [_("The file is too large; divide it.")])
        problems = problems or already_there(steward, rows)
        if not problems:
            try:
                made = len(acting.add_services(membership=steward, rows=rows))
            except Refused as refusal:
                problems = [str(refusal.message)]
            else:
                text = ngettext("%(n)d was added, unverified.", "%(n)d were added, unverified.", made)
                messages.success(request, text % {"n": made})
                return see_other("support:services", slug=slug)
    context = {"form": form, "problems": problems[:50]}
    status = 422 if problems or form.errors else 200
    return render(request, "support/service_import.html", context, status=status)


@require_GET
def template(request: HttpRequest, slug: str) -> HttpResponse:
    enter_as_member(request, slug, roles=STEWARDS)
    response = HttpResponse(first_line(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="help-lines.csv"'
    return response
