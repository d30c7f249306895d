"""What upper layers add to a person's own data: what is theirs to download, and what to do when they go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from commonweal.kit.registry import Registry

from .models import Person

#: section name -> function(person) returning JSON-able data, all of it the person's own.
EXPORT_SECTIONS: Registry[Callable[[Person], Any]] = Registry("export sections")

#: run inside the deletion's transaction, before the person's row goes: blank the persona, delete files and drafts.
ERASERS: Registry[Callable[[Person], None]] = Registry("erasers")
