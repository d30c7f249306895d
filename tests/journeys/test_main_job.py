"""The whole main job, as four people on phones: from a link on a terminal to the pulse that counts what came of it.

One instance and one community for the module; the later tests go on where the journey ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, expect

from tests.instance import Instance

from . import acting, arriving, meeting, supporting
from .walker import Walker


@dataclass
class Story:
    """The instance, the four people and what they have made so far."""

    instance: Instance
    printed: str
    steward: Walker
    organiser: Walker
    supporter: Walker
    newcomer: Walker
    home: str = ""
    talk: str = ""
    invitation: str = ""
    everyone: list[Walker] = field(default_factory=list)


@pytest.fixture(scope="module")
def story(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with Instance(tmp_path_factory.mktemp("main_job"), rehearsal=True, DEMO="0", MAIL="file") as instance:
        printed = instance.start()
        people = [Walker(browser, instance, name) for name in ("Edda", "Omar", "Sol", "Nadia")]
        yield Story(instance, printed, *people, everyone=people)
        for one in people:
            one.close()


def test_four_people_go_from_a_link_to_a_pulse_that_counts_them(story: Story) -> None:
    steward, organiser, supporter, newcomer = story.everyone
    _arrive(story)
    _support(story)
    story.talk = meeting.start_conversation(organiser, story.home)
    meeting.arrive_live(supporter, newcomer, story.talk)
    supporting.reply(newcomer, "So would I, if somebody sits with her.")  # a second answer, or the promise is broken
    _gather(story)
    meeting.lend_a_ladder(supporter, newcomer, story.home)
    campaign = acting.start_campaign(organiser, steward, story.home)
    acting.pledge_together(organiser, [newcomer, supporter], campaign)
    acting.do_a_shift(organiser, newcomer, campaign)
    acting.record_what_came_of_it(organiser, [newcomer, supporter], campaign)
    acting.decide(steward, [organiser, newcomer, supporter], story.home, story.instance)
    acting.see_the_pulse(steward, story.home, across=3, people=4)
    assert not [trouble for one in story.everyone for trouble in one.troubles()]


def _arrive(story: Story) -> None:
    story.home = arriving.found_neighbourhood(story.steward, story.printed)
    story.invitation = arriving.make_invitation(story.steward, story.home)
    arriving.sign_up_and_join(story.organiser, story.invitation)
    arriving.sign_up_and_join(story.supporter, story.invitation)
    arriving.sign_up_and_join(story.newcomer, story.invitation, "My mother has dementia; I came to look after her.")
    for one in (story.organiser, story.supporter, story.newcomer):
        arriving.greet(story.steward, one)
    for one in (story.organiser, story.newcomer):
        arriving.tell_about_oneself(one, lived_with="caring for someone", likes="walking")
    arriving.show_oneself_here(story.newcomer, story.home)
    arriving.make_supporter(story.steward, story.supporter, story.home)


def _support(story: Story) -> None:
    supporting.go_on_duty(story.supporter, story.home)
    request = supporting.ask_without_name(story.newcomer, story.home)
    supporting.answer_from_queue(story.supporter, story.newcomer, story.home)
    supporting.answer_from_support(story.organiser, story.newcomer, story.home, request)
    supporting.say_that_it_helped(story.newcomer, request)
    story.instance.move_clock(days=3)  # who has just asked for support is left in peace for two days
    introduction = supporting.be_introduced(story.newcomer, story.organiser, story.home)
    supporting.talk_in_private(story.newcomer, story.organiser, introduction)
    meeting.see_the_suggestion_to_meet(story.newcomer, introduction)


def _gather(story: Story) -> None:
    guests = [story.newcomer, story.supporter]
    gathering = meeting.plan_gathering(story.organiser, story.talk)
    for guest in guests:
        meeting.say_that_one_comes(guest, story.home)
    left = meeting.hours_until(story.instance)
    story.instance.move_clock(hours=left - 3)
    meeting.see_the_address(story.newcomer, gathering)
    story.instance.move_clock(hours=6)
    meeting.say_that_it_took_place(story.organiser, guests, gathering)
    for guest in guests:
        meeting.say_how_it_was(guest, gathering)


def test_without_scripts_one_can_join_reply_and_say_that_one_comes(story: Story, browser: Browser) -> None:
    """JavaScript is switched off in this phone; axe needs scripts, so only the path itself is walked."""
    gathering = meeting.plan_gathering(story.organiser, story.talk)
    plain = Walker(browser, story.instance, "Wanda", scripts=False)
    arriving.sign_up_and_join(plain, story.invitation, "I live by the bridge.")
    plain.go(story.talk)
    supporting.reply(plain, "I would come too, whatever the weather.")
    plain.go(gathering)
    plain.press("I’m coming")
    plain.sees("You will see them here from")
    plain.go("/me/")
    plain.press("Sign out")
    _sign_in_without_scripts(plain)
    plain.go(story.talk)
    plain.sees("I would come too, whatever the weather.")
    plain.close()


def _sign_in_without_scripts(plain: Walker) -> None:
    """By a code that comes by mail."""
    before = plain.code()
    plain.go("/account/login/code/")
    plain.fill("Email", plain.email)
    plain.page.get_by_role("main").get_by_role("button").first.click()
    plain.fill("Code", plain.code(other_than=before))
    plain.page.get_by_role("main").get_by_role("button").first.click()
    expect(plain.page.get_by_role("heading", level=1)).to_contain_text("Wanda")
