from django.apps import AppConfig
from django.conf import settings


class KitConfig(AppConfig):
    name = "commonweal.kit"
    label = "kit"

    def ready(self) -> None:
        from . import clock, jobs  # noqa: F401

        clock.rehearse(settings.REHEARSAL)
