from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor


class _Together(ForwardManyToOneDescriptor):
    """Whoever asks a row for one of its people gets them all read, in one question."""

    def get_object(self, instance: Any) -> Any:
        keys = [key for key in instance._meta.concrete_fields if isinstance(key, PersonKey) and key.attname in instance.__dict__]
        unread = [key for key in keys if getattr(instance, key.attname) is not None and not key.is_cached(instance)]
        people = self.get_queryset(instance=instance).in_bulk({getattr(instance, key.attname) for key in unread})
        for key in unread:
            key.set_cached_value(instance, people[getattr(instance, key.attname)])
        return self.field.get_cached_value(instance)


class PersonKey(models.ForeignKey[Any, Any]):
    """One of several people of a row.  Joining six to every load of it costs more than one question for those who are asked about."""

    forward_related_accessor_class = _Together

    def deconstruct(self) -> Any:
        """In a migration it is the foreign key that the table knows."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs
