from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "commonweal.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from . import hooks, jobs, verbs  # noqa: F401
