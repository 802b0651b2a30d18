"""For mypy: who asks is somebody who works here.

Every view of the house stands behind LoginRequiredMiddleware and a policy (`@allowed`); `request.user` is a `staff.User` there. The few
pages that are open to all ask `is_authenticated` first.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.plugin import AttributeContext
from mypy.types import Type, UnionType, get_proper_type
from mypy_django_plugin.main import NewSemanalDjangoPlugin


class Plugin(NewSemanalDjangoPlugin):
    """Django's own plugin, without the anonymous half of `request.user`."""

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        return _signed_in if fullname == "django.http.request.HttpRequest.user" else super().get_attribute_hook(fullname)


def _signed_in(context: AttributeContext) -> Type:
    found = get_proper_type(context.default_attr_type)
    if not isinstance(found, UnionType):
        return found
    return UnionType.make_union([item for item in found.items if "AnonymousUser" not in str(item)])


def plugin(version: str) -> type[Plugin]:
    return Plugin
