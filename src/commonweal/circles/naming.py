"""What a circle that a round found is called: by what its people share and allow to be named, or by nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from commonweal.people.suggestions import label_of

from .reading import Known


def subject_of(members: Sequence[Known]) -> str:
    """The rarest thing all of them have lived with, if every one of them lets it be named as a reason; else nothing.

    It is told to all of them, so one who keeps it to themselves keeps it unnamed for all.
    """
    if not members or not all(_may_be_named(one) for one in members):
        return ""
    named = Counter(tag for one in members for tag in one.said["experience"])
    shared = sorted(tag for tag, count in named.items() if count == len(members))
    return shared[0] if shared else ""


def _may_be_named(one: Known) -> bool:
    return one.row["wish_shares"] is None or "experience" in one.row["wish_shares"]


def name_and_purpose(subject: str, language: str) -> tuple[str, str]:
    """In the community's language; whoever looks after the circle may change both."""
    with translation.override(language):
        if not subject:
            return _("A small circle"), _("A few people who could be good company for each other, six times.")
        what = label_of("experience", subject)
        name = _("A circle: %(what)s") % {"what": what}
        return name[:80], _("A few people who all know %(what)s, six times. Nobody has to explain it here.") % {
            "what": what
        }
