"""The second half of not being alone: asked a day later, introduced, met, and a seat in a circle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.instance import Instance

from . import supporting
from .walker import Walker


def is_asked_a_day_later(newcomer: Walker, instance: Instance, topic: str) -> None:
    """In private, once, and without having to answer."""
    instance.move_clock(days=1, minutes=1)
    newcomer.go(topic)
    newcomer.sees_soon("How is it now?")
    newcomer.press("Better", exact=True)
    newcomer.go(topic)
    assert not newcomer.page.get_by_role("heading", name=newcomer.said("How is it now?")).count(), "asked once"


def say_what_one_has_lived_with(newcomer: Walker) -> None:
    newcomer.go("/me/profile/")
    newcomer.choose("caring for someone")
    newcomer.press("Save", exact=True)


def want_to_be_introduced(newcomer: Walker, home: str) -> None:
    """Ticking a kind is agreeing to introductions."""
    newcomer.go(f"{home}meet/introductions/")
    newcomer.press("What I want")
    newcomer.choose("Somebody like me")
    newcomer.press("Keep it")


def meet_for_the_first_time(newcomer: Walker, other: Walker, instance: Instance, introduction: str) -> None:
    """A public place is suggested; a week later both say that they met, that it helped, and how it felt."""
    newcomer.go(introduction)
    newcomer.sees("The first time: a public place, by daylight if you can, and each with your own way home.")
    newcomer.press("Plan to meet")
    newcomer.sees("Only the two of you will see this.")
    instance.move_clock(days=7)
    for one in (newcomer, other):
        one.go(introduction)
        one.press("We met, and it helped")
        one.sees("You said: we met")
        one.choose("Yes", exact=True, group="Would you like to meet again?")
        one.choose("Yes", exact=True, group="Did you feel safe?")
        one.press("Send it")
        one.sees("You also said how it felt. That stays with you.")


def start_circle(organiser: Walker, instance: Instance, home: str) -> None:
    organiser.go(f"{home}meet/circles/")
    organiser.press("Start a circle")
    organiser.fill("name", organiser.writes["circle"])
    organiser.fill("what it is about", organiser.writes["purpose"])
    soon = datetime.now(UTC) + instance.ahead + timedelta(days=2)
    organiser.fill("First session", soon.strftime("%Y-%m-%dT19:00"))
    organiser.fill("where", organiser.writes["place"])
    organiser.press("Start it")
    organiser.sees("You have a seat")


def take_a_seat(newcomer: Walker, instance: Instance, home: str) -> None:
    """The place stands there for people with a seat; after the first session one says that one was there."""
    newcomer.go(f"{home}meet/")
    newcomer.press("Circles")
    newcomer.open(newcomer.writes["circle"])
    assert newcomer.writes["place"] not in newcomer.words()
    newcomer.press("Take a seat")
    newcomer.reads(newcomer.writes["place"])
    circle = newcomer.page.url.removeprefix(newcomer.site)
    instance.move_clock(days=3)
    newcomer.go(circle)
    newcomer.press("I was there")
    newcomer.sees("You were there")


def is_met(newcomer: Walker, other: Walker, instance: Instance, home: str, topic: str) -> None:
    """All of it, from the morning after to the table with a seat."""
    is_asked_a_day_later(newcomer, instance, topic)
    say_what_one_has_lived_with(newcomer)
    want_to_be_introduced(newcomer, home)
    instance.move_clock(days=2)  # who asked for support is left in peace for two days
    introduction = supporting.be_introduced(newcomer, other, home)
    supporting.talk_in_private(newcomer, other, introduction)
    meet_for_the_first_time(newcomer, other, instance, introduction)
    start_circle(other, instance, home)
    take_a_seat(newcomer, instance, home)
