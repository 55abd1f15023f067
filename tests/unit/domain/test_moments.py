from __future__ import annotations

import pytest

from bookable import NaiveDatetimeError
from bookable.domain import moments
from tests.support.builders import NOW

FIELDS = {
    moments.created_moment: "created_at",
    moments.expiry_moment: "expires_at",
    moments.check_in_moment: "checked_in_at",
    moments.cancel_moment: "cancelled_at",
    moments.end_moment: "ended_at",
    moments.planned_moment: "planned_end",
    moments.rooms_moment: "rooms_until",
}


@pytest.mark.parametrize("moment", FIELDS)
def test_a_moment_is_aware_or_none(moment):
    assert moment(None) is None
    assert moment(NOW) == NOW
    with pytest.raises(NaiveDatetimeError) as error:
        moment(NOW.replace(tzinfo=None))
    assert FIELDS[moment] in str(error.value)
