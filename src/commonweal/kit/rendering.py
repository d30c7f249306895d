"""How forms look: one renderer, set as FORM_RENDERER, so that `{{ form }}` is right everywhere without effort."""

from pathlib import Path
from typing import Any

import django.forms
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.functional import cached_property, lazy
from django.utils.html import format_html


class Renderer(DjangoTemplates):
    """Our form and field templates, our widgets where we have them, and Django's own for the rest."""

    form_template_name = "kit/form.html"
    field_template_name = "kit/field.html"

    @cached_property
    def engine(self) -> Any:
        ours = Path(__file__).parent / "templates"
        built_in = Path(django.forms.__file__).parent / "templates"
        options = {"builtins": ["django.templatetags.i18n", "commonweal.kit.templatetags.commonweal"]}
        return Backend({"APP_DIRS": True, "DIRS": [ours, built_in], "NAME": "forms", "OPTIONS": options})


def _described(label: Any, detail: Any) -> str:
    return format_html("<strong>{}</strong> <small>{}</small>", label, detail)


#: A choice with a line of explanation, for radio buttons and checkboxes:
#: `choices=[("x", described(_("Name"), _("Why")))]`.
described = lazy(_described, str)
