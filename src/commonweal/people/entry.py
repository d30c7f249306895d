"""How an account begins, and the ways in that are not allauth's own."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import Person


class SignupForm(AllauthSignupForm):
    """An email address, and a password only for those who want one: without it, a code comes by mail each time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("Only for signing in and for the notices you choose. Members never see it.")
        if "password1" in self.fields:
            self.fields["password1"].help_text = _(
                "At least 10 characters. Leave it empty and we send you a code each time you sign in."
            )


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey signs in alone unless its owner wants it only as a second step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What you call it")
        self.fields["name"].help_text = _("For example: my phone. It helps when you have several.")
        self.fields["passwordless"].label = _("Let me sign in with it alone")
        self.fields["passwordless"].help_text = _("Untick it to use it only as a second step, after your password.")
        self.fields["passwordless"].initial = True


def sign_in(request: HttpRequest, person: Person) -> None:
    """Sign somebody in who has shown otherwise who they are (the founding link, the demonstration), and list the device."""
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    UserSession.objects.create_from_request(request)
