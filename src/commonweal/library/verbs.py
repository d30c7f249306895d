"""What happens in the library. Who is told is in `tells.py`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import kind, verb

from . import tells

kind("library", _("Library"), _("A steward removed something you added."), email=False)

ADDED = verb("library.added", _("added to the library"))
CHANGED = verb("library.changed", _("changed a page of the library"))
CHECKED = verb("library.checked", _("checked that a page of the library is still right"))
REMOVED = verb("library.removed", _("removed something from the library"), kind="library", tells=tells.of_removal)
