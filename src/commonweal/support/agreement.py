"""The agreement a supporter accepts: the one that comes with Commonweal, or the newest that a steward wrote."""

from __future__ import annotations

from django.utils.translation import gettext as _

from commonweal.communities.models import Community

from .models import AgreementText


def shipped_text() -> str:
    """Version 0, in the reader's language. Ours, for a steward and a professional to review."""
    return "\n\n".join(
        (
            _("I am a fellow human being here, not a therapist, and I say so when it matters."),
            _("I listen first. I do not judge, press, diagnose, or tell people what they must do."),
            _("I keep what I read to myself. I promise nobody secrecy: when a life is in danger I tell a steward."),
            _("I never write privately to somebody who asked for support unless they wanted it. No money, no selling."),
            _("When it is more than I can carry I hand it on, tell a steward, or take a break. Nobody asks why."),
        )
    )


def current(community: Community | int) -> tuple[int, str]:
    """The version and the words that count now. One query."""
    newest = AgreementText.objects.filter(community=community).order_by("-version").first()
    return (newest.version, newest.text) if newest else (0, shipped_text())
