"""What every text must pass before it is kept."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from commonweal.communities.models import Membership
from commonweal.kit import markdown
from commonweal.kit.errors import Refused

from ..models import Post

LONGEST_POST = 20_000
LONGEST_WARNING = 100
#: Newcomers may put this many links in each of their first posts: enough to be helpful, too few for advertising.
NEWCOMER_LINKS = 2
NEWCOMER_POSTS = 3
_LINK = re.compile(r"https?://|\]\(", re.IGNORECASE)


def checked_text(text: str, *, most: int = LONGEST_POST) -> str:
    """The text without surrounding space. Raises Refused when it is empty or over-long."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise Refused(_("Write something first; a sentence is enough."), field="text")
    if len(text) > most:
        raise Refused(
            _("This is %(length)s characters long; the most is %(most)s. Please split it in two.")
            % {"length": len(text), "most": most},
            field="text",
        )
    return text


def checked_warning(warning: str) -> str:
    """The content warning, cleaned. Raises Refused when it is over-long."""
    warning = " ".join(warning.replace("\x00", "").split())
    if len(warning) > LONGEST_WARNING:
        raise Refused(_("A warning is a few words. Keep it under 100 characters."), field="warning")
    return warning


def check_links(membership: Membership, text: str, *, leaving_out: int | None = None) -> None:
    """Hold newcomers to two links a post in their first three posts. One query, and only when a text has three links.

    Raises Refused, which explains the limit. Stewards and supporters are exempt.
    """
    if len(_LINK.findall(text)) <= NEWCOMER_LINKS or membership.is_supporter:
        return
    if markdown.links_in(text) <= NEWCOMER_LINKS:
        return
    before = (
        Post.objects.filter(author=membership)
        .exclude(pk__in=[leaving_out] if leaving_out else [])[:NEWCOMER_POSTS]
        .values_list("pk")
    )
    if len(before) < NEWCOMER_POSTS:
        raise Refused(
            _(
                "Your first three messages here can hold two links each. It keeps advertising out; "
                "please take a link away, and later you can post as many as you like."
            ),
            field="text",
        )
