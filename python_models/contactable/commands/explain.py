"""``contactable explain``: why records are one person, and where each value comes from.

Values are shown because whoever has the warehouse asked for this person; they go to the terminal and to no log.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection
from rich.table import Table
from rich.text import Text

from contactable.commands.invocation import console_of, settings_of
from contactable.home.home import Home
from contactable.identity.chain import bridges, shortest_chain
from contactable.settings.config import ConfigurationError
from contactable.stopping.ending import Exit
from contactable.terminal.console import Console
from contactable.warehouse.duckdb import open_warehouse
from contactable.warehouse.evidence import (
    Carriers,
    carriers_of,
    carriers_of_key,
    common_values,
    events_of,
    evidence_of,
    is_given_key,
    keys_of,
    links_of,
    numbers_of,
    origins_of,
    readable,
    separations_of,
    shared_values_of,
    status_of_key,
    values_of,
)
from contactable.warehouse.explanation import is_on_suppression_list, suppression_of

_KEY_PREFIX = "contact_key:"


def explain(directory: Path, text: str, other: str | None, *, as_json: bool, config: Path | None = None) -> Exit:
    """One identifier: the people who carry it. Two: why their carriers are one person, or why not.

    Nothing is sent or written. Reads warehouse.duckdb, so no run may be going on; the publication has no links.
    An identifier that nobody carries gives exit code 2: most likely it was mistyped.

    Raises:
        ConfigurationError: it looks like no identifier, or the warehouse is not built, or by an earlier version.
        HomeBusyError: a run is going on.
    """
    home, console = Home.at(directory), console_of("text")
    settings_of(config)
    if not home.warehouse.exists():
        raise ConfigurationError(f"there is no warehouse in {home.path} yet: run `contactable run` first")
    with (
        home.share("explain"),
        home.warehouse_turn("explain", console.say),
        open_warehouse(home.path, read_only=True) as con,
    ):
        try:
            return _explain(con, console, text, other, as_json=as_json)
        except duckdb.CatalogException as error:
            raise ConfigurationError(
                f"the warehouse in {home.path} was not built by this version: `contactable build` first"
            ) from error


def _explain(con: DuckDBPyConnection, console: Console, text: str, other: str | None, *, as_json: bool) -> Exit:
    asked = [_asked(con, one) for one in (text, other) if one is not None]
    document: dict[str, Any] = {
        "asked": [{name: one[name] for name in ("type", "known", "suppressed", "key")} for one in asked],
    }
    if other is None:
        people = [_person(con, key) for key in sorted(asked[0]["carriers"].by_person)]
        document["people"] = people
    else:
        document["between"] = _between(con, asked[0]["carriers"], asked[1]["carriers"])
    if as_json:
        console.document(document)
    else:
        _show(console, document)
    return Exit.DONE if all(one["known"] for one in asked) else Exit.CONFIGURATION


def _asked(con: DuckDBPyConnection, text: str) -> dict[str, Any]:
    """What was typed: its type, who carries it, and of a key what became of it."""
    from contactable.privacy import IdentifierError, recognise

    text = text.strip()
    bare = text.removeprefix(_KEY_PREFIX).lower()
    if text.startswith(_KEY_PREFIX) or is_given_key(con, bare):
        status = status_of_key(con, bare)
        return {
            "type": "contact_key",
            "carriers": carriers_of_key(con, bare),
            "known": status is not None,
            "suppressed": False,
            "key": status,
        }
    try:
        identifier = recognise(text)
    except IdentifierError as error:
        raise ConfigurationError(f"{error}; or contact_key:value") from None
    carriers = carriers_of(con, identifier.type, identifier.value)
    listed = is_on_suppression_list(con, [(one.type, one.hash) for one in identifier.with_hashes()])
    return {
        "type": identifier.type,
        "carriers": carriers,
        "known": bool(carriers.by_person) or listed,
        "suppressed": listed,
        "key": None,
    }


# ---------------------------------------------------------------------- one person


def _person(con: DuckDBPyConnection, key: str) -> dict[str, Any]:
    evidence, links, numbers, values = (
        evidence_of(con, key),
        links_of(con, key),
        numbers_of(con, key),
        values_of(con, key),
    )
    shared = shared_values_of(con, key)
    names = readable(con, {node for _, node in links} | {row["node"] for row in shared})
    origins = origins_of(con, {row["record_id"] for row in (*evidence, *numbers, *values)})
    asked_not = suppression_of(con, key)
    return {
        "contact_key": key,
        "suppressed": None
        if asked_not is None
        else {
            "email": asked_not.email,
            "phone": asked_not.phone,
            "reason": asked_not.reason,
            "since": asked_not.since,
        },
        "names": sorted({name for row in evidence for name in row["names"]}),
        "evidence": [_with_origin(row, origins) for row in evidence],
        "ties": _ties(links, names),
        "shared_values": [{**row, "value": names[row["node"]]} for row in shared],
        "separated": separations_of(con, [row["evidence_id"] for row in evidence]),
        "keys": keys_of(con, key),
        "events": events_of(con, key),
        "values": [_with_origin(row, origins) for row in values],
        "numbers": [_with_origin(row, origins) for row in numbers],
    }


def _with_origin(row: Mapping[str, Any], origins: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    origin = origins.get(row["record_id"], {})
    return {**row, "endpoint": origin.get("endpoint"), "request_id": origin.get("request_id")}


def _ties(links: Sequence[tuple[str, str]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The values by which evidences meet; without a bridge the person would fall apart."""
    carriers: dict[str, list[str]] = {}
    for evidence, node in links:
        carriers.setdefault(node, []).append(evidence)
    holding = bridges(links)
    return [
        {"node": node, "value": names[node], "evidence": met, "is_bridge": node in holding}
        for node, met in sorted(carriers.items(), key=lambda one: (one[0] not in holding, one[0]))
        if len(met) > 1
    ]


