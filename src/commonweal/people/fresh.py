"""Before what cannot be taken back: make sure that it is the person, not whoever found the device open."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from commonweal.kit import clock

RECENTLY = timedelta(hours=1)


def freshly_signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for the password, passkey or second step again (allauth); who has none of them signs in anew after an hour."""
    asked = reauthentication_required(view)

    @functools.wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        person = request.user
        if get_reauthentication_flows(person):
            return asked(request, *args, **kwargs)
        if person.last_login is None or clock.now() - person.last_login > RECENTLY:  # type: ignore[union-attr]
            logout(request)
            messages.info(request, _("Please sign in again first. This keeps what is yours safe."))
            return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.path})}")
        return view(request, *args, **kwargs)

    return checked
