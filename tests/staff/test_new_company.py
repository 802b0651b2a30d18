"""`./run new`: an empty company on an empty database, from options."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from core.models import CompanyProfile
from staff.models import Store, User
from tests.staff.test_company import picture
from tests.staff.test_imports import BAD, GOOD, workbook


@pytest.fixture
def empty(django_db_setup, databases, django_db_blocker):
    """A migrated database without any company, as `./run new` finds it."""
    with django_db_blocker.unblock(), databases.bare("new") as name:
        yield name


@pytest.fixture(scope="module")
def kept_empty(django_db_setup, databases, django_db_blocker):
    with django_db_blocker.unblock(), databases.bare("nothing") as name:
        databases.point_at(databases.name)
        yield name


@pytest.fixture
def still_empty(kept_empty, databases, django_db_blocker):
    """The same, for all tests in which nothing is made: it is as empty after each as it was before."""
    with django_db_blocker.unblock(), databases.at(kept_empty):
        yield kept_empty


def test_new_company_sets_everything_up_and_prints_the_first_passwords_once(empty, tmp_path, capsys):
    people, logo = tmp_path / "people.xlsx", tmp_path / "logo.png"
    people.write_bytes(workbook([[*GOOD[0][:3], None, *GOOD[0][4:5], "程维", None]]))
    logo.write_bytes(picture().read())
    call_command(
        "new_company", no_input=True, name="素行装饰工程有限公司", uscc="91110000802100433B", address="文二西路 18 号",
        hotline="400-820-1188", bank_name="建设银行", bank_account="3305016170530000", administrator="程维",
        store=["CX:城西店:杭州"], logo=logo, people=people,
    )  # fmt: skip

    printed = capsys.readouterr().out
    profile = CompanyProfile.objects.get()
    administrator, designer = User.objects.get(username="chengwei"), User.objects.get(username="shanxiaotong")
    assert (profile.name, profile.bank_account, profile.logo is not None) == (
        "素行装饰工程有限公司",
        "3305016170530000",
        True,
    )
    assert Store.objects.get().code == "CX"
    assert administrator.posts == {"administrator"}
    assert (designer.posts, designer.superior) == ({"designer"}, administrator)
    for line, person in zip(printed.splitlines()[2:4], (administrator, designer), strict=True):
        assert person.must_change_password
        assert person.check_password(line.split("\t")[2])
    with pytest.raises(CommandError):
        call_command("new_company", no_input=True, name="又一家", administrator="某人", store=["AA:一店"])


@pytest.mark.parametrize(
    "options",
    [
        {}, {"name": "素行", "store": ["CX:城西店"]}, {"name": "素行", "administrator": "程维"},
        {"name": "素行", "administrator": "程维", "store": ["城西店"]}, {"name": "素行", "administrator": "程维", "store": ["cx:城西店"]},
        {"name": "素行", "administrator": "程维", "store": ["CX:城西店"], "uscc": "1"},
        {"name": "素行", "administrator": "程维", "store": ["CX:城西店"], "people": "missing.xlsx"},
        {"name": "素行", "administrator": "程维", "store": ["CX:城西店", "CX:又一家"]},
    ],
)  # fmt: skip
def test_new_company_makes_nothing_when_something_is_missing(still_empty, options, tmp_path):
    if "people" in options:
        options = options | {"people": tmp_path / options["people"]}
    with pytest.raises(CommandError):
        call_command("new_company", no_input=True, **options)

    assert (CompanyProfile.objects.count(), Store.objects.count(), User.objects.count()) == (0, 0, 0)


def test_new_company_with_bad_rows_makes_nothing_unless_they_may_be_skipped(empty, tmp_path, capsys):
    path = tmp_path / "people.xlsx"
    path.write_bytes(workbook([[*GOOD[0][:5], None, None], BAD[1]]))
    options = {"name": "素行", "administrator": "程维", "store": ["CX:城西店"], "people": path, "no_input": True}

    with pytest.raises(CommandError):
        call_command("new_company", **options)
    assert User.objects.count() == 0
    assert "4" in capsys.readouterr().err
    call_command("new_company", **options, skip_bad_rows=True)

    assert set(User.objects.values_list("username", flat=True)) == {"chengwei", "shanxiaotong"}
