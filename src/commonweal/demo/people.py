"""Who lives here: accounts without passwords, what they say of themselves, how they join and are greeted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from commonweal.communities.actions import change_persona, change_role, found_community, greet, join
from commonweal.communities.models import Kind, Membership, Role, Welcome
from commonweal.kit import clock, place
from commonweal.people.actions import answer_consent, describe_oneself, set_free_times, set_place
from commonweal.people.models import Consent, Person, Trait
from commonweal.people.suggestions import SUGGESTED

from .stage import ZONE, Stage, story

MIDDLE = (51.865, -2.245)
#: Who agrees to introductions only after the last round, so that those of the stories can still be proposed.
WILLING = {"jun", "will", "leila", "bea", "rosa", "gwen", "lena"}
NOT_WILLING = {"tomasz"}
#: The newest, with how many days they have been here. The others joined some days before we first hear of them.
NEWEST = {
    "jun": 0.9, "will": 1.6, "hector": 0.3, "giulia": 2.2, "freya": 6, "emeka": 12, "delphine": 19, "callum": 27,
    "bruno": 33, "abena": 44,
}  # fmt: skip
#: Nobody has said hello to them yet.
UNGREETED = ("giulia", "hector")


def everybody() -> dict[str, tuple[str, str, str]]:
    """{how the stories call them: (name, what brought them, about)}, in the order of the file."""
    return {name.split()[0].lower(): (name, brought, about) for name, brought, about in story("people")["people"]}


def make_person(stage: Stage, key: str) -> Person:
    """An account that nobody can sign in to with a password, described as its owner would."""
    rng = stage.rng
    person = Person.objects.create_user(
        f"{key}@riverside.example",
        time_zone=ZONE.key,
        joined_at=clock.now(),
        last_login=stage.now - timedelta(days=rng.uniform(0, 20)),
    )
    describe_oneself(person=person, said=_traits(stage, key))
    free = sum(1 << slot for slot in rng.sample(range(42), rng.randint(4, 12))) | 1 << 16 | 1 << 34
    set_free_times(person=person, availability=free, time_zone=ZONE.key)
    near = (MIDDLE[0] + rng.gauss(0, 0.01), MIDDLE[1] + rng.gauss(0, 0.016))
    set_place(person=person, cell=place.cell_of(*near))
    if key in WILLING:
        lately = max(clock.now() + timedelta(minutes=5), stage.now - timedelta(days=8))
        stage.at(lately, lambda: _agree_to_introductions(person))
    elif key not in NOT_WILLING and rng.random() < 0.5:
        _agree_to_introductions(person)
    if rng.random() < 0.5:
        answer_consent(person=person, purpose=Consent.Purpose.RESEARCH, given=True)
    return person


def _agree_to_introductions(person: Person) -> None:
    """And to the monthly question, which their private page then asks."""
    for purpose in (Consent.Purpose.INTRODUCTIONS, Consent.Purpose.CONTACT_CHECK):
        answer_consent(person=person, purpose=purpose, given=True)


def _traits(stage: Stage, key: str) -> dict[str, list[str]]:
    """What is written in the stories, and else a few of what people most often say."""
    known = story("people")
    said: dict[str, list[str]] = {}
    for kind, least, most in (
        (Trait.Kind.EXPERIENCE, 0, 2),
        (Trait.Kind.INTEREST, 2, 4),
        (Trait.Kind.GIVE, 1, 3),
        (Trait.Kind.NEED, 0, 2),
    ):
        drawn = stage.rng.sample(list(SUGGESTED[kind]), stage.rng.randint(least, most))
        said[str(kind.value)] = known.get(kind.value, {}).get(key, drawn)
    spoken = stage.rng.sample(list(SUGGESTED[Trait.Kind.LANGUAGE])[1:], stage.rng.choice((0, 0, 1, 1, 2)))
    said[str(Trait.Kind.LANGUAGE.value)] = ["english", *spoken]
    return said


def found(stage: Stage) -> None:
    """The founder opens Riverside."""
    key = story("people")["founder"]
    name, brought, about = everybody()[key]
    person = make_person(stage, key)
    stage.community = found_community(
        person=person,
        display_name=name,
        name="Riverside",
        slug="riverside",
        purpose="Neighbours between the weir and the ferry who look out for each other, and change what needs changing.",
        kind=Kind.NEIGHBOURHOOD,
        matters_most="That nobody here has to manage alone, and that we meet in the street and not only on a screen.",
        place_name="Riverside, Gloucester",
        cell=place.cell_of(*MIDDLE),
        country="GB",
        language="en",
        time_zone=ZONE.key,
    )
    founder = Membership.objects.select_related("community", "person").get(community=stage.community, person=person)
    stage.community = founder.community
    stage.members[key] = founder
    _introduce_oneself(stage, founder, brought, about, welcomes=True)


def _introduce_oneself(stage: Stage, member: Membership, brought: str, about: str, *, welcomes: bool) -> None:
    shown = [Trait.Kind.INTEREST, Trait.Kind.GIVE, Trait.Kind.LANGUAGE, "place"]
    change_persona(
        membership=member,
        display_name=member.display_name,
        about=about,
        brought=brought,
        shown=[key for key in shown if stage.rng.random() < 0.8],
        welcomes=welcomes,
    )


def let_everybody_join(stage: Stage) -> None:
    """Put everyone's joining into the queue: some days before we first hear of them, or at any time for the quiet ones.

    Call it when all stories are in the queue.
    """
    known = story("people")
    early = {*known["stewards"], *known["supporters"]}
    length = stage.now - stage.start
    for key in everybody():
        if key == known["founder"] or not stage.knows(key):
            continue
        latest = stage.first_seen.get(key)
        if key in early:
            joins = stage.start + stage.hours(6, 60)
        elif latest is None:
            joins = stage.awake(stage.start + length * stage.rng.uniform(0.3, 0.985))
        else:
            joins = latest - stage.hours(8, 24 * 5)
        if key in NEWEST:
            joins = min(latest or stage.now, stage.now - timedelta(days=NEWEST[key]))
        if latest is not None:
            joins = min(joins, latest - timedelta(minutes=20))
        joins = min(max(joins, stage.start + timedelta(minutes=30)), stage.now - timedelta(minutes=30))
        stage.at(joins, lambda key=key: _join(stage, key))  # type: ignore[misc]


def _join(stage: Stage, key: str) -> None:
    name, brought, about = everybody()[key]
    known = story("people")
    member = join(person=make_person(stage, key), community=stage.community, display_name=name, brought=brought)
    member.community = stage.community
    stage.members[key] = member
    _introduce_oneself(stage, member, brought, about, welcomes=key in known["welcomers"])
    for role, names in ((Role.STEWARD, known["stewards"]), (Role.SUPPORTER, known["supporters"])):
        if key in names:
            change_role(membership=stage.members[known["founder"]], member=member, role=role)
    if key not in UNGREETED:
        _greeting_soon(stage, member, stage.hours(0.3, 4) if key in NEWEST else stage.hours(0.3, 30))


def _greeting_soon(stage: Stage, newcomer: Membership, after: timedelta) -> None:
    moment: datetime = stage.awake(clock.now() + after)
    stage.at(moment, lambda: _greet(stage, newcomer))


def _greet(stage: Stage, newcomer: Membership) -> None:
    welcome = Welcome.objects.select_related("welcomer").filter(newcomer=newcomer, greeted_at__isnull=True).first()
    if welcome is None:
        return
    words: str = stage.rng.choice(story("people")["greetings"])
    me: Any = welcome.welcomer.display_name.split()[0]
    greet(
        membership=welcome.welcomer,
        newcomer=newcomer,
        message=words.format(name=newcomer.display_name.split()[0], me=me),
    )
