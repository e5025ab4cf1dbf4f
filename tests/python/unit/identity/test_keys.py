"""Keys that live: random histories of people who meet and part, against the rules written out in plain Python."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import md5

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.models import ModelRunner

#: As dbt orders them: what is remembered of keys, from the links to the marts.
MODELS = (
    "int_identity__plan",
    "int_identity__components",
    "int_identity__resolution",
    "int_identity__key_changes",
    "int_identity__events",
    "int_identity__key_log",
    "int_identity__assignments",
    "int_identity__resolves",
    "int_identity__clusters",
    "contact_keys",
    "identity_events",
)
STATE = ("events", "key_log", "assignments", "resolves")

#: What is known at one moment: which evidence carries which identifier.
Moment = frozenset[tuple[str, str]]

EDGES = st.tuples(st.integers(0, 9).map("e{}".format), st.integers(0, 7).map("phone:{}".format))
HISTORY = st.lists(st.frozensets(EDGES, max_size=16), min_size=1, max_size=5)


def hashed(text: str) -> str:
    """Hash as the models do."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()


@dataclass
class World:
    """A warehouse with nothing in it but identity. Each resolve is a later day."""

    runner: ModelRunner
    day: int = 0
    first_seen: dict[tuple[str, str], int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def know(self, edges: Moment) -> None:
        """Make ``edges`` everything there is to know."""
        self.day += 1
        con = self.runner.connection
        self.runner.now = f"2026-11-{self.day:02d} 04:00:00"
        for edge in edges:
            self.first_seen.setdefault(edge, self.day)
        rows = [
            (evidence, node, f"2026-11-{self.first_seen[evidence, node]:02d}", self.names.get(evidence))
            for evidence, node in sorted(edges)
        ]
        con.execute("delete from int_identity__links")
        con.execute("delete from int_identity__identifiers")
        con.execute("delete from int_identity__evidence")
        con.execute("delete from int_contacts__profiles")
        if not rows:
            return
        con.executemany("insert into int_identity__links values ($1, $2, $2, 7, $3, $4, false, null, null)", rows)
        con.execute(
            "insert into int_identity__identifiers "
            "select evidence_id, 'phone', split_part(node, ':', 2), 'phone', node, first_observed_at "
            "from int_identity__links"
        )
        con.execute(
            "insert into int_identity__evidence select evidence_id, 'bigdbm', 'r-' || evidence_id, "
            "min(first_observed_at) from int_identity__links group by evidence_id"
        )
        con.execute(
            "insert into int_contacts__profiles select evidence_id, 'r-' || evidence_id, 'Ada', 'Roe', null, "
            "min(first_observed_at) from int_identity__links where name_key is not null group by evidence_id"
        )

    def resolve(self, edges: Moment) -> None:
        """Know, and run the models."""
        self.know(edges)
        self.build()

    def build(self, killed_at: str | None = None) -> None:
        """Run the models, all or those before one of them."""
        for name in MODELS:
            if name == killed_at:
                return
            if name == "int_identity__plan":
                self._plan()
            else:
                self.runner.build([name])

    def _plan(self) -> None:
        """Stand in for the model: everything is looked at (what is touched has tests of its own)."""
        happened = [
            self.runner.rows(f"select coalesce(max(resolve), 0) from {table}")[0][0]
            for table in ("int_identity__assignments", "int_identity__resolves")
            if self.runner.exists(table)
        ]
        self.runner.connection.execute(
            f"create or replace table int_identity__plan as select {max(happened, default=0) + 1} as resolve, "
            f"cast('{self.runner.now}' as timestamp) as resolved_at, true as is_full, 'all' as reason, "
            "now() as known_until, 0 as known_rows, '' as known_hash, '' as rules_hash"
        )

    def keys(self) -> dict[str, str]:
        """Return the key of every evidence."""
        return dict(self.runner.rows("select evidence_id, contact_key from int_identity__clusters"))

    def given(self) -> dict[str, str | None]:
        """Return whom every key stands for."""
        return dict(self.runner.rows("select given_key, contact_key from contact_keys"))

    def events(self) -> list[tuple[str, str | None, str | None]]:
        """Return what happened, in order of resolves."""
        return self.runner.rows(
            "select event_type, contact_key, former_key from int_identity__events order by resolve, event_key"
        )


@cache
def runner(number: int) -> ModelRunner:
    """Return a runner; its macros are read once."""
    return ModelRunner(duckdb.connect())


def make_world(number: int = 0) -> World:
    """Start with empty inputs. Worlds that live at the same time need different numbers."""
    con = duckdb.connect()
    runner(number).connection = con
    con.execute(
        "create table int_identity__links (evidence_id varchar, node varchar, anchor varchar, type_rank integer, "
        "first_observed_at timestamp, name_key varchar, is_weak boolean, birth_year integer, "
        "person_ref_type varchar)"
    )
    con.execute(
        "create table int_identity__identifiers (evidence_id varchar, identifier_type varchar, "
        "identifier_value varchar, node_type varchar, node varchar, first_observed_at timestamp)"
    )
    con.execute("create table int_identity__scope (evidence_id varchar)")
    con.execute("create table int_identity__cuts (node varchar, action varchar, reason varchar)")
    con.execute(
        "create table int_identity__evidence (evidence_id varchar, vendor varchar, record_id varchar, "
        "first_observed_at timestamp)"
    )
    con.execute(
        "create table int_contacts__profiles (evidence_id varchar, record_id varchar, first_name varchar, "
        "last_name varchar, zip varchar, observed_at timestamp)"
    )
    return World(runner(number))


@pytest.fixture
def world() -> Iterator[World]:
    """Yield a world of the test's own."""
    made = make_world()
    yield made
    made.runner.connection.close()


def edges(*groups: str) -> Moment:
    """``"abc"`` is evidence a, b and c on one value named after the first of them."""
    return frozenset((member, f"phone:{group[0]}") for group in groups for member in group)


@dataclass
class Reference:
    """The rules on keys, one after the other. ``given``: (resolve, observed, anchor) at the last resolve."""

    keys: dict[str, str] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    oldest: dict[str, tuple[int, str]] = field(default_factory=dict)
    standing: dict[str, str | None] = field(default_factory=dict)
    events: Counter[tuple[str, str | None, str | None]] = field(default_factory=Counter)
    resolve: int = 0

    def step(self, known: Moment, seen: dict[tuple[str, str], int]) -> None:
        """Resolve one moment."""
        self.resolve += 1
        people = self._people(known)
        age = {e: min(seen[edge] for edge in known if edge[0] == e) for e, _ in known}
        oldest = {p: min((seen[edge], edge[1]) for edge in known if edge[0] in p) for p in people}
        formers = set(self.keys.values())

        home: dict[str, frozenset[str]] = {}
        for former in formers:
            parts = [frozenset(e for e in p if self.keys.get(e) == former) for p in people]
            parts = [part for part in parts if part]
            if parts:
                largest = min(parts, key=lambda p: (-len(p), min(age[e] for e in p), min(p)))
                home[former] = next(p for p in people if largest <= p)
        key: dict[frozenset[str], str] = {}
        for person in people:
            kept = [former for former in home if home[former] == person]
            if kept:
                key[person] = min(kept, key=lambda k: (self.since[k], *self.oldest[k], k))
            else:
                key[person] = hashed(oldest[person][1])
                if key[person] in formers:
                    key[person] = hashed(f"{oldest[person][1]}|{min(person)}|{self.resolve}")

        self.events.update(self._changes(people, key, home, formers))
        new = {e: key[person] for person in people for e in person}
        for given_key in [k for k, whose in self.standing.items() if whose in formers]:
            whose = self.standing[given_key]
            assert whose is not None
            if whose not in key.values():
                self.standing[given_key] = key[home[whose]] if whose in home else None
        self.standing |= {k: k for k in key.values()}
        self.since = {k: self.since[k] if k in formers else self.resolve for k in key.values()}
        self.oldest = {key[person]: oldest[person] for person in people}
        self.keys = new

    def _changes(
        self,
        people: Sequence[frozenset[str]],
        key: dict[frozenset[str], str],
        home: dict[str, frozenset[str]],
        formers: set[str],
    ) -> Iterator[tuple[str, str | None, str | None]]:
        for person in people:
            before = {self.keys[e] for e in person if e in self.keys}
            if not before:
                yield "created", key[person], None
            for former in before - {key[person]}:
                yield ("merged" if home[former] == person else "split"), key[person], former
        for former in formers - home.keys():
            yield "retired", None, former

    @staticmethod
    def _people(known: Moment) -> list[frozenset[str]]:
        carriers = defaultdict(set)
        for evidence, node in known:
            carriers[node].add(evidence)
        merged: list[frozenset[str]] = []
        for new in map(frozenset, carriers.values()):
            apart = [old for old in merged if not old & new]
            merged = [*apart, new.union(*(old for old in merged if old & new))]
        return merged


@settings(deadline=None, max_examples=25)
@given(HISTORY)
def test_keys_events_and_the_log_follow_the_rules(history: list[Moment]) -> None:
    world, reference = make_world(), Reference()
    for known in history:
        world.resolve(known)
        reference.step(known, world.first_seen)
        assert world.keys() == reference.keys
        assert world.given() == reference.standing
        assert Counter(world.events()) == reference.events
    living = set(world.keys().values())
    assert {whose for whose in world.given().values() if whose} == living


@settings(deadline=None, max_examples=10)
@given(HISTORY, st.lists(st.tuples(st.integers(0, 4), st.sampled_from(MODELS), st.frozensets(EDGES, max_size=16))))
def test_a_resolve_that_is_killed_between_models_leaves_no_trace(
    history: list[Moment], kills: list[tuple[int, str, Moment]]
) -> None:
    """The next run may even know something else: until the assignments are written, nothing has happened."""
    undisturbed, killed = make_world(), make_world(1)
    before = MODELS[: MODELS.index("int_identity__assignments") + 1]
    for number, known in enumerate(history):
        undisturbed.resolve(known)
        for _, model, other in [kill for kill in kills if kill[0] == number and kill[1] in before]:
            seen, day = dict(killed.first_seen), killed.day
            killed.know(other)
            killed.build(killed_at=model)
            killed.first_seen, killed.day = seen, day
        killed.resolve(known)
    assert killed.keys() == undisturbed.keys()
    assert killed.given() == undisturbed.given()
    assert killed.events() == undisturbed.events()


def test_a_resolve_that_is_killed_after_its_assignments_has_happened(world: World) -> None:
    world.resolve(edges("ab", "cd"))
    world.know(edges("ab", "cd", "xad"))
    world.build(killed_at="int_identity__resolves")
    world.resolve(edges("ab", "cd", "xad"))
    assert [event for event in world.events() if event[0] == "merged"] == [
        ("merged", hashed("phone:a"), hashed("phone:c"))
    ]


def test_a_merge_keeps_the_older_key_and_names_its_cause(world: World) -> None:
    world.resolve(edges("ab"))
    world.resolve(edges("ab", "cd"))
    older, younger = hashed("phone:a"), hashed("phone:c")
    world.resolve(edges("ab", "cd", "xbc"))
    assert set(world.keys().values()) == {older}
    assert world.given() == {older: older, younger: older}
    assert world.runner.rows(
        "select contact_key, former_key, identifier_type, identifier_value, vendor, record_id, reason "
        "from identity_events where event_type = 'merged'"
    ) == [(older, younger, "phone", "x", "bigdbm", "r-b", "one person: both carry the phone")]


def test_a_split_keeps_the_key_with_the_larger_part_and_names_its_cause(world: World) -> None:
    world.resolve(edges("abcde"))
    world.runner.connection.execute(
        "insert into int_identity__cuts values ('phone:a', 'by_name', 'people of different names answer')"
    )
    kept = hashed("phone:a")
    torn = frozenset({*((e, "phone:a") for e in "cde"), *((e, "phone:a|roe") for e in "ab")})
    world.know(torn)
    world.runner.connection.execute("update int_identity__identifiers set node = 'phone:a'")
    world.build()
    keys = world.keys()
    assert {keys[e] for e in "cde"} == {kept}
    assert {keys[e] for e in "ab"} == {hashed("phone:a|roe")}
    ((key, former, reason),) = world.runner.rows(
        "select contact_key, former_key, reason from identity_events where event_type = 'split'"
    )
    assert (key, former) == (hashed("phone:a|roe"), kept)
    assert reason == "another person: the phone joins them no longer, people of different names answer"


def test_a_tie_goes_to_the_older_evidence(world: World) -> None:
    world.resolve(edges("za"))
    world.resolve(edges("zab", "bc"))
    world.resolve(edges("za", "bc"))
    keys = world.keys()
    assert keys["z"] == keys["a"] == hashed("phone:z")
    assert keys["b"] == keys["c"] != keys["a"]


def test_one_join_re_keys_a_table_through_several_merges(world: World) -> None:
    world.resolve(edges("ab", "cd", "ef", "gh"))
    downstream = world.keys()
    world.resolve(edges("ab", "cd", "ef", "gh", "xeg"))
    world.resolve(edges("ab", "cd", "ef", "gh", "xeg", "yce"))
    world.resolve(edges("ab", "cd", "ef", "gh", "xeg", "yce", "zac"))
    con = world.runner.connection
    con.execute("create table downstream (evidence_id varchar, contact_key varchar)")
    con.executemany("insert into downstream values (?, ?)", list(downstream.items()))
    re_keyed = dict(
        con.execute(
            """
            select downstream.evidence_id, contact_keys.contact_key
            from downstream
            inner join contact_keys on downstream.contact_key = contact_keys.given_key
            """
        ).fetchall()
    )
    assert re_keyed == {evidence: world.keys()[evidence] for evidence in downstream}
    assert len(set(re_keyed.values())) == 1


def test_a_key_that_was_merged_lives_again_when_its_person_parts(world: World) -> None:
    world.resolve(edges("abc", "de"))
    world.resolve(edges("abc", "de", "xad"))
    world.resolve(edges("abc", "de"))
    assert world.keys()["d"] == hashed("phone:d")
    assert world.given() == {hashed("phone:a"): hashed("phone:a"), hashed("phone:d"): hashed("phone:d")}


def test_a_person_who_gets_a_name_is_identified_once(world: World) -> None:
    world.resolve(edges("a"))
    world.names["b"] = "ada|roe"
    world.resolve(edges("ab"))
    world.resolve(edges("ab"))
    assert world.events() == [
        ("created", hashed("phone:a"), None),
        ("identified", hashed("phone:a"), None),
    ]


def test_numbers_of_resolves_are_not_given_again_when_everybody_is_gone(world: World) -> None:
    world.resolve(edges("ab"))
    world.resolve(frozenset())
    world.resolve(edges("cd"))
    assert [event[0] for event in world.events()] == ["created", "retired", "created"]
    assert world.given() == {hashed("phone:a"): None, hashed("phone:c"): hashed("phone:c")}


def test_without_state_the_oldest_identifier_gives_the_key(world: World) -> None:
    """A lost warehouse: what was never torn apart gets the key it had."""
    for known in (edges("ab"), edges("ab", "cd"), edges("ab", "cd", "xbc"), edges("ab", "cd", "xbc", "ef")):
        world.resolve(known)
    before = world.keys()
    for table in STATE:
        world.runner.connection.execute(f"drop table int_identity__{table} cascade")
    world.build()
    assert world.keys() == before
