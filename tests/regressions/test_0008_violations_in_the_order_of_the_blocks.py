"""Two blocks of the same time were reported in the order in which they had been supplied.

Rule: the same input gives the same output, in whatever order it was supplied (SPEC N2).
"""

from __future__ import annotations

from tests.support.builders import NOW, a_block, a_booking, a_room, a_scheduler


def test_violations_do_not_depend_on_the_order_of_the_blocks():
    blocks = [a_block("K-2"), a_block("K-1")]

    one, two = (
        a_scheduler(a_room(), bookings=[a_booking()], blocks=order).violations(now=NOW)
        for order in (blocks, blocks[::-1])
    )

    assert one == two
    assert [each.detail["block_id"] for each in one] == ["K-1", "K-2"]
