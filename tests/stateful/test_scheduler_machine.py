"""The whole life of a scheduler against the oracle: any command, in any order.

The rules are the commands of `bookable.testing.pair`, which compares each answer with the
oracle's as it goes; the invariants compare everything stored, after every step.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bookable.testing import realise
from bookable.testing.axis import AXIS
from bookable.testing.choices import EVERY_RULE, LIFE
from bookable.testing.compare import check_starts, check_state, merged
from bookable.testing.pair import Pair
from bookable.testing.reading import WINDOW
from bookable.testing.strategies import numbers, pairs
from bookable.testing.world import World
from tests.support import strategies as st

SHARE_OF_EXAMPLES = 5  # a history costs as much as many small examples
MOST_SNAPSHOTS = 4


class SchedulerMachine(RuleBasedStateMachine):
    """Commands, each told to the engine and to the oracle."""

    @initialize(pair=pairs(EVERY_RULE))
    def start(self, pair: Pair) -> None:
        self.begin(pair)

    def begin(self, pair: Pair) -> None:
        """Take a pair that was made for this machine."""
        self.pair = pair
        self.snapshots: list[tuple[Pair, World]] = []
        self.ids: set[str] = set()
        self.version = pair.scheduler.version

    @rule(which=numbers(), how=numbers(), thing=numbers(), edge=numbers())
    def book(self, which, how, thing, edge):
        self.pair.run(("book", which, how, thing, edge))

    @rule(which=numbers(), how=numbers(), thing=numbers(), edge=numbers())
    def reschedule(self, which, how, thing, edge):
        self.pair.run(("reschedule", which, how, thing, edge))

    @rule(which=numbers(), how=numbers(), thing=numbers(), edge=numbers())
    def block(self, which, how, thing, edge):
        self.pair.run(("block", which, how, thing, edge))

    @rule(which=numbers(), how=numbers(), thing=numbers(), edge=numbers())
    def change_the_catalogue(self, which, how, thing, edge):
        self.pair.run(("change", which, how, thing, edge))

    @rule(which=numbers(), how=numbers(), thing=numbers(), edge=numbers())
    def hold(self, which, how, thing, edge):
        self.pair.run(("hold", which, how, thing, edge))

    @rule(which=numbers(), how=numbers(), thing=numbers(), edge=numbers())
    def let_time_pass(self, which, how, thing, edge):
        self.pair.run(("tick", which, how, thing, edge))

    @rule(
        word=st.sampled_from(["cancel", "extend", "confirm", "decline", "sweep"]),
        which=numbers(),
        how=numbers(),
        thing=numbers(),
    )
    def think_again(self, word, which, how, thing):
        self.pair.run((word, which, how, thing, 0))

    @rule(
        word=st.sampled_from(["check_in", "activity", "check_out", "complete", "miss"]),
        which=numbers(),
        how=numbers(),
        thing=numbers(),
    )
    def come_and_go(self, word, which, how, thing):
        self.pair.run((word, which, how, thing, 0))

    @rule(
        word=st.sampled_from(["join", "unblock", "book_late"]),
        which=numbers(),
        how=numbers(),
    )
    def simple_command(self, word, which, how):
        self.pair.run((word, which, how, 0, 0))

    @rule(
        word=st.sampled_from(
            ["series", "recur", "change_series", "promote", "group", "repair", "override"]
        ),
        which=numbers(),
        how=numbers(),
        thing=numbers(),
        edge=numbers(),
    )
    def decide_about_many(self, word, which, how, thing, edge):
        self.pair.run((word, which, how, thing, edge))

    @rule(
        word=st.sampled_from(["reassign", "cancel_series", "drop_series"]),
        which=numbers(),
        how=numbers(),
        thing=numbers(),
    )
    def hand_over_or_end(self, word, which, how, thing):
        self.pair.run((word, which, how, thing, 0))

    @rule(which=numbers(), how=numbers())
    def repeat_a_command(self, which, how):
        self.pair.run(("repeat", which, how, 0, 0))

    @rule(
        word=st.sampled_from(["list", "pieces", "look"]),
        which=numbers(),
        how=numbers(),
        first=numbers(),
        length=numbers(),
    )
    def ask(self, word, which, how, first, length):
        self.pair.run((word, which, how, first, length))

    @rule()
    def keep_a_snapshot(self):
        pair = self.pair
        world = pair.world.copy()
        frozen = Pair(world, pair.scheduler, pair.asks, pair.requests, pair.now)
        self.snapshots = [*self.snapshots[1 - MOST_SNAPSHOTS :], (frozen, world)]

    @invariant()
    def everything_stored_and_every_violation_agrees_with_the_oracle(self):
        check_state(self.pair.scheduler, self.pair.world, self.pair.now)

    @invariant()
    def the_ledger_holds_together(self):
        self.pair.scheduler.check()

    @invariant()
    def versions_rise_and_ids_stay(self):
        scheduler = self.pair.scheduler
        assert scheduler.version >= self.version
        assert self.ids <= set(scheduler.bookings)
        self.version, self.ids = scheduler.version, set(scheduler.bookings)

    @invariant()
    def whatever_was_given_up_is_only_ever_less(self):
        """At no later time is anything wrong that is not wrong now: what passes by itself gives back."""
        pair = self.pair
        now, later = realise.moment(pair.now), realise.moment(AXIS)
        known = merged(pair.scheduler.violations(now=now))
        for key, (units, _) in merged(pair.scheduler.violations(now=later)).items():
            assert units <= known.get(key, (frozenset(), frozenset()))[0], key

    @invariant()
    def an_old_scheduler_never_sees_a_later_command(self):
        for frozen, world in self.snapshots[:1]:
            check_state(frozen.scheduler, world, frozen.now)
            asked = frozen.question(0, 0)
            if asked is not None:
                check_starts(frozen.scheduler, world, *asked, within=WINDOW, now=frozen.now)

    def teardown(self):
        for frozen, _world in getattr(self, "snapshots", ()):
            frozen.audit()


class LifeMachine(SchedulerMachine):
    """The same in worlds with few rules but those of the life of bookings."""

    @initialize(pair=pairs(LIFE))
    def start(self, pair: Pair) -> None:
        self.begin(pair)


TestLifeMachine = LifeMachine.TestCase
TestSchedulerMachine = SchedulerMachine.TestCase
TestLifeMachine.settings = settings(
    max_examples=max(10, settings.default.max_examples // SHARE_OF_EXAMPLES)
)
TestSchedulerMachine.settings = settings(
    max_examples=max(10, settings.default.max_examples // SHARE_OF_EXAMPLES)
)
