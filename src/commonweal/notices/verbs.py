"""The kind that takes up whatever a package tells without naming a kind of its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import kind

OTHER = kind("other", _("Everything else"), _("Whatever fits no other line of this table."))
