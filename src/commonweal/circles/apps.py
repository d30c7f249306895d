from django.apps import AppConfig


class CirclesConfig(AppConfig):
    name = "commonweal.circles"
    label = "circles"

    def ready(self) -> None:
        from . import hooks, jobs, verbs  # noqa: F401
