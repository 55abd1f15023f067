"""The world file keeps everything, has one text for each state, and refuses the rest by its type."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from bookable import CodecError, Recurrence, Scheduler, worlds
from bookable.codecs import plain
from bookable.codecs.iso import duration_text, instant_text, parse_duration, parse_instant
from bookable.worlds import NAMES
from tests.properties.test_recurrence_laws import rules, text_of
from tests.support import strategies as st
from tests.support.file_strategies import (
    blocks,
    bookings,
    chances,
    durations,
    instants,
    parts,
    scheduler_of,
    schedulers,
    texts,
    zones,
)
from tests.support.full_world import full_world

civil_times = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
endings = st.sampled_from(["", ";COUNT=7", ";UNTIL=20300302T080000Z"])
recurrences = st.builds(
    Recurrence,
    st.one_of(st.none(), st.builds(lambda parts, end: text_of(parts) + end, rules(), endings)),
    civil_times,
    zones,
    rdates=st.lists(civil_times, max_size=3),
    exdates=st.lists(civil_times, max_size=3),
)


@given(schedulers)
def test_reading_what_was_written_gives_the_same_state(scheduler: Scheduler) -> None:
    assert plain.decode(plain.encode(scheduler)) == scheduler
    assert plain.loads(plain.dumps(scheduler).encode()) == scheduler


@given(schedulers)
def test_writing_what_was_read_gives_the_same_text(scheduler: Scheduler) -> None:
    document, text = plain.encode(scheduler), plain.dumps(scheduler)

    assert json.loads(text) == document
    assert plain.dumps(plain.loads(text)) == text


@given(bookings("B-1"))
def test_a_booking_is_one_row_that_says_all_of_it(booking) -> None:
    row = json.loads(json.dumps(plain.encode_booking(booking)))

    assert plain.decode_booking(row) == booking
    assert plain.encode_booking(plain.decode_booking(row)) == row


@given(blocks)
def test_a_block_is_one_row_that_says_all_of_it(block) -> None:
    assert plain.decode_block(json.loads(json.dumps(plain.encode_block(block)))) == block


@given(recurrences)
def test_a_recurrence_is_one_row_that_says_all_of_it(recurrence) -> None:
    row = json.loads(json.dumps(plain.encode_recurrence(recurrence)))

    assert plain.decode_recurrence(row) == recurrence


@given(parts(), chances)
def test_the_order_of_what_is_given_does_not_show(made, chance) -> None:
    entries, booked, closed = made
    shuffled = (copy.deepcopy(entries), [*booked], [*closed])
    for key, values in shuffled[0].items():
        # The order of limits is part of what is said.
        if isinstance(made[0][key], list) and key != "limits":
            chance.shuffle(values)
    for values in shuffled[1:]:
        chance.shuffle(values)

    assert plain.dumps(scheduler_of(*shuffled)) == plain.dumps(scheduler_of(*made))


def _shuffled(value: object, chance) -> object:
    if isinstance(value, list):
        return [_shuffled(item, chance) for item in value]
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffled(value[key], chance) for key in keys}
    return value


@given(schedulers, chances)
def test_the_order_of_keys_means_nothing(scheduler: Scheduler, chance) -> None:
    document = _shuffled(plain.encode(scheduler), chance)

    assert plain.decode(document) == scheduler


@given(
    st.one_of(st.integers(), st.booleans(), st.floats(), texts, st.none()).filter(
        lambda v: type(v) is not int or v not in {1, 2}
    )
)
def test_every_other_version_is_refused(version: object) -> None:
    with pytest.raises(CodecError) as caught:
        plain.decode({"format": plain.FORMAT, "version": version})

    assert (caught.value.code, caught.value.path) == ("version", "$.version")


@given(instants)
def test_instants_keep_their_microsecond(moment: datetime) -> None:
    assert parse_instant(instant_text(moment)) == moment


@given(durations)
def test_durations_keep_their_microsecond(duration: timedelta) -> None:
    assert parse_duration(duration_text(duration)) == duration


# Documents that somebody broke ---------------------------------------------

DOCUMENTS = [full_world(), *(json.loads(worlds.world_text(name)) for name in NAMES)]

junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**25), 10**25),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(
            [
                *("PT0S", "PT30M", "P1Y", "2026-03-02T09:00:00Z", "2026-03-29T02:30:00", "UTC"),
                *("Europe", "Mo-Fr 09:00-17:00", "off", "a" * 129, "e\u0301", "\ud800", "\0"),
            ]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "start", "end", "units", "weekly", "zone", "any_of", "anchor"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=4,
)


def places(value: object, path: str = "$") -> list[tuple[object, object, str]]:
    """Every container in a document, with a key of it and the path of what stands there."""
    found: list[tuple[object, object, str]] = []
    if isinstance(value, dict):
        for key, item in value.items():
            inner = f"{path}.{key}" if key.isidentifier() else f"{path}[{key!r}]"
            found += [(value, key, inner), *places(item, inner)]
    if isinstance(value, list):
        for index, item in enumerate(value):
            found += [(value, index, f"{path}[{index}]"), *places(item, f"{path}[{index}]")]
    return found


def read_or_refused(document: object) -> CodecError | None:
    try:
        plain.decode(document)
    except CodecError as error:
        assert error.path.startswith("$")
        assert str(error) == f"{error.path}: {error.reason}"
        str(error).encode()
        return error
    return None


@given(st.data())
def test_whatever_is_put_into_a_document_it_is_read_or_refused_with_a_path(data) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key, _ = data.draw(st.sampled_from(places(document)))
        action = data.draw(st.sampled_from(["replace", "replace", "remove", "rename", "repeat"]))
        if action == "replace":
            container[key] = data.draw(junk)
        elif action == "remove":
            del container[key]
        elif isinstance(container, dict):
            container[data.draw(st.text(max_size=8))] = container[key]
        else:
            container.append(container[key])

    read_or_refused(document)


@given(st.data())
def test_the_path_leads_to_what_is_wrong(data) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    container, key, path = data.draw(st.sampled_from(places(document)))
    container[key] = [[[]]]

    error = read_or_refused(document)

    assert error is not None
    assert error.path.startswith(path) or path.startswith(error.path)


@given(junk)
def test_what_is_no_world_is_refused(document: object) -> None:
    assert read_or_refused(document) is not None


@given(st.sampled_from(NAMES), st.data())
def test_broken_bytes_are_read_or_refused(name: str, data) -> None:
    broken = bytearray(worlds.world_text(name).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))

    try:
        plain.loads(bytes(broken))
    except CodecError as error:
        assert error.path.startswith("$")


@given(st.binary(max_size=40))
def test_bytes_that_are_no_world_are_refused(data: bytes) -> None:
    with pytest.raises(CodecError):
        plain.loads(data)
