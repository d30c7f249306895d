"""The middle of the main job: ask for support, be answered by two people, be introduced, talk.

Every text is that of the catalogue, so that people who read another language walk the same way.
"""

from __future__ import annotations

from .walker import Walker

SHOULD_ANSWER = (
    "%(n)s more person should answer you by <strong>%(by)s</strong>.",
    "%(n)s people should answer you by <strong>%(by)s</strong>.",
)


def go_on_duty(supporter: Walker, home: str) -> None:
    supporter.go(f"{home}support/")
    supporter.press("The queue")
    supporter.press("Go on duty")
    supporter.sees("You are on duty until <strong>%(until)s</strong>.")


def ask_without_name(newcomer: Walker, home: str, *, pressing: bool = False) -> str:
    """Ask for support from Today. Returns the path of the request's conversation."""
    newcomer.go("/")
    newcomer.press("Ask for support")
    newcomer.choose("Someone to listen")
    newcomer.choose("Knowing what to do")
    newcomer.fill("In your own words", newcomer.writes["request"])
    if pressing:
        newcomer.fill("Is it pressing? Say it in your own words", newcomer.writes["pressing"])
    newcomer.choose("Everyone in %(community)s")
    newcomer.press("Ask", exact=True)
    newcomer.sees((*SHOULD_ANSWER, 2))
    return newcomer.page.url.removeprefix(newcomer.site).partition("#")[0].partition("?")[0]


def answer_from_queue(supporter: Walker, asker: Walker, home: str) -> None:
    """The supporter finds the request in the queue without a name, takes it on and answers."""
    supporter.go(f"{home}support/queue/")
    supporter.sees_soon("Somebody")
    assert asker.name not in supporter.words()
    supporter.press("I am on it")
    supporter.press("Answer", exact=True)
    reply(supporter, supporter.writes["first answer"])


def reply(person: Walker, text: str) -> None:
    person.fill("Your reply", text)
    person.press("Post reply")
    person.reads(text)


def answer_from_support(member: Walker, asker: Walker, home: str, topic: str) -> None:
    """A second person, who finds the request on the support page."""
    member.go(f"{home}support/")
    member.open(member.writes["beginning"])
    assert asker.name not in member.words()
    reply(member, member.writes["second answer"])
    assert member.page.url.removeprefix(member.site).startswith(topic)


def say_that_it_helped(newcomer: Walker, topic: str) -> None:
    newcomer.go("/notices/")
    newcomer.sees_soon("Two people have answered you in %(community)s. Did it help?")
    newcomer.go(topic)
    newcomer.sees("Two people have answered. Did it help?")
    newcomer.press("Yes, it helped")
    newcomer.sees("You said: %(said)s.")


def be_introduced(newcomer: Walker, other: Walker, home: str) -> str:
    """The software suggests two who share a road; no name before two yeses. Returns the introduction's path."""
    newcomer.go(f"{home}meet/")
    newcomer.press("Introductions")
    newcomer.press("Suggest someone")
    newcomer.sees("We are looking. If somebody fits, you hear within a few minutes; if not, we look again every day.")
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
    other.reads(newcomer.name)
    newcomer.go(path)
    newcomer.reads(other.name)
    return path


def talk_in_private(newcomer: Walker, other: Walker, introduction: str) -> None:
    """Both write, which is what counts as having talked."""
    newcomer.go(introduction)
    newcomer.press("Talk with %(name)s")
    write(newcomer, newcomer.writes["hello"])
    other.go(introduction)
    other.press("Talk with %(name)s")
    other.reads(newcomer.writes["hello"])
    write(other, other.writes["reply"])


def write(person: Walker, text: str) -> None:
    person.fill("Your message", text)
    person.press("Send")
    person.reads(text)
