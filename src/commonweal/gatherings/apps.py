from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    name = "commonweal.gatherings"
    label = "gatherings"

    def ready(self) -> None:
        from . import hooks, jobs, verbs  # noqa: F401
