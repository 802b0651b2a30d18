"""Which connection does what: the owner migrates, the web role does everything else."""

from typing import Any


class OwnerMigrates:
    """Tables are made through the `owner` alias only; the web role owns nothing (decision 16)."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True
