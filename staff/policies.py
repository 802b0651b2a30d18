"""Who may do what with people, accounts, stores and the company's profile."""

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

OFFICE = (posts.GENERAL_MANAGER, posts.HR, posts.ADMINISTRATOR)
COMPANY_HEADS = (
    *OFFICE,
    posts.MARKETING_MANAGER,
    posts.ENGINEERING_MANAGER,
    posts.ENGINEERING_ASSISTANT,
    posts.SUPERVISION_MANAGER,
    posts.CS_MANAGER,
    posts.CS_SUPERVISOR,
    posts.AFTERSALES_HEAD,
    posts.FINANCE_SUPERVISOR,
)

SEE_PEOPLE = Permission(
    "staff.see_people",
    _("See colleagues and their posts"),
    store=posts.all_codes(),
    company=COMPANY_HEADS,
)
MANAGE_PEOPLE = Permission(
    "staff.manage_people",
    _("Hire people, give and end posts, let people go"),
    company=(posts.HR, posts.ADMINISTRATOR),
)
MANAGE_ACCOUNTS = Permission(
    "staff.manage_accounts",
    _("Reset passwords and end the sessions of others"),
    company=(posts.HR, posts.ADMINISTRATOR),
)
SEE_POSTS = Permission("staff.see_posts", _("See the posts and what each may"), company=OFFICE)
SEE_STORES = Permission("staff.see_stores", _("See the stores"), store=posts.all_codes(), company=COMPANY_HEADS)
OPEN_STORES = Permission(
    "staff.open_stores", _("Open stores and change their particulars"), company=(posts.ADMINISTRATOR,)
)
EDIT_COMPANY = Permission(
    "staff.edit_company", _("Change the company's profile as papers show it"), company=(posts.ADMINISTRATOR,)
)
CHOOSE = Permission(
    "staff.choose", _("Choose where the handbook leaves a choice to the company"), company=(posts.GENERAL_MANAGER, posts.ADMINISTRATOR)
)
