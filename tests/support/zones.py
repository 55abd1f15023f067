"""Zone data as another release of the database would have it."""

from __future__ import annotations

import struct
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1)


def zone_with(key: str, offset: timedelta, *changes: tuple[datetime, timedelta]) -> ZoneInfo:
    """The zone of that name, of which somebody decided otherwise: its offset, and changes at UTC times."""
    offsets = list(dict.fromkeys([offset, *(later for _, later in changes)]))
    times = [int((at - EPOCH).total_seconds()) for at, _ in changes]
    name = b"X\0"
    data = struct.pack(">4s1s15x6l", b"TZif", b"\0", 0, 0, 0, len(times), len(offsets), len(name))
    data += struct.pack(f">{len(times)}l", *times)
    data += bytes(offsets.index(later) for _, later in changes)
    for each in offsets:
        data += struct.pack(">lBB", int(each.total_seconds()), 0, 0)
    return ZoneInfo.from_file(BytesIO(data + name), key=key)
