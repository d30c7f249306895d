"""What a new community of each kind starts with: rules, a welcome, doors and first topics, so that it never looks empty.

The texts are drafts in the founder's own voice, meant to be changed. They are translated when the community is founded
and are its own from then on. Support spaces open with their rules written down because unmoderated peer support helped
nobody (Kaplan 2011). Numbers of first topics are small on purpose: three questions that each ask for one easy answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .models import Door, Kind


@dataclass(frozen=True)
class Starter:
    """The drafts for one kind of community. `brought` are the three taps with which a newcomer says what brought them."""

    rules: Any
    welcome: Any
    doors: tuple[str, ...]
    topics: tuple[tuple[Any, Any], ...]
    brought: tuple[Any, ...]

    @property
    def closed_doors(self) -> list[str]:
        return [door for door in Door.values if door not in self.doors]


_EVERYWHERE = _(
    "- **What is said here stays here.** Ask before you repeat somebody’s story, even to a friend.\n"
    "- **If something feels wrong, report it.** A steward looks at every report and tells you what was decided."
)


def _rules(own: Any) -> Any:
    return format_lazy("{}\n{}", own, _EVERYWHERE)


PEER_SUPPORT = Starter(
    rules=_rules(
        _(
            "- **Speak from your own life.** “This is what helped me” is worth more than “you should”.\n"
            "- **Every feeling is allowed.** Nobody has to be cheerful, brave or grateful here.\n"
            "- **We are not a clinic.** We do not diagnose, and we do not tell anyone to start or stop a treatment.\n"
            "- **Leave out the details of self-harm.** Say how you are; leave out how it is done.\n"
            "- **If somebody is in danger now, use Help now** at the top of every page, and tell a steward."
        )
    ),
    welcome=_(
        "Whatever brought you here, you are not the only one. You can read for a while, or say a sentence, or ask "
        "for support without your name. When you ask, two people will answer. There is no right way to be here."
    ),
    doors=(Door.TALK, Door.SUPPORT, Door.MEET, Door.LIBRARY),
    topics=(
        (
            _("Say hello, in as few words as you like"),
            _(
                "Your name here, and how today is going. One word is enough. If you have been here longer, please "
                "answer somebody new before you go."
            ),
        ),
        (
            _("What helps on a hard day?"),
            _(
                "Small things count: a walk round the block, a song, a person to text. Tell us one thing that has "
                "helped you, and when it does not work. Somebody will need exactly that."
            ),
        ),
        (
            _("What I wish I had known at the start"),
            _(
                "If you are further along this road, what would you tell yourself on the first day? If you are at "
                "the start, what do you most want to know?"
            ),
        ),
    ),
    brought=(_("I am going through this now"), _("Somebody close to me is"), _("I have been through it and can help")),
)

HOBBY = Starter(
    rules=_rules(
        _(
            "- **Beginners are welcome, every day.** There was a day when each of us knew nothing about this.\n"
            "- **Show your mistakes too.** They teach more than the perfect picture does.\n"
            "- **Say whose work it is.** If you share something made by somebody else, name them.\n"
            "- **Selling is fine when you say so.** Once, plainly, in the exchange, not in every conversation."
        )
    ),
    welcome=_(
        "Good to have you. Tell us what you are working on, or what you would like to try first. Most of us are "
        "glad to lend a tool, answer a question or come along, and the best evenings start with somebody asking."
    ),
    doors=(Door.TALK, Door.MEET, Door.EXCHANGE, Door.LIBRARY),
    topics=(
        (
            _("What are you working on this week?"),
            _(
                "Finished, half done or only an idea: tell us. Say what you are stuck on, if anything; somebody "
                "here has been stuck on it before."
            ),
        ),
        (
            _("How did you get into this?"),
            _(
                "A grandmother, a rainy weekend, a broken part? Everyone has a story, and it is the quickest way "
                "to get to know each other."
            ),
        ),
        (
            _("When and where could we meet?"),
            _(
                "Which evening or weekend suits you, and do you know a place? Once three people name the same "
                "evening, one of us turns it into a gathering."
            ),
        ),
    ),
    brought=(_("I want to learn"), _("I want company while I do it"), _("I can show others")),
)

CAUSE = Starter(
    rules=_rules(
        _(
            "- **Argue about plans, never about people.** We need each other tomorrow.\n"
            "- **Say how you know.** A source, a number, what you saw yourself.\n"
            "- **Promise only what you can do,** and tell us early if you cannot. Somebody will take over.\n"
            "- **Disagreement is useful.** Whoever speaks against a plan gets an answer, not a sigh.\n"
            "- **We act openly and without harm.** No threats, no private addresses, no hunting of anybody."
        )
    ),
    welcome=_(
        "Thank you for not looking away. You do not need experience: an hour, a spare room, a neighbour you can "
        "ask, all of it counts. Look at what is happening under Act, and pledge only what you can keep."
    ),
    doors=(Door.TALK, Door.MEET, Door.ACT, Door.LIBRARY),
    topics=(
        (
            _("Why does this matter to you?"),
            _(
                "Not the argument: the reason it became yours. A few sentences are enough, and they are what "
                "carries us when it gets slow."
            ),
        ),
        (
            _("What exactly do we want changed, and who decides it?"),
            _(
                "Name one change that could be made within a year, and the person or office that can say yes. The "
                "clearer the answer, the sooner we can start."
            ),
        ),
        (
            _("What can you bring?"),
            _(
                "Time, skills, a van, a printer, somebody you know, a kitchen table. Write it down here so that "
                "we know whom to ask."
            ),
        ),
    ),
    brought=(_("It happens to me or mine"), _("I want to help change it"), _("I want to understand it first")),
)

PROFESSION = Starter(
    rules=_rules(
        _(
            "- **No names of clients, patients, pupils or employers.** Change the details; keep the question.\n"
            "- **No question is too basic.** We would all rather be asked than clean up afterwards.\n"
            "- **Say when you are guessing.** Experience, evidence and opinion are three different things.\n"
            "- **Jobs and offers say what they pay.**"
        )
    ),
    welcome=_(
        "Here are people who know what your week looks like. Bring the question you would not ask at work, share "
        "what took you years to find out, and if you are having a hard time with the work itself, say so."
    ),
    doors=(Door.TALK, Door.SUPPORT, Door.MEET, Door.EXCHANGE, Door.LIBRARY),
    topics=(
        (
            _("Who are you, and what does your day look like?"),
            _(
                "Where you work in one line (no names needed), how long, and which part of it you could talk "
                "about for hours."
            ),
        ),
        (
            _("A mistake I learned from"),
            _(
                "Something that went wrong and what you do differently since. Leave out who; keep what. It may "
                "save somebody a bad day."
            ),
        ),
        (
            _("Who would like a colleague to talk to?"),
            _(
                "Some of us work alone, some are new, some are the only one of their kind in the building. Say "
                "what you would like to talk about, and who could listen."
            ),
        ),
    ),
    brought=(_("I am new to this work"), _("I want colleagues to talk to"), _("I have experience to share")),
)

FAITH = Starter(
    rules=_rules(
        _(
            "- **Come as you are.** Certain, doubting, returning or only curious: there is a seat.\n"
            "- **Nobody is pressed,** to believe, to give, or to speak.\n"
            "- **We do not run down other faiths,** or people who have none.\n"
            "- **Troubles told here are carried, not passed on.**\n"
            "- **Helping comes before being right.**"
        )
    ),
    welcome=_(
        "Peace to you, and welcome. Here we stay close between the days we gather: somebody to visit, a meal to "
        "bring, a question to sit with. Tell us how you are, or simply come along to the next time we meet."
    ),
    doors=(Door.TALK, Door.SUPPORT, Door.MEET, Door.EXCHANGE, Door.LIBRARY),
    topics=(
        (
            _("How are you, really?"),
            _(
                "Joys and troubles both belong here. If you would like a visit, a call or a quiet thought from "
                "the rest of us, say which."
            ),
        ),
        (
            _("Who could use a meal, a lift or company?"),
            _(
                "For yourself, or for somebody you know (ask them first). And if you can cook, drive or sit with "
                "someone, tell us which days."
            ),
        ),
        (
            _("A word that stayed with me"),
            _("A line from a text, a song, something a child said. What was it, and why has it stayed?"),
        ),
    ),
    brought=(_("I am looking for a place to belong"), _("I belong already and want to stay close"), _("I am curious")),
)

NEIGHBOURHOOD = Starter(
    rules=_rules(
        _(
            "- **Write as you would speak on the stairs.** We will meet each other tomorrow.\n"
            "- **Never write anybody’s address,** car number or daily habits, your own included.\n"
            "- **No suspicions about people you do not know.** If you fear a crime, call the police; then tell "
            "us what we can do.\n"
            "- **Say thank you, and say when it is done,** so that nobody turns up for a sofa that is gone."
        )
    ),
    welcome=_(
        "Hello, neighbour. This is where we lend ladders, look in on each other, and find out why the road is up "
        "again. Tell us roughly where you live (a street corner is plenty) and one thing you could use or could "
        "lend."
    ),
    doors=tuple(Door.values),
    topics=(
        (
            _("Who lives here? Say hello"),
            _(
                "Your first name, roughly where, and how long you have been here. New last week is as good as "
                "forty years."
            ),
        ),
        (
            _("What could you lend, and what could you use?"),
            _(
                "A drill, an hour with a pushchair, an ear, a lift on Fridays. Write one of each, if you can; "
                "then we make it an ask or an offer."
            ),
        ),
        (
            _("What would make living here better?"),
            _(
                "One thing within walking distance that annoys you, or that you would love to see. When several "
                "of us name the same one, we do something about it."
            ),
        ),
    ),
    brought=(_("I am new here"), _("I would like to know my neighbours"), _("I can lend a hand")),
)

STARTERS: dict[str, Starter] = {
    Kind.PEER_SUPPORT: PEER_SUPPORT,
    Kind.HOBBY: HOBBY,
    Kind.CAUSE: CAUSE,
    Kind.PROFESSION: PROFESSION,
    Kind.FAITH: FAITH,
    Kind.NEIGHBOURHOOD: NEIGHBOURHOOD,
}

#: kind -> ((title, text), …), each translated when read. `conversations` starts them when a community is founded.
FIRST_TOPICS: dict[str, tuple[tuple[Any, Any], ...]] = {kind: starter.topics for kind, starter in STARTERS.items()}
