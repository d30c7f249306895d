from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "commonweal.kit"
    label = "kit"

    def ready(self) -> None:
        from . import jobs  # noqa: F401
