"""A resolve that looks only at what is new decides what one over everything would: random worlds and arrivals."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from unit.identity.worlds import GROWN, MODELS, RECORDS, Record, World, numbered

ARRIVALS = st.lists(st.lists(RECORDS, min_size=1, max_size=7), min_size=2, max_size=4)
ONLY_NEW = "only new records"

# Shrinking a world takes minutes, and the failing one is printed anyway.
thorough = settings(
    deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow]
)


def on_days(arrivals: Sequence[Sequence[Record]]) -> list[list[Record]]:
    """Return what is known on each day: everything up to it. Records are observed on the day they come."""
    came = [replace(record, day=day) for day, records in enumerate(arrivals, start=1) for record in records]
    return [[record for record in numbered(came) if record.day <= day] for day in range(1, len(arrivals) + 1)]


def grow(world: World, days: Sequence[Sequence[Record]], *, everything: bool = False) -> None:
    """Resolve day after day."""
    for day, known in enumerate(days, start=1):
        world.know(known, day)
        world.resolve(everything=everything)


def assert_made_at_once(grown: World, known: Sequence[Record], day: int) -> None:
    """Compare every table of identity that grows with one that is made of the same records at once."""
    whole = World(1)
    for seed in ("identity_rules", "identity_decisions"):
        rules = grown.con.table(seed).to_arrow_table()
        whole.con.execute(f"create or replace table {seed} as select * from rules")
        assert whole.con.table(seed).to_arrow_table() == rules
    whole.know(known, day)
    whole.resolve()
    for table in GROWN:
        assert grown.content(table) == whole.content(table), table
    assert grown.people() == whole.people()


@settings(thorough, max_examples=10)
@given(ARRIVALS)
def test_what_grew_equals_what_is_made_at_once(arrivals: list[list[Record]]) -> None:
    grown, days = World(), on_days(arrivals)
    grow(grown, days)
    assert set(grown.reasons()[1:]) == {ONLY_NEW}
    assert_made_at_once(grown, days[-1], len(days))


@settings(thorough, max_examples=6)
@given(ARRIVALS)
def test_keys_and_events_are_those_of_resolves_over_everything(arrivals: list[list[Record]]) -> None:
    grown, whole, days = World(), World(1), on_days(arrivals)
    grow(grown, days)
    grow(whole, days, everything=True)
    for table in ("int_identity__clusters", "contact_keys", "identity_events"):
        assert grown.content(table) == whole.content(table), table


@settings(thorough, max_examples=5)
@given(ARRIVALS, st.data())
def test_what_comes_late_or_goes_is_seen(arrivals: list[list[Record]], data: st.DataObject) -> None:
    """Late: observed before the last resolve, as a segment that took its time. Gone: erased."""
    grown, days = World(), on_days(arrivals)
    grow(grown, days)
    late = [
        replace(record, number=900 + n, day=1) for n, record in enumerate(data.draw(st.lists(RECORDS, max_size=2)))
    ]
    gone = data.draw(st.sets(st.sampled_from([record.number for record in days[-1]]), max_size=2))
    known = [record for record in days[-1] if record.number not in gone] + late
    grown.know(known, len(days) + 1)
    grown.resolve()
    if late or gone:
        assert grown.reasons()[-1].startswith("what was known is another")
    assert_made_at_once(grown, known, len(days) + 1)


@settings(thorough, max_examples=4)
@given(ARRIVALS, st.sampled_from(MODELS[MODELS.index("int_identity__plan") + 1 :]))
def test_a_resolve_that_was_killed_is_made_good_by_the_next(arrivals: list[list[Record]], killed_at: str) -> None:
    grown, undisturbed, days = World(), World(1), on_days(arrivals)
    grow(grown, days[:-1])
    grown.know(days[-1], len(days))
    grown.resolve(until=killed_at)
    grown.resolve()
    grow(undisturbed, days)
    if killed_at not in MODELS[MODELS.index("int_identity__resolves") + 1 :]:
        assert grown.reasons()[-1] == "the last resolve was not finished"
    for table in (*GROWN, "int_identity__clusters", "contact_keys", "identity_events"):
        assert grown.content(table) == undisturbed.content(table), table


def test_an_edited_seed_is_seen() -> None:
    """Four first names on one number are a household; the rule says when it is a switchboard."""
    world = World()
    family = [
        Record(n, name=(first, "Roe"), phone="+12025550100")
        for n, first in enumerate(["Ada", "William", "Ursula", "Zoltan"])
    ]
    world.know(family, 1)
    world.resolve()
    assert world.con.execute("select action from int_identity__cuts").fetchall() == [("by_name",)]
    world.con.execute("update identity_rules set threshold = 2 where rule = 'many_names'")
    world.resolve()
    assert world.con.execute("select action from int_identity__cuts").fetchall() == [("cut",)]
    assert world.reasons() == ["tables are missing or made anew", "a rule or a seed is another one"]


def test_only_what_is_touched_is_looked_at() -> None:
    world = World()
    strangers = [Record(n, person=n, name=("Ada", "Roe"), email=f"ada{n}@example.com") for n in range(50)]
    world.know(strangers, 1)
    world.resolve()
    world.know([*strangers, Record(99, day=2, name=("Ada", "Roe"), email="ada7@example.com")], 2)
    world.resolve()
    assert world.con.execute("select evidences from int_identity__resolves order by resolve").fetchall() == [
        (50,),
        (2,),
    ]
    assert world.con.execute("select evidence_id from int_identity__scope order by 1").fetchall() == [
        ("bigdbm:7",),
        ("r099",),
    ]


def test_a_hub_that_is_cut_before_and_after_spreads_to_nobody() -> None:
    world = World()
    desk = [Record(n, person=n, name=("Ada", "Roe"), email="sales@acme.example") for n in range(20)]
    world.know(desk, 1)
    world.resolve()
    world.know([*desk, Record(99, day=2, name=("Zoltan", "Quist"), email="sales@acme.example")], 2)
    world.resolve()
    assert world.con.execute("select evidence_id from int_identity__scope").fetchall() == [("r099",)]
    assert world.con.execute("select carriers from int_identity__cuts where action = 'cut'").fetchall() == [(21,)]
    assert_made_at_once(world, [*desk, Record(99, day=2, name=("Zoltan", "Quist"), email="sales@acme.example")], 2)


def test_a_decision_holds_while_records_come() -> None:
    """Two whom somebody told apart stay apart when a third record ties them again."""
    world = World()
    pair = [
        Record(1, person=1, name=("Ada", "Roe"), email="ada@example.com"),
        Record(2, person=2, vendor="exactbuyer", name=("Ada", "Roe"), email="ada@example.com"),
    ]
    world.con.execute(
        "insert into identity_decisions by name select 'bigdbm_id' as left_type, '1' as left_value, "
        "'exactbuyer_id' as right_type, '2' as right_value, 'different' as decision"
    )
    world.know(pair, 1)
    world.resolve()
    assert len(world.people()) == 2
    known = [
        *pair,
        Record(3, day=2, vendor="first_party", name=("Ada", "Roe"), email="ada@example.com", phone="+12025550100"),
    ]
    world.know(known, 2)
    world.resolve()
    assert world.reasons()[-1] == ONLY_NEW
    assert_made_at_once(world, known, 2)
