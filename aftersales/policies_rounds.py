"""Who may, in return-visit rounds, surveys, bad answers and the rest of repairs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

_LEAD = (posts.CS_SUPERVISOR, posts.CS_MANAGER)

SEE_ROUNDS = Permission(
    "aftersales.see_rounds", _("See return-visit rounds"),
    store=(*_LEAD, posts.CS_OFFICER, posts.AFTERSALES_HEAD, posts.STORE_MANAGER), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
MAKE_ROUNDS = Permission("aftersales.make_rounds", _("Draw up, divide and close return-visit rounds"), store=_LEAD)
CALL_ROUND = Permission("aftersales.call_round", _("Call the customers of a round"), store=(*_LEAD, posts.CS_OFFICER))

SEE_LOW = Permission(
    "aftersales.see_low", _("See bad answers"), store=(*_LEAD, posts.AFTERSALES_HEAD, posts.STORE_MANAGER), company=(posts.GENERAL_MANAGER,)
)
CALL_LOW = Permission("aftersales.call_low", _("Call about a bad answer"), store=(*_LEAD, posts.STORE_MANAGER))

SEE_SURVEYS = Permission(
    "aftersales.see_surveys", _("See satisfaction surveys"),
    own=(posts.CUSTOMER_MANAGER,),
    store=(*_LEAD, posts.CS_OFFICER, posts.AFTERSALES_HEAD, posts.STORE_MANAGER, posts.ENGINEERING_MANAGER, posts.DESIGN_MANAGER),
    company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
MAKE_SURVEYS = Permission("aftersales.make_surveys", _("Send surveys, judge them, check the effect"), store=_LEAD)
EXPORT_SURVEYS = Permission(
    "aftersales.export_surveys", _("Take the answers of a survey out as a list"), store=(*_LEAD, posts.STORE_MANAGER), company=(posts.GENERAL_MANAGER,)
)
TAKE_ANSWERS = Permission(
    "aftersales.take_answers", _("Take the answers of a survey"), own=(posts.CUSTOMER_MANAGER,), store=(*_LEAD, posts.CS_OFFICER)
)
WORD_QUESTIONS = Permission("aftersales.word_questions", _("Word the questions of surveys"), store=_LEAD)

SEND_PARTS = Permission("aftersales.send_parts", _("Send a part to its maker"), store=(posts.AFTERSALES_HEAD, posts.CS_SUPERVISOR))
REVERSE_REPAIR_MONEY = Permission(
    "aftersales.reverse_repair_money", _("Take back a payment of a repair"), store=(posts.ACCOUNTANT,), company=(posts.FINANCE_SUPERVISOR,)
)
SEE_SIGNALS = Permission(
    "aftersales.see_signals", _("See faults that come again"),
    store=(posts.AFTERSALES_HEAD, posts.ENGINEERING_MANAGER, posts.STORE_MANAGER, posts.CS_SUPERVISOR), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
LOOK_INTO_SIGNAL = Permission(
    "aftersales.look_into_signal", _("Say why a fault came again"), store=(posts.ENGINEERING_MANAGER, posts.AFTERSALES_HEAD)
)
