"""How accounts are made and reached here: allauth's flows with our words, our mail and our first start."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from . import codes
from .models import Person

log = logging.getLogger(__name__)


def shown_name(person: Person) -> str:
    """How allauth's pages and mails name an account: by its address, which only its owner sees."""
    return person.email


class AccountAdapter(DefaultAccountAdapter):
    """Plain words, mail that fails politely, and codes on the page while there is no mail."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask a steward if you think that is a mistake."),
        "email_password_mismatch": _(
            "That email and password do not fit together. Try again, or ask for a sign-in code instead."
        ),
        "email_taken": _("There is already an account with this email. Sign in instead, or use another address."),
        "enter_current_password": _("Please type the password you have now."),
        "incorrect_code": _("That is not the code we sent. Look again, or ask for a new one."),
        "incorrect_password": _("That is not your password."),
        "too_many_login_attempts": _(
            "Too many tries. Wait five minutes and try again, or ask for a sign-in code instead."
        ),
        "unknown_email": _("There is no account with this email."),
        "rate_limited": _("That was a lot in a short time. Wait a minute and try again."),
    }

    def new_user(self, request: HttpRequest) -> Person:
        """A new account speaks the language of the page it was made on."""
        return Person(language=get_language() or "en")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send at once. When the mail server does not take it, say so instead of breaking the page."""
        if code := context.get("code"):
            codes.show_on_page(self.request, email, str(code))
        else:
            codes.forget_code(self.request)
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            log.exception("mail %s could not be sent", template_prefix)
            messages.error(
                self.request, gettext("The mail could not be sent just now. Wait a minute, then ask for a new code.")
            )

    def post_login(self, request: HttpRequest, user: Person, **options: Any) -> HttpResponse:
        response = super().post_login(request, user, **options)
        codes.forget_code(request)
        codes.bind_founders_browser(request, response, user)
        return response


class MfaAdapter(DefaultMFAAdapter):
    """Passkeys are called passkeys."""

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        """What a passkey is called until its owner names it."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}
