"""The middle of the main job: ask for support, be answered by two people, be introduced, talk."""

from __future__ import annotations

from tests.instance import Instance

from .walker import Walker


def go_on_duty(supporter: Walker, home: str) -> None:
    supporter.go(f"{home}support/")
    supporter.press("The queue")
    supporter.press("Go on duty")
    supporter.sees("You are on duty until")


def ask_without_name(newcomer: Walker, home: str) -> str:
    """Ask for support from Today. Returns the path of the request's conversation."""
    newcomer.go("/")
    newcomer.press("Ask for support")
    newcomer.choose("Someone to listen")
    newcomer.choose("Knowing what to do")
    newcomer.fill("In your own words", "The nights are the hardest: she wakes at three and looks for my father.")
    newcomer.choose("Everyone in")
    newcomer.press("Ask", exact=True)
    newcomer.sees("2 people should answer you by")
    return newcomer.page.url.removeprefix(newcomer.site).partition("#")[0].partition("?")[0]


def answer_from_queue(supporter: Walker, home: str) -> None:
    """The supporter on duty was told, finds the request in the queue without a name, takes it on and answers."""
    supporter.go(f"{home}support/queue/")
    supporter.sees_soon("Somebody")
    assert "Nadia" not in supporter.words()
    supporter.press("I am on it")
    supporter.press("Answer", exact=True)
    reply(supporter, "My father did the same. A night light and a photograph beside the bed calmed him.")


def reply(person: Walker, text: str) -> None:
    person.fill("Your reply", text)
    person.press("Post reply")
    person.sees(text)


def answer_from_support(member: Walker, home: str, topic: str) -> None:
    """A second person, who finds the request on the support page."""
    member.go(f"{home}support/")
    member.page.get_by_role("main").get_by_role("link", name="The nights are the hardest").first.click()
    member.page.wait_for_load_state()
    member.look()
    assert "Nadia" not in member.words()
    reply(member, "We are three years in. Would it help to talk to somebody who knows those nights?")
    assert member.page.url.removeprefix(member.site).startswith(topic)


def say_that_it_helped(newcomer: Walker, topic: str) -> None:
    newcomer.go("/notices/")
    newcomer.sees_soon("answered")
    newcomer.go(topic)
    newcomer.sees("Two people have answered. Did it help?")
    newcomer.press("Yes, it helped")
    newcomer.sees("You said: Yes, it helped")


def let_days_pass_since_asking(instance: Instance, days: int = 3) -> None:
    """Somebody who has just asked for support is left in peace for two days, and a journey cannot wait so long."""
    instance.python(
        "from datetime import timedelta\n"
        "from django.db.models import F\n"
        "from commonweal.conversations.models import Topic\n"
        f"ago = timedelta(days={days})\n"
        "result = Topic.objects.filter(kind='support').update(started_at=F('started_at') - ago)"
    )


def be_introduced(newcomer: Walker, other: Walker, home: str) -> str:
    """The software suggests two who share a road; no name before two yeses. Returns the introduction's path."""
    newcomer.go(f"{home}meet/")
    newcomer.press("Introductions")
    newcomer.press("Suggest someone")
    newcomer.sees("We are looking.")
    newcomer.sees_soon("Have a look", seconds=240)  # the first round on a machine compiles the method
    newcomer.press("Have a look")
    newcomer.sees("Why you two")
    path = newcomer.page.url.removeprefix(newcomer.site)
    assert other.name not in newcomer.words()
    newcomer.press("Yes, introduce us")
    other.go(f"{home}meet/introductions/")
    other.press("Have a look")
    assert newcomer.name not in other.words()
    other.press("Yes, introduce us")
    other.sees(newcomer.name)
    newcomer.go(path)
    newcomer.sees(other.name)
    return path


def talk_in_private(newcomer: Walker, other: Walker, introduction: str) -> None:
    """Both write, which is what counts as having talked."""
    newcomer.go(introduction)
    newcomer.press(f"Talk with {other.name}")
    write(newcomer, "Hello. I am the one with the long nights.")
    other.go(introduction)
    other.press(f"Talk with {newcomer.name}")
    other.sees("I am the one with the long nights.")
    write(other, "I know them. Shall we walk along the river on Saturday?")


def write(person: Walker, text: str) -> None:
    person.page.get_by_role("textbox").last.fill(text)
    person.press("Send")
    person.sees(text)
