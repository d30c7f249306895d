from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "commonweal.moderation"
    label = "moderation"

    def ready(self) -> None:
        from . import hooks, jobs, verbs  # noqa: F401