# ---------------------------------------------------------------------- two identifiers


def _between(con: DuckDBPyConnection, one: Carriers, other: Carriers) -> dict[str, Any]:
    both = sorted(one.by_person.keys() & other.by_person.keys())
    if both:
        key = both[0]
        chain = shortest_chain(links_of(con, key), one.by_person[key], other.by_person[key])
        names = readable(con, chain[1::2])
        vendors = {row["evidence_id"]: row["vendor"] for row in evidence_of(con, key)}
        steps = [
            {"evidence": name, "vendor": vendors[name]}
            if position % 2 == 0
            else {"value": names[name], "node": name}
            for position, name in enumerate(chain)
        ]
        return {"same_person": True, "contact_key": key, "chain": steps}
    pairs = [(mine, theirs) for mine in sorted(one.by_person) for theirs in sorted(other.by_person)]
    return {
        "same_person": False,
        "people": [sorted(one.by_person), sorted(other.by_person)],
        "shared": [_apart(con, mine, theirs) for mine, theirs in pairs[:_PAIRS]],
    }


#: Pairs of people that are compared when two identifiers are carried by several (a desk, a household).
_PAIRS = 9


def _apart(con: DuckDBPyConnection, one: str, other: str) -> dict[str, Any]:
    rows = common_values(con, one, other)
    names = readable(con, [row["node"] for row in rows])
    taken = separations_of(con, [row["evidence_id"] for key in (one, other) for row in evidence_of(con, key)])
    return {
        "people": [one, other],
        "values": [{**row, "value": names[row["node"]]} for row in rows],
        "separated_by_decision": bool(taken),
    }


# ---------------------------------------------------------------------- words


def _show(console: Console, document: Mapping[str, Any]) -> None:
    for asked in document["asked"]:
        _show_asked(console, asked)
    for person in document.get("people", ()):
        _show_person(console, person)
    if "between" in document:
        _show_between(console, document["between"])


def _show_asked(console: Console, asked: Mapping[str, Any]) -> None:
    if asked["suppressed"]:
        console.show(f"This {asked['type']} is on the suppression list: nobody is asked about it.")
    if not asked["known"]:
        console.show(f"Nobody in the warehouse carries this {asked['type']}.")
    key = asked["key"]
    if key is not None and key["status"] == "merged":
        console.show(f"This key was merged on {_day(key['changed_at'])}; the person goes by {key['contact_key']}.")
    if key is not None and key["status"] == "retired":
        console.show(f"This key was retired on {_day(key['changed_at'])}: nothing of the person is left.")


