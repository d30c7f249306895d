"""First steps of the main job: found a neighbourhood, invite, come in, say something about oneself."""

from __future__ import annotations

import re

from .walker import Walker


def found_neighbourhood(steward: Walker, printed: str) -> str:
    """From the link on the terminal through the six questions. Returns the community's path."""
    link = re.search(r"/found/link/\S+", printed)
    assert link, printed
    steward.go(link.group())
    steward.fill("Name", "Millbrook neighbours")
    steward.press("Next")
    steward.fill("Purpose", "People between the mill and the bridge who look out for each other.")
    steward.press("Next")
    steward.choose("A neighbourhood")
    steward.press("Next")
    steward.choose("Open")
    steward.press("Next")
    steward.fill("Town, village", "Leeds")
    steward.page.get_by_label("Country").select_option(label="United Kingdom")
    steward.press("Next")
    several = steward.page.get_by_label("Leeds, United Kingdom")
    if several.count():
        several.check()
        steward.press("Next")
    steward.fill("What matters most", "That nobody is alone with what is hard.")
    steward.press("Next")
    steward.fill("Your name there", steward.name)
    steward.fill("Your email address", steward.email)
    steward.page.get_by_label("Your time zone").select_option("Europe/London")
    steward.press("Found the community")
    steward.sees("Millbrook neighbours")
    return str(steward.page.url).removeprefix(steward.site)


def make_invitation(steward: Walker, home: str) -> str:
    """The link that the others come in by, as it stands on the page."""
    steward.go(home)
    steward.press("Invitations")
    steward.press("Make the link")
    return steward.page.locator("code").first.inner_text()


def sign_up_and_join(
    newcomer: Walker,
    door: str,
    sentence: str = "",
    *,
    way_in: str = "Make an account and join",
    brought: str = "I am new here",
) -> None:
    """From an invitation, or an open community's front page: email and code, a name, what brought them. No password."""
    newcomer.go(door)
    newcomer.press(way_in, exact=True)
    newcomer.fill("Email", newcomer.email)
    newcomer.press("Go on")
    newcomer.fill("Code", newcomer.code())
    newcomer.press("Go on")
    newcomer.fill("Your name here", newcomer.name)
    newcomer.choose(brought)
    if sentence:
        newcomer.fill("In a sentence", sentence)
    newcomer.press("Join", exact=True)
    newcomer.sees("Welcome to %(community)s. It is good that you are here.")


def greet(welcomer: Walker, newcomer: Walker) -> None:
    """The named welcomer finds the newcomer on Today, and the newcomer finds the greeting on theirs."""
    welcomer.go("/")
    welcomer.sees_soon(f"{newcomer.name} is new and hopes for a hello from you")
    welcomer.press(f"Say hello: {newcomer.name}")
    welcomer.fill("Your greeting", f"Hello {newcomer.name}, good that you are here. Ask us anything.")
    welcomer.press("Say hello")
    newcomer.go("/")
    newcomer.sees(f"Hello {newcomer.name}, good that you are here.")


def tell_about_oneself(person: Walker, *, lived_with: str, likes: str) -> None:
    """Experiences, interests, free times, and the yes to introductions: what makes a good match possible."""
    person.go("/me/")
    person.press("What you have lived with")
    person.choose(lived_with)
    person.choose(likes)
    person.press("Save")
    person.go("/me/")
    person.press("Times I am free")
    evening = person.page.get_by_role("checkbox", name="Saturday, Afternoon")
    evening.first.check(force=True)
    person.press("Save")
    person.go("/me/")
    person.press("What may be done with what I say")
    person.choose("Suggest people I could meet")
    person.choose("Count my answers")
    person.press("Save")


def show_oneself_here(person: Walker, home: str) -> None:
    """In this community, members may see what the person has lived with and likes."""
    person.go(home)
    person.press("You here")
    person.choose("I like")
    person.press("Save")


def make_supporter(steward: Walker, member: Walker, home: str) -> None:
    steward.go(home)
    steward.press("People")
    steward.press(member.name, exact=True)
    steward.press("Change the role")
    steward.choose("Supporter")
    steward.press("Give this role")
