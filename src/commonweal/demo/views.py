"""One-click sign-in, in the demonstration only."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.kit.access import public_page
from commonweal.people.models import Person

from .roles import ROLES


@public_page
def choose(request: HttpRequest) -> HttpResponse:
    """Whom one can be, and what to try as them."""
    _only_in_the_demonstration()
    return render(request, "demo/choose.html", {"roles": ROLES})


@public_page
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the four and go to their Today. Another one may have been signed in before."""
    _only_in_the_demonstration()
    role = next((role for role in ROLES if role.key == request.POST.get("role")), None)
    person = Person.objects.filter(email=role.email).first() if role else None
    if person is None:
        raise Http404
    if request.user.is_authenticated:
        logout(request)
    answer: HttpResponse = perform_login(request, person, email_verification="none", redirect_url=reverse("today"))
    return answer


def _only_in_the_demonstration() -> None:
    if not settings.DEMO:
        raise Http404
