"""Entries of the catalogue as requests make, change and remove them."""

from __future__ import annotations

from collections.abc import Mapping

from bookable.codecs.highlevel._calls import Call
from bookable.codecs.highlevel._places import fields_at
from bookable.codecs.highlevel._queries import switch
from bookable.domain.catalogue import Catalogue
from bookable.domain.references import Entry
from bookable.scheduler import Scheduler


def with_new(call: Call, entry: Entry, paths: Mapping[str, str]) -> Scheduler:
    """The state with one more entry; the same content once more changes nothing.

    *paths* say where in the body the fields of the entry stand that name others.

    Raises:
        CodecError: If it names what does not exist.
        IdConflictError: If the id is taken.
    """
    with fields_at(paths):
        catalogue = _added(call.scheduler.catalogue, entry)
    return call.scheduler.with_catalogue(catalogue, now=call.now)


def with_changed(call: Call, entry: Entry, paths: Mapping[str, str]) -> Scheduler:
    """The state with an entry in place of the one of its id.

    Raises:
        CodecError: If it names what does not exist.
    """
    with fields_at(paths):
        catalogue = call.scheduler.catalogue.replace(entry)
    return call.scheduler.with_catalogue(catalogue, now=call.now)


def without(call: Call, entry_id: str) -> Scheduler:
    """The state without an entry; with ``cascade=true`` in the query without its users as well.

    Raises:
        ResourceInUseError: If it is used and nobody said what shall become of its users.
    """
    return _removed(
        call.scheduler, entry_id, call, cascade=call.query.read("cascade", switch, False)
    )


def _added(catalogue: Catalogue, entry: Entry) -> Catalogue:
    return catalogue.add(entry)


def _removed(state: Scheduler, entry_id: str, call: Call, *, cascade: bool) -> Scheduler:
    return state.remove(entry_id, now=call.now, cascade=cascade, detach=cascade)
