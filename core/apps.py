from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The bottom floor; imports no other app."""

    name = "core"
    verbose_name = "Kernel"
