"""What a person writes and answers for themselves alone: reflections around a meeting, and the monthly question.

Using a community as a way to people lowers loneliness, using it instead of them raises it (Nowland, Necka & Cacioppo
2018). So it is asked once a month, only with consent, and the answer is the person's own. Nothing here is recorded on
the trail: that somebody reflected or skipped is nobody's business.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.kit import clock
from commonweal.kit.errors import Refused

from .models import Consent, ContactAnswer, Person, Reflection
from .queries import consents_to

ASK_EVERY = timedelta(days=30)
LONGEST = 2_000

#: {moment: {key: the question}}. Two or three, gentle, and none of them needs an answer.
QUESTIONS: dict[str, dict[str, Any]] = {
    Reflection.Moment.BEFORE: {
        "hope": gettext_lazy("What would make this a good time for you?"),
        "worry": gettext_lazy("What worries you, and what could you do if it happens?"),
        "ask": gettext_lazy("What would you like to ask or tell?"),
    },
    Reflection.Moment.AFTER: {
        "good": gettext_lazy("What was good, even if it was small?"),
        "hard": gettext_lazy("What was hard?"),
        "next": gettext_lazy("Is there one small next step you would like?"),
    },
}


@transaction.atomic
def keep_reflection(
    *, person: Person, occasion: str, moment: str, title: str, answers: dict[str, str]
) -> Reflection | None:
    """Keep one's words around a meeting; again replaces them, and nothing written deletes them.

    Raises Refused for words that are too long.
    """
    kept = {}
    for key in QUESTIONS[moment]:
        words = str(answers.get(key) or "").replace("\x00", "").replace("\r\n", "\n").strip()
        if len(words) > LONGEST:
            raise Refused(_("This is too long; %(most)s characters are the most.") % {"most": LONGEST}, field=key)
        if words:
            kept[key] = words
    if not kept:
        Reflection.objects.filter(person=person, occasion=occasion, moment=moment).delete()
        return None
    made, _new = Reflection.objects.update_or_create(
        person=person,
        occasion=occasion,
        moment=moment,
        defaults={"title": title[:140], "answers": kept, "changed_at": clock.now()},
    )
    return made


@transaction.atomic
def delete_reflection(*, person: Person, reflection_id: int) -> None:
    """Delete one's own words for good. Deleting what is gone is fine."""
    Reflection.objects.filter(person=person, pk=reflection_id).delete()


@transaction.atomic
def answer_contact_check(*, person: Person, contact: bool | None) -> None:
    """Answer the monthly question, or skip it (None). Skipping writes nothing but when to ask again."""
    now = clock.now()
    if contact is not None:
        month = date(now.year, now.month, 1)
        ContactAnswer.objects.update_or_create(person=person, month=month, defaults={"contact": contact})
    person.contact_asked_again_at = now + ASK_EVERY
    person.save(update_fields=["contact_asked_again_at"])


def contact_check_is_due(person: Person) -> bool:
    """Whether to ask now: with consent, a month after joining and after the last time. At most one query."""
    now = clock.now()
    if now < (person.contact_asked_again_at or person.joined_at + ASK_EVERY):
        return False
    return consents_to(person.pk, Consent.Purpose.CONTACT_CHECK)
