from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "commonweal.notices"
    label = "notices"

    def ready(self) -> None:
        from . import hooks, jobs, verbs  # noqa: F401
