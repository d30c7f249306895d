"""From a conversation to a gathering that took place, and a thing that changed hands."""

from __future__ import annotations

from tests.instance import Instance

from .supporting import reply
from .walker import Walker


def see_the_suggestion_to_meet(newcomer: Walker, introduction: str) -> None:
    newcomer.go(introduction)
    newcomer.sees("The first time: a public place")
    newcomer.press("Plan to meet")
    newcomer.sees("Only the two of you will see this.")


def start_conversation(organiser: Walker, home: str) -> str:
    organiser.go(f"{home}talk/")
    organiser.press("Start a conversation")
    organiser.fill("Title", "A walk for people who look after somebody")
    organiser.fill("Your message", "Saturday, along the river, an hour and then tea. Who would come?")
    organiser.press("Start it")
    organiser.sees("along the river, an hour and then tea")
    return organiser.page.url.removeprefix(organiser.site).partition("#")[0].partition("?")[0]


def arrive_live(writer: Walker, reader: Walker, topic: str) -> None:
    """What one writes appears on the other's phone without loading the page again."""
    reader.go(topic)
    reader.page.evaluate("window.notLoadedAgain = true")
    writer.go(topic)
    reply(writer, "I would come, and I can bring a flask.")
    reader.sees("I can bring a flask")
    assert reader.page.evaluate("window.notLoadedAgain"), "the page was loaded again"


def plan_gathering(organiser: Walker, topic: str) -> str:
    """Take it offline: the plan is filled in from the conversation. Returns the gathering's path."""
    organiser.go(topic)
    organiser.press("Plan a gathering")
    organiser.sees("It grows out of")
    organiser.fill("What is it?", "Walk and tea by the river")
    organiser.fill("Roughly where", "near the old mill")
    organiser.fill("Exact address", "Mill Lane 3, the blue gate")
    organiser.press("Plan it", exact=True)
    organiser.sees("You host this, so you are expected.")
    return organiser.page.url.removeprefix(organiser.site)


def say_that_one_comes(guest: Walker, home: str) -> None:
    guest.go(f"{home}meet/")
    guest.press("Walk and tea by the river")
    assert "Mill Lane 3" not in guest.words(), "the address is for those who come"
    guest.press("I’m coming")
    guest.sees("You will see them here from")


def see_the_address(guest: Walker, gathering: str) -> None:
    guest.go(gathering)
    guest.sees("Mill Lane 3, the blue gate")


def hours_until(instance: Instance) -> int:
    """Whole hours until the next gathering starts."""
    return int(
        instance.python(
            "from commonweal.gatherings.models import Gathering\n"
            "from commonweal.kit import clock\n"
            "start = Gathering.objects.order_by('-starts_at').first().starts_at\n"
            "result = (start - clock.now()).total_seconds() // 3600"
        )
    )


def say_that_it_took_place(host: Walker, guests: list[Walker], gathering: str) -> None:
    host.go(gathering)
    host.press("Say how it was")
    host.choose("Yes")
    for guest in guests:
        host.choose(guest.name)
    host.press("Send")


def say_how_it_was(guest: Walker, gathering: str) -> None:
    """I was there, it helped, and the private question."""
    guest.go(gathering)
    guest.press("Say how it was")
    guest.choose("Yes, I was there")
    guest.choose("Yes, it helped")
    safe = guest.page.get_by_role("group", name="Did you feel safe?").get_by_label("Yes", exact=True)
    if safe.count():  # asked only where a steward who did not host could look at it
        safe.check()
    guest.press("Send")
    guest.sees("You said that you were there.")


def lend_a_ladder(owner: Walker, borrower: Walker, home: str) -> None:
    """An ask on the board, an answer, an agreement, and both say that it happened."""
    borrower.go(f"{home}exchange/")
    borrower.press("Ask", exact=True)
    borrower.choose("Ask for something")
    borrower.choose("A thing")
    borrower.fill("In a few words", "A ladder for Saturday morning")
    borrower.press("Put it on the board")
    borrower.sees("Nobody has answered yet")
    entry = borrower.page.url.removeprefix(borrower.site)
    owner.go(f"{home}exchange/")
    owner.press("A ladder for Saturday morning")
    owner.fill("Say how you could help", "I have one in the shed; come at nine.")
    owner.press("I can")
    owner.sees("You have answered")
    borrower.go(entry)
    borrower.press("Agree")
    for one in (borrower, owner):
        one.go(entry)
        one.choose("Yes", exact=True)
        one.choose("Yes, it helped")
        one.press("Say so")
    owner.sees("It happened")
    borrower.go(entry)
    borrower.fill("Say thank you", "The gutter is clean, thanks to you.")
    borrower.press("Thank them")
    owner.go(entry)
    owner.sees("The gutter is clean")
