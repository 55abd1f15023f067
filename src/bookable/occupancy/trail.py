"""What happened to a state lately: what differs from an older one is told without keeping that alive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from bookable.domain.claim import SessionKey

_MOST_STEPS: Final = 128


class _Step(NamedTuple):
    """The mark of a state, and what has other records or bookings there than in the one before."""

    mark: object
    records: tuple[str, ...] = ()
    sessions: tuple[SessionKey, ...] = ()


class Trail:
    """The last changes on the way to a state.

    >>> first = Trail()
    >>> then = first.onward(["ada"]).onward(["bob"])
    >>> records, sessions = then.since(first.mark)
    >>> sorted(records), sorted(sessions), first.since(then.mark)
    (['ada', 'bob'], [], None)
    """

    __slots__ = ("_steps",)

    def __init__(self, steps: tuple[_Step, ...] = ()) -> None:
        self._steps = steps or (_Step(object()),)

    @property
    def mark(self) -> object:
        """What tells the state from others: as long as it is the same, nothing came or went."""
        return self._steps[-1].mark

    def onward(self, records: Iterable[str], sessions: Iterable[SessionKey] = ()) -> Trail:
        """With one more change, of these records and sessions; the oldest is forgotten."""
        step = _Step(object(), tuple(records), tuple(sessions))
        return Trail((*self._steps[1 - _MOST_STEPS :], step))

    def since(self, mark: object) -> tuple[set[str], set[SessionKey]] | None:
        """The records and sessions that anything happened to since the state of that mark.

        None where that is none of the last on the way. O(changes)
        """
        records: set[str] = set()
        sessions: set[SessionKey] = set()
        for step in reversed(self._steps):
            if step.mark is mark:
                return records, sessions
            records.update(step.records)
            sessions.update(step.sessions)
        return None
