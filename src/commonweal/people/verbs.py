from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import verb

LEFT = verb("people.left", _("closed their account"))
