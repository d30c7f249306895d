from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "commonweal.support"
    label = "support"

    def ready(self) -> None:
        from . import hooks, jobs, verbs  # noqa: F401
