"""The ask form's draft: kept on the server, under the key that starting the topic forgets."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from django.http import QueryDict

from commonweal.communities.models import Membership
from commonweal.conversations.actions import draft_for, forget_draft, save_draft
from commonweal.conversations.models import Post

from .forms import AskForm

_BOXES = ("anonymous",)
#: What somebody types. Choices alone are no draft.
WORDS = ("text", "title", "warning", "urgency")


def _key(membership: Membership) -> str:
    return f"new:{membership.community.slug}:support"


def keep(membership: Membership, posted: QueryDict, *, whole: bool) -> None:
    """Keep what was typed. `whole`: the whole form came, so a box that is not in it was emptied.

    What was sent meanwhile is no draft any more: a save that comes late must not bring it back.
    """
    if _is_sent(membership, posted.get("submission", "")):
        return
    if whole and not any(posted.get(name, "").strip() for name in WORDS) and not posted.get("kinds"):
        forget_draft(person_id=membership.person_id, key=_key(membership))
        return
    fields: dict[str, str] = {}
    for name in AskForm.DRAFTED:
        if name in posted or whole:
            values = posted.getlist(name)
            fields[name] = ",".join(values) if name == "kinds" else (values[-1] if values else "")
    if whole:
        fields["anonymous"] = "on" if posted.get("anonymous") else "off"
    save_draft(person_id=membership.person_id or 0, key=_key(membership), fields=fields)


def _is_sent(membership: Membership, submission: str) -> bool:
    """Whether this form has become a request already. One query."""
    with suppress(ValueError):
        return Post.objects.filter(author=membership, submission=uuid.UUID(submission)).exists()
    return False


def kept(membership: Membership) -> dict[str, Any]:
    """What was kept, as initial values of the form. One query."""
    fields: dict[str, Any] = dict(draft_for(person_id=membership.person_id, key=_key(membership)))
    if "kinds" in fields:
        fields["kinds"] = [kind for kind in fields["kinds"].split(",") if kind]
    for name in _BOXES:
        if name in fields:
            fields[name] = fields[name] == "on"
    return {name: value for name, value in fields.items() if name in AskForm.DRAFTED and (value or name in _BOXES)}
