from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "commonweal.support"
    label = "support"

    def ready(self) -> None:
        from . import hooks, jobs, verbs  # noqa: F401
        from .desk import hooks as desk_hooks  # noqa: F401
        from .desk import jobs as desk_jobs  # noqa: F401
        from .desk import verbs as desk_verbs  # noqa: F401
