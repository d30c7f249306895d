from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import Q

from commonweal.kit.prepared import Prepared

from .models import Block, Consent, Person, Trait

#: Who is kept apart from whom, as far as this request has asked. None outside a request: jobs always ask anew.
_known: ContextVar[dict[int, set[int]] | None] = ContextVar("kept_apart", default=None)


_blocks: Prepared[tuple[int, int]] = Prepared(
    lambda person: Block.objects.filter(Q(blocker=person) | Q(blocked=person)).values_list("blocker_id", "blocked_id")
)


@contextmanager
def asking_once() -> Iterator[None]:
    """Within the block, `kept_apart` asks the database once per person. Around each request (people.middleware)."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def ask_again() -> None:
    """Forget what this request knows of who is kept apart: a block was just made or taken back."""
    known = _known.get()
    if known is not None:
        known.clear()


def kept_apart(person_id: int) -> set[int]:
    """Ids of everyone this person blocked or is blocked by. One query a request. Use it on every list of people."""
    known = _known.get()
    if known is not None and person_id in known:
        return set(known[person_id])
    apart = _kept_apart(person_id)
    if known is not None:
        known[person_id] = apart
    return set(apart)


def _kept_apart(person_id: int) -> set[int]:
    return {other for pair in _blocks.rows(person=person_id) for other in pair} - {person_id}


def are_apart(one: int, other: int) -> bool:
    """Whether either of two people blocked the other. One query."""
    return Block.objects.filter(Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one)).exists()


def consents_to(person_id: int, purpose: str) -> bool:
    """Whether the newest word on `purpose` is a yes. Silence is a no. One query."""
    newest = Consent.objects.filter(person=person_id, purpose=purpose).order_by("-at", "-id").first()
    return bool(newest and newest.given)


def traits_of(people: Iterable[int]) -> dict[int, dict[str, list[str]]]:
    """{person id: {kind: [tags]}} for several people. One query."""
    found: dict[int, dict[str, list[str]]] = {}
    for person_id, kind, tag in Trait.objects.filter(person__in=list(people)).values_list("person_id", "kind", "tag"):
        found.setdefault(person_id, {}).setdefault(kind, []).append(tag)
    return found


def free_slots(person: Person) -> list[int]:
    """The slots of the week grid (0 … 41, Monday first, six a day) in which a person is free."""
    return [slot for slot in range(42) if person.availability >> slot & 1]


def shared_traits(one: int, other: int) -> dict[str, list[str]]:
    """{kind: [tags]} that two people both named, and what one gives that the other could use (as "give"). One query.

    For explaining an introduction. Tags; `suggestions.label_of` puts them into the reader's language.
    """
    said = traits_of([one, other])
    mine, theirs = said.get(one, {}), said.get(other, {})
    same = (Trait.Kind.EXPERIENCE, Trait.Kind.INTEREST, Trait.Kind.LANGUAGE)
    shared = {kind.value: sorted(set(mine.get(kind, [])) & set(theirs.get(kind, []))) for kind in same}
    given = set(mine.get("give", [])) & set(theirs.get("need", [])) | set(theirs.get("give", [])) & set(
        mine.get("need", [])
    )
    shared["give"] = sorted(given)
    return {kind: tags for kind, tags in shared.items() if tags}


def blocks_by(person: Person) -> list[Block]:
    """Whom a person blocked, newest first, by the name under which they met them. One query."""
    return list(Block.objects.filter(blocker=person).order_by("-at", "-id")[:200])


def newest_consents(person: Person) -> dict[str, Consent]:
    """{purpose: newest answer}. One query."""
    return {consent.purpose: consent for consent in Consent.objects.filter(person=person).order_by("at", "id")}
