from django.apps import AppConfig


class StaffConfig(AppConfig):
    """People, posts, stores."""

    name = "staff"
    verbose_name = "Staff"

    def ready(self) -> None:
        from core.catalogue import autoload  # needs the models

        autoload(self.name)
