"""A refusal is an answer for a person: what is missing and who can clear it.  Everything else crashes loudly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.forms import BaseForm


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not there yet.

    says: the thing and the verb it waits for; who: the people who can clear it; gate: its id (G3); link: where it is done.
    """

    says: str
    who: str = ""
    gate: str = ""
    link: str = ""
    waivable: str = ""


class Refused(Exception):
    """An act that the rules do not allow now, with the sentence for the person who tried."""

    def __init__(self, message: object, missing: Sequence[Missing] = ()) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.missing = tuple(missing)

    def __str__(self) -> str:
        return self.message


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Show a refusal on the form that was refused; the input stays.

    A constraint of the database that another person's act has just made true is told the same way.
    """
    try:
        yield
    except Refused as refusal:
        form.refusal = refusal  # type: ignore[attr-defined]
        form.add_error(None, refusal.message)
    except IntegrityError as error:
        said = Refused(sentence_of(error))
        form.refusal = said  # type: ignore[attr-defined]
        form.add_error(None, said.message)


def sentence_of(error: IntegrityError) -> str:
    """The words for a database refusal: the guard's own sentence if it has one, else 'somebody was faster'."""
    cause = error.__cause__
    diag = getattr(cause, "diag", None)
    if diag is not None and diag.sqlstate == "23514" and diag.message_primary and not diag.table_name:
        return str(_(diag.message_primary))
    return str(_("Somebody else has just saved this. Open the page again and look."))
