"""The sentences of a price list's import: what is wrong with a row, what a new list changes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

FAULTS = {
    "no_heading": _("No sheet has the headings of a price list: 编码, 项目名称, 单位 …"),
    "column_missing": _("This column is missing."),
    "empty": _("No row stands below the headings."),
    "too_many": _("More rows than a price list has."),
    "missing": _("Nothing stands here."),
    "too_long": _("Too many characters."),
    "no_number": _("This is no number."),
    "out_of_range": _("This number cannot be."),
    "unknown_word": _("This word is not known here; the exported list shows which are."),
    "code_twice": _("This code stands twice."),
    "price_missing": _("Labour and material together are more than nought."),
    "price_not_sum": _("Labour and material do not add up to the price."),
    "usual_not_suited": _("A room in which the item is usual must be one that it suits."),
    "whole_and_rooms": _("Either the whole home or rooms."),
    "rule_of_home": _("A quantity by home or building area needs 全屋 as its room."),
}
KIND_WORDS = {
    "added": _("New"),
    "removed": _("Dropped"),
    "price": _("Another price"),
    "changed": _("Otherwise changed"),
}
