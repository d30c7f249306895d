from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    name = "commonweal.interchange"
    label = "interchange"
