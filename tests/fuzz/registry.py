"""Every target, by its name."""

from __future__ import annotations

from tests.fuzz.of import busy, calendars, highlevel, own, search, zoom
from tests.fuzz.targets import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for module in (busy, calendars, highlevel, own, search, zoom)
    for target in module.TARGETS
}
