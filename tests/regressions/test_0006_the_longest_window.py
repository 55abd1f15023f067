"""A window was measured in whole days, so that one of almost a day too much was let in.

Rule: a limit is checked at its own edge (SPEC N34).
"""

from __future__ import annotations

import pytest

from bookable import Interval, SearchLimitError
from bookable.limits import LONGEST_WINDOW
from tests.support.builders import NOW, US, a_request, a_scheduler, at


def test_the_longest_window_is_not_a_microsecond_longer():
    start = at("00:00")
    longest, too_long = (Interval(start, start + LONGEST_WINDOW + more) for more in (0 * US, US))
    scheduler = a_scheduler()

    assert len(scheduler.start_periods(a_request(), within=longest, now=NOW)) == 1
    with pytest.raises(SearchLimitError):
        scheduler.start_periods(a_request(), within=too_long, now=NOW)
