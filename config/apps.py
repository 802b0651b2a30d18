from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The composition root: pages and commands that stand across the apps; no model."""

    name = "config"
    verbose_name = "House"

    def ready(self) -> None:
        from core.catalogue import autoload  # needs the models

        autoload(self.name)
