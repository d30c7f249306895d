from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "commonweal.conversations"
    label = "conversations"

    def ready(self) -> None:
        from . import hooks, jobs, verbs  # noqa: F401
