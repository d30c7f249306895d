"""What can happen: every step's verb is declared once, by the package it belongs to.

VERBS.add(...) is wrapped by `verb()`, called at import of a package's verbs.py, which its AppConfig.ready imports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from commonweal.kit.registry import Registry

if TYPE_CHECKING:
    from .models import Step


@dataclass(frozen=True)
class Telling:
    """One person to be told of one step. `text` is a lazily translated sentence with `%(name)s` places for `params`."""

    person_id: int
    text: Any
    url: str
    params: dict[str, str] = field(default_factory=dict)
    community_id: int | None = None


@dataclass(frozen=True)
class Verb:
    """A dotted verb in the past tense.

    sentence: how the step reads to a member ("came to a gathering"), lazily translated.
    contact:  the online contact it counts as in the pulse (a key of CONTACTS), if any.
    effect:   the offline effect it counts as in the pulse (a key of EFFECTS), if any.
    keep:     how long the step is kept; None is for good.
    kind:     the notice kind that `tells` falls under (a key of KINDS).
    tells:    who is told, given the step. Called by the worker, never in a request.
    """

    name: str
    sentence: Any
    contact: str | None = None
    effect: str | None = None
    keep: timedelta | None = None
    kind: str | None = None
    tells: Callable[[Step], Iterable[Telling]] | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of notice that a person can switch. The inbox is always on by default.

    email: whether there is mail by default, once a day. urgent: by default that mail goes out at once.
    """

    key: str
    label: Any
    help: Any = ""
    email: bool = True
    urgent: bool = False


@dataclass(frozen=True)
class Label:
    """A name for one end of the pulse's flow: an online contact or an offline effect."""

    key: str
    label: Any


VERBS: Registry[Verb] = Registry("verbs")
KINDS: Registry[Kind] = Registry("notice kinds")
CONTACTS: Registry[Label] = Registry("online contacts")
EFFECTS: Registry[Label] = Registry("offline effects")


def verb(name: str, sentence: Any, **options: Any) -> Verb:
    """Declare a verb. Returns it, so that actions can refer to the object rather than repeat the string."""
    return VERBS.add(name, Verb(name=name, sentence=sentence, **options))


def kind(key: str, label: Any, help: Any = "", *, email: bool = True, urgent: bool = False) -> Kind:
    return KINDS.add(key, Kind(key=key, label=label, help=help, email=email, urgent=urgent))


def contact(key: str, label: Any) -> Label:
    return CONTACTS.add(key, Label(key, label))


def effect(key: str, label: Any) -> Label:
    return EFFECTS.add(key, Label(key, label))
