"""The calendars API of HighLevel: its bodies in and out, and all of its endpoints as one function.

`handle` answers a request. Each message has its own module for who routes requests otherwise: `resources`,
`calendars`, `schedules`, `free_slots`, `blocks`, `appointments`.
"""

from bookable.codecs.highlevel._answers import answer_of, unauthorized
from bookable.codecs.highlevel.service import NOT_SERVED, ROUTES, Route, handle

__all__ = ["NOT_SERVED", "ROUTES", "Route", "answer_of", "handle", "unauthorized"]
