from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "commonweal.decisions"
    label = "decisions"

    def ready(self) -> None:
        from . import hooks, jobs, verbs  # noqa: F401
