"""Acting and deciding together, and the pulse that counts it all."""

from __future__ import annotations

from datetime import date, timedelta

from tests.instance import Instance

from .walker import Walker

CAMPAIGN = "A bench at the bridge stop"
GOAL_WORDS = "The council bolted the bench down on Tuesday. People sit on it already."


def start_campaign(organiser: Walker, second: Walker, home: str) -> str:
    """A goal, who decides, why now; a second organiser says yes; it is launched. Returns its path."""
    organiser.go(f"{home}act/")
    organiser.press("Start a campaign")
    organiser.fill("A short name", CAMPAIGN)
    organiser.fill("What should change?", "A bench stands at the bridge bus stop.")
    organiser.fill("Who decides it?", "The parish council")
    organiser.fill("Why now?", "The pavement is being renewed in spring.")
    organiser.fill("By when?", (date.today() + timedelta(days=60)).isoformat())
    organiser.fill("Plan for the first day", "Ask everybody who waits for the bus on Saturday.")
    organiser.fill("Who organises it with you?", second.name)
    organiser.press("Save the draft")
    organiser.sees("Before it starts")
    path = organiser.page.url.removeprefix(organiser.site)
    second.go(path)
    second.press("Yes, I will organise")
    organiser.go(path)
    organiser.press("Launch it")
    organiser.sees("Running")
    return path


def pledge_together(organiser: Walker, others: list[Walker], campaign: str) -> None:
    """ "I will, if others will": it starts the moment the last one needed pledges."""
    organiser.go(campaign)
    organiser.press("Open a pledge")
    organiser.fill("I will …", "come to the council meeting")
    organiser.fill("… if this many people do", str(len(others) + 1))
    organiser.fill("People can pledge until", (date.today() + timedelta(days=14)).isoformat() + "T18:00")
    organiser.page.locator("main form.form button[type=submit]").first.click()
    organiser.page.wait_for_load_state()
    for n, one in enumerate([organiser, *others], start=1):
        one.go(campaign)
        one.press("I will, if others will")
        one.sees(f"{n} of {len(others) + 1} have pledged")
    others[-1].sees("Started")
    for one in [organiser, *others]:
        one.go(campaign)
        pledges = one.page.locator("#pledges")
        one.press_in(pledges, "I did it")
    organiser.press("Yes, it took place")
    organiser.sees("Confirmed by an organiser")


def do_a_shift(organiser: Walker, helper: Walker, campaign: str) -> None:
    """A place is offered, taken, done, and confirmed by an organiser."""
    organiser.go(campaign)
    organiser.press("Offer a task or shift")
    organiser.fill("What is to be done", "Count who waits at the stop")
    organiser.page.locator("main form.form button[type=submit]").first.click()
    organiser.page.wait_for_load_state()
    helper.go(campaign)
    helper.press("Take a place")
    helper.press_in(helper.page.locator("#work"), "I did it")
    helper.sees("Waiting for an organiser")
    organiser.go(campaign)
    organiser.press("Yes, it was done")
    helper.go(campaign)
    helper.sees("Done, thank you")


def record_what_came_of_it(organiser: Walker, people: list[Walker], campaign: str) -> None:
    """The outcome with its evidence; everyone who took part finds it among their notices."""
    organiser.go(campaign)
    organiser.press("Say what came of it")
    organiser.choose("Yes")
    organiser.fill("What changed, and what did not?", GOAL_WORDS)
    organiser.fill("Where others can see it", "https://council.example.org/minutes/12")
    organiser.page.locator("main form.form button[type=submit]").first.click()
    organiser.page.wait_for_load_state()
    organiser.look()
    for one in people:
        one.go("/notices/")
        one.sees_soon(CAMPAIGN)
        one.go(campaign)
        one.sees("Goal reached")
        one.sees(GOAL_WORDS)


def decide(steward: Walker, voters: list[Walker], home: str, instance: Instance) -> None:
    """A sealed yes or no, counted when it closes, and who sees that it is done."""
    steward.go(f"{home}act/")
    steward.press("Put a question to the vote")
    steward.fill("The question", "Shall we keep the walk every Saturday?")
    steward.choose("1 day", exact=True)
    steward.choose("Everyone, after it closes")
    steward.page.locator("main form.form button[type=submit]").first.click()
    steward.page.wait_for_load_state()
    steward.look()
    path = steward.page.url.removeprefix(steward.site)
    for one in [steward, *voters]:
        one.go(path)
        one.choose("Yes", exact=True)
        one.press("Continue")
        one.press("Put it in the box")
        one.sees("Your vote is in the box.")
    instance.move_clock(days=1, minutes=1)
    steward.go(path)
    steward.sees_soon("Passed")


def see_the_pulse(steward: Walker, home: str, *, across: int, people: int) -> None:
    """The flow counts everybody who got across, in a picture, in a sentence and in a table."""
    steward.go(home)
    steward.press("Pulse")
    steward.sees_soon(f"{across} of {people} people got across", seconds=90)
    assert steward.page.locator("figure.flow svg").first.count()
    steward.page.get_by_text("The numbers behind the picture").first.click()
    table = steward.page.get_by_role("table")
    rows = table.get_by_role("rowheader").all_inner_texts()
    columns = table.get_by_role("columnheader").all_inner_texts()
    assert {"A topic", "A private conversation", "An ask or offer", "A campaign"} <= set(rows), rows
    for effect in ("Came to a gathering", "Talked in private", "A handover that happened", "A shift or pledge done"):
        assert effect in columns, columns
    numbers = [int(cell) for cell in table.get_by_role("cell").all_inner_texts() if cell.isdigit()]
    assert sum(numbers) >= across, numbers
    steward.sees("Nobody. Everyone who asked was answered.")