def _show_person(console: Console, person: Mapping[str, Any]) -> None:
    console.show(f"Person {person['contact_key']}, known as {', '.join(person['names']) or 'nothing but hashes'}")
    if person["suppressed"]:
        asked = person["suppressed"]
        channels = " and ".join(name for name in ("email", "phone") if asked[name])
        console.show(f"Asked not to be contacted ({channels}) on {_day(asked['since'])}: {asked['reason']}")
    numbers = {row["evidence_id"]: position for position, row in enumerate(person["evidence"], 1)}
    console.table(
        _table(
            "Evidence: what vendors hold to be this person",
            ("", "vendor", "evidence", "names", "first seen", "asked through", "request"),
            (
                (
                    numbers[row["evidence_id"]], row["vendor"], row["evidence_id"], ", ".join(row["names"]),
                    _day(row["first_observed_at"]), row["endpoint"], row["request_id"],
                )
                for row in person["evidence"]
            ),
        )
    )  # fmt: skip
    for row in person["evidence"]:
        if row["refused_because"]:
            console.show(f"Evidence {numbers[row['evidence_id']]} joins nobody else: {row['refused_because']}")
    if person["ties"]:
        console.table(
            _table(
                "What ties it together",
                ("value", "evidence", "without it"),
                (
                    (
                        row["value"],
                        ", ".join(str(numbers[one]) for one in row["evidence"]),
                        "the person falls apart" if row["is_bridge"] else "still one person",
                    )
                    for row in person["ties"]
                ),
            )
        )
    if person["shared_values"]:
        console.table(
            _table(
                "Values that do not link everybody who carries them",
                ("value", "", "rule", "because", "carriers"),
                (
                    (row["value"], row["action"], row["rule"], row["reason"], row["carriers"])
                    for row in person["shared_values"]
                ),
            )
        )
    for row in person["separated"]:
        console.show(f"A decision took evidence {numbers[row['evidence_id']]} away from {row['node']}.")
    console.table(
        _table(
            "Keys and events",
            ("when", "what", "key", "because of", "reason"),
            (
                *(
                    (_day(row["given_at"]), f"key {row['status']}", row["given_key"], "", "")
                    for row in person["keys"]
                ),
                *(
                    (
                        _day(row["occurred_at"]), row["event_type"], row["former_key"],
                        ":".join(part for part in (row["identifier_type"], row["identifier_value"]) if part),
                        row["reason"],
                    )
                    for row in person["events"]
                ),
            ),
        )
    )  # fmt: skip
    console.table(
        _table(
            "Which value won, and why",
            ("attribute", "value", "from", "as of", "agreeing", "why", "contradicted by"),
            (
                (
                    row["attribute"], row["value"], row["vendor"], _day(row["as_of"]), row["agreeing_vendors"],
                    row["reason"], ", ".join(_contradictions(row, person["values"])) if row["is_conflict"] else "",
                )
                for row in person["values"]
                if row["is_winner"]
            ),
        )
    )  # fmt: skip
    if person["numbers"]:
        console.table(
            _table(
                "Where each number came from",
                ("number", "from", "on", "asked through", "request", "verdict", "because"),
                (
                    (
                        row["phone"], row["vendor"], _day(row["first_observed_at"]), row["endpoint"],
                        row["request_id"], row["verdict"], row["verdict_reason"],
                    )
                    for row in person["numbers"]
                ),
            )
        )  # fmt: skip


def _contradictions(winner: Mapping[str, Any], values: Iterable[Mapping[str, Any]]) -> list[str]:
    return [
        f"{row['value']} ({row['vendor']}, {row['reason']})"
        for row in values
        if row["attribute"] == winner["attribute"] and not row["is_winner"] and row["reason"] != "agrees"
    ]


def _show_between(console: Console, between: Mapping[str, Any]) -> None:
    if between["same_person"]:
        console.show(f"One person, {between['contact_key']}:")
        for position, step in enumerate(between["chain"]):
            console.show(
                f"  {step['vendor']} evidence {step['evidence']}"
                if position % 2 == 0
                else f"    carries {step['value']}, as does"
            )
        if len(between["chain"]) == 1:
            console.show("  It carries both.")
        return
    if not all(between["people"]):
        return
    console.show("Not one person.")
    for pair in between["shared"]:
        console.show(f"{pair['people'][0]} and {pair['people'][1]}:")
        if pair["separated_by_decision"]:
            console.show("  a decision of yours keeps evidence of them apart")
        if not pair["values"]:
            console.show("  share no identifier.")
        for row in pair["values"]:
            why = f"{row['rule']}: {row['reason']}" if row["rule"] else "linked, but taken away again"
            console.show(f"  share {row['value']} ({row['action'] or 'no link'}; {why})")


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    return table


def _day(moment: Any) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d}"
