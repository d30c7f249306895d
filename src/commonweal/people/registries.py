"""What upper layers add to a person's own data: what is theirs to download, what to do when they go, what is theirs to set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from commonweal.kit.registry import Registry

from .models import Person

#: section name -> function(person) returning JSON-able data, all of it the person's own.
EXPORT_SECTIONS: Registry[Callable[[Person], Any]] = Registry("export sections")

#: run inside the deletion's transaction, before the person's row goes: blank the persona, delete files and drafts.
ERASERS: Registry[Callable[[Person], None]] = Registry("erasers")

#: run inside the transaction of a block: function(one, other), to take back what either was told of the other. Silent.
ON_BLOCK: Registry[Callable[[Person, Person], None]] = Registry("on block")


@dataclass(frozen=True)
class OwnLink:
    """A row on the person's own page: where it leads, what it is called, a line about it, an icon's name."""

    label: Any
    url: str
    detail: Any = ""
    icon: str = "arrow-right"


#: rows that upper layers add to the person's own page: personas, notice settings. function(person) -> links; one query.
OWN_LINKS: Registry[Callable[[Person], Iterable[OwnLink]]] = Registry("own links")
