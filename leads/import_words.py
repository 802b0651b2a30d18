"""The sentences of an import: what is wrong with a row, what is doubtful in a cell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "name_missing": _("The customer's name is missing."),
    "phone_missing": _("The telephone number is missing."),
    "phone_length": _("This is neither a mobile number of 11 digits nor a landline with its area code."),
    "phone_prefix": _("A mobile number starts with 13 to 19."),
    "phone_masked": _("The number was made unreadable with asterisks."),
    "date_impossible": _("There is no such day."),
    "repeated_row": _("The same entry stands in row %(text)s already."),
    "two_customers": _("These numbers belong to two different customers. Leave one number in the cell."),
}
DOUBTS = {
    "two_phones": _("Two numbers in one cell: both are kept."),
    "phone_note": _("Words in the cell are kept as a note to the number."),
    "phone_rest": _("A further number cannot be read and is left out."),
    "phone_second": _("The second number cannot be read and is left out."),
    "phone_in_name": _("The number stood in the cell of the name."),
    "name_note": _("Words in brackets are kept as a note."),
    "other_name": _("Another name than in the earlier row: %(text)s."),
    "same_home": _("Same telephone and same home as an earlier row."),
    "two_customers": _("The numbers are those of two earlier rows."),
    "date_missing": _("No date: the day of the import counts."),
    "date_unread": _("Not understood as a date: kept with the note."),
    "date_note": _("Words after the date were passed over."),
    "date_number": _("A number like 3.1 may be the 1st or the 10th."),
    "date_order": _("Month and day may be the other way round."),
    "date_year": _("The year stands neither in the cell nor clearly around it."),
    "date_year_unknown": _("No year is known: the day of the import counts."),
    "date_future": _("The day lies in the future."),
    "area_about": _("An approximate area: the words are kept as well."),
    "area_both": _("Building area and inner area: kept as text, no number is taken."),
    "area_text": _("No clear number: kept as text."),
    "area_odd": _("Hardly an area in square metres: kept as text."),
    "budget_text": _("No clear amount: kept as text."),
    "budget_unit": _("Yuan or ten thousand yuan is not clear: kept as text."),
    "dwelling_from_room": _("Taken for a villa because of the house number."),
    "home_missing": _("Neither estate nor house number: the address is still to be asked."),
    "ditto": _("“Same as above”: taken from the row above."),
    "formula": _("A formula: its text is kept, it is not worked out."),
    "note_money": _("Money is mentioned: it stays a note, nothing is booked."),
}
FIELDS = {
    "seq": _("No."),
    "date": _("Date"),
    "name": _("Customer"),
    "phone": _("Telephone"),
    "phone2": _("Second telephone"),
    "name_phone": _("Name and telephone"),
    "estate": _("Estate"),
    "building": _("Building"),
    "unit": _("Unit"),
    "room": _("House number"),
    "area": _("Area"),
    "layout": _("Layout"),
    "source": _("Source"),
    "intent": _("Intent"),
    "manager": _("Received by"),
    "designer": _("Designer"),
    "budget": _("Budget"),
    "note": _("Note"),
}
# What a shop's word for a source most likely means; a person confirms it before anything is imported.
LIKELY = {
    "walk_in": ("自然进店", "自然到店", "进店", "到店", "自然", "上门", "路过", "门店"),
    "phone": ("电话咨询", "电话", "来电", "来电咨询", "热线", "电话营销"),
    "online": ("网络", "网络咨询", "抖音", "小红书", "58同城", "58", "微信", "公众号", "美团", "大众点评", "百度", "快手", "官网", "线上", "土巴兔", "齐家网"),
    "estate": ("小区驻点", "小区活动", "驻点", "活动", "小区", "地推", "展会", "样板间"),
    "referral": ("老客户介绍", "老客户转介绍", "转介绍", "介绍", "朋友介绍", "亲友介绍", "员工介绍", "熟人介绍"),
    "repeat": ("老客户", "二次装修", "回头客"),
    "partner": ("合作单位", "合作", "异业", "中介", "物业", "开发商"),
}  # fmt: skip
