"""Who could serve at one start beside others who do, and why others cannot (SPEC N14, N32)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import attrs
from attrs import frozen

from bookable.availability.assignment import Options, able_candidates, assign, employing
from bookable.availability.explain import explain
from bookable.availability.question import Candidate
from bookable.availability.search import Search
from bookable.availability.serving import is_member, with_roles
from bookable.domain.refusal import Refusal


@frozen(eq=False)
class Picks:
    """Candidates of all roles, by member: those of a few are found without a look at all."""

    fixed: Options
    members: dict[str, list[tuple[int, Candidate]]]

    @classmethod
    def of(cls, options: Options) -> Picks:
        """The candidates of each role."""
        members: dict[str, list[tuple[int, Candidate]]] = defaultdict(list)
        for number, role in enumerate(options):
            for each in filter(is_member, role):
                members[each.resource.id].append((number, each))
        fixed = tuple(tuple(each for each in role if not is_member(each)) for role in options)
        return cls(fixed, dict(members))

    def just(self, host_ids: Iterable[str]) -> Options:
        """Those of each role that are no members, or these. O(k) for *k* hosts."""
        found = [list(role) for role in self.fixed]
        for key in sorted(host_ids):
            for number, each in self.members.get(key, ()):
                found[number].append(each)
        return tuple(map(tuple, found))


@frozen(eq=False)
class Judge:
    """One search for a hand-over: who could serve in it at the start, and why others cannot."""

    search: Search
    start: int
    everybody: Picks
    able: Picks

    @classmethod
    def of(cls, search: Search, start: int) -> Judge:
        """The judge of a search; whose turn it is, is not looked at."""
        question = search.question
        calendar = question.calendar
        assert calendar is not None, "what changes hands has a calendar"
        ranking = attrs.evolve(calendar.ranking, strict=False)
        question = attrs.evolve(question, calendar=attrs.evolve(calendar, ranking=ranking))
        search = attrs.evolve(search, question=question)
        places = search.at(start).places
        able = able_candidates(question, (place for place in places if places[place]))
        every = Picks.of(tuple(role.candidates for role in question.roles))
        return cls(search, start, every, Picks.of(able))

    def roles_of(self, host_id: str) -> tuple[tuple[int, ...], ...]:
        """The roles that somebody is a candidate for, and those that they could fill now."""
        return tuple(
            tuple(number for number, _ in picks.members.get(host_id, ()))
            for picks in (self.everybody, self.able)
        )

    def taken(self, hosts: Collection[str]) -> tuple[Candidate, ...] | None:
        """What fills all roles with just these hosts, each in one of them; None if nothing does."""
        options = self.able.just(hosts)
        taken = assign(self.search, options)
        if taken is None or {*hosts} == {each.resource.id for each in taken if is_member(each)}:
            return taken
        # Where a room would do as well as somebody, everybody still has to serve.
        return employing(self.search.question, options, hosts)

    def reasons(self, hosts: Collection[str], *, anew: bool) -> tuple[Refusal, ...]:
        """Why these hosts cannot serve. What is so whoever serves is told again only if *anew*."""
        question = self.search.question
        options = self.everybody.just(hosts)
        roles = (
            attrs.evolve(role, candidates=candidates)
            for role, candidates in zip(question.roles, options, strict=True)
        )
        asked = with_roles(question, roles)
        if not anew:
            limits = tuple(each for each in question.limits if each.is_for_resources)
            asked = attrs.evolve(asked, limits=limits)
        return explain(attrs.evolve(self.search, question=asked), self.start)
