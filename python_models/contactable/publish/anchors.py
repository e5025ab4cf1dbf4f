"""The last look at the pseudonymous file: do values that somebody could know lead to anybody in it?

Known anchors are taken from the candidate itself: addresses, numbers, profiles, devices, vendors' ids, streets,
names alone and with their home, hashes, and every key that goes out as a pseudonym. Each is tried as it is, as its
MD5, SHA-1 and SHA-256, and in the spellings people use, against every text of the file and its parts between
separators. One pass over the anchors and one over the texts meet in a hash join of 64-bit numbers; texts are
compared themselves only where these agree.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from contactable.publish.layout import PublicationRefusedError
from contactable.publish.pseudonymous import Declared
from contactable.publish.sql import columns_of, identifier, literal, relation, statement

#: Columns of the full publication that hold a personal value, in whichever table.
_PERSONAL = frozenset(
    {
        "email", "primary_email", "phone", "primary_phone", "phone_national", "address", "contact_point", "street",
        "linkedin", "linkedin_url", "maid", "vin", "ip", "zip_plus4", "identifier_value", "identifier_hash",
        "email_md5", "email_sha1", "email_sha256", "hem", "vendor_member_id", "left_identifier",
        "right_identifier",
    }
)  # fmt: skip

#: Keys that go out keyed and are no value of a person: a feed that the vendor gave no name is called by its key.
_OF_CATALOGUES = frozenset({"topic_key"})

#: What names people, alone and with their home, where a table has the columns.
_NAMES = ("first_name || {s} || last_name", "last_name || {s} || first_name")
_HOMES = ("zip", "address", "address || {s} || zip")


#: The spellings of a value; `text` is lower case and trimmed.
_SPELLINGS = """
    case
        when regexp_full_match(text, '[+]1[0-9]{10}') then [
            text, text[2:], text[3:], '00' || text[2:],
            '(' || text[3:5] || ') ' || text[6:8] || '-' || text[9:12],
            text[3:5] || '-' || text[6:8] || '-' || text[9:12],
            text[3:5] || '.' || text[6:8] || '.' || text[9:12],
            '1-' || text[3:5] || '-' || text[6:8] || '-' || text[9:12]
        ]
        when regexp_full_match(text, '[+][0-9]{8,15}') then [text, text[2:], '00' || text[2:]]
        when is_profile then [
            text, slug, 'in/' || slug, 'linkedin.com/in/' || slug, 'www.linkedin.com/in/' || slug,
            'https://www.linkedin.com/in/' || slug, 'https://linkedin.com/in/' || slug
        ]
        when text like '%@%' then [text, upper(text)]
        else [text]
    end
"""

#: Separators within a text. What is between them is tried too.
_SEPARATORS = "[\\s,;|:/\"'<>(){}=\\[\\]]+"

_EMAIL = r"[^\s@\"'',;:<>\[\]{}]+@[^\s@\"'',;:<>\[\]{}]+\.[A-Za-z]{2,}"
_PHONE = (
    r"(^|[^0-9A-Za-z.+-])"
    r"(\+[0-9]{8,15}|(\+?1[-. ]?)?\(?[2-9][0-9]{2}\)?[-. ]?[0-9]{3}[-. ]?[0-9]{4})"
    r"($|[^0-9A-Za-z.-])"
)
_TEXT_TYPES = ("VARCHAR", "JSON", "BLOB")

#: What a cell is suspected of, and how such cells are counted, in the same order.
_RULES = ("looks like an e-mail", "looks like a phone", "equals a value of the candidate")
_COUNTS = """
    select
        number,
        sum(cells) filter (where regexp_matches(cell, $email)),
        sum(cells) filter (where regexp_matches(cell, $phone)),
        sum(cells) filter (where list_has_any(
            {parts},
            (select coalesce(list(text), []) from found where found.is_certain or texts.tries_words)
        ))
    from texts
    group by number
"""

#: The whole text and what is between its separators.
_PARTS = f"list_append(regexp_split_to_array(cell, {literal(_SEPARATORS)}), cell)"


class PersonalValueError(PublicationRefusedError):
    """Something in the pseudonymous file leads back to a person. Says where, never what."""


@dataclass(frozen=True)
class Suspicion:
    """Cells of one column that lead to somebody: where and how many, never which."""

    table: str
    column: str
    rule: str
    cells: int


@dataclass(frozen=True)
class _Text:
    """A text column of the pseudonymous file. ``tries_words``: a plain word may name somebody there."""

    table: str
    column: str
    tries_words: bool


def assert_no_anchor(
    connection: duckdb.DuckDBPyConnection, source: str, target: str, written: Mapping[str, Sequence[Declared]]
) -> None:
    """Refuse a pseudonymous database in which known values are found.

    Raises:
        PersonalValueError: names table, column, rule and count of cells.
    """
    suspicions = find_anchors(connection, source, target, written)
    if suspicions:
        found = "; ".join(f"{s.table}.{s.column}: {s.cells} cells, {s.rule}" for s in suspicions)
        raise PersonalValueError(f"personal values in the pseudonymous file: {found}")


def find_anchors(
    connection: duckdb.DuckDBPyConnection, source: str, target: str, written: Mapping[str, Sequence[Declared]]
) -> list[Suspicion]:
    """Try the anchors of ``source`` on every text of ``target``; report columns in which any is found.

    A plain word without a digit (a name, a profile's slug) is not tried on catalogues, nor on what five people
    share, nor in tables that have no row for a person: "real estate" is an industry there, whoever is called so.
    """
    texts = _texts(connection, target, written)
    connection.execute(
        "create or replace temp table texts (number integer, tries_words boolean, cell varchar, cells bigint)"
    )
    for number, text in enumerate(texts):
        connection.execute(
            statement(
                "insert into texts "
                "select {number}, {words}, lower(trim(cast({column} as varchar))) as cell, count(*) "
                "from {table} where {column} is not null group by cell",
                number=str(number),
                words=str(text.tries_words),
                column=identifier(text.column),
                table=relation(target, "main", text.table),
            )
        )
    connection.execute(
        statement(
            """
            create or replace temp table cells as
            select distinct hash(part) as digest, tries_words
            from (select unnest({parts}) as part, tries_words from texts)
            where length(part) >= 6
            """,
            parts=_PARTS,
        )
    )
    connection.execute(
        statement(
            """
            create or replace temp table found as
            with forms as not materialized (
                select unnest({spellings}) as text
                from (
                    select distinct text, is_profile, regexp_extract(text, '([^/?#]+)/?([?#].*)?$', 1) as slug
                    from ({anchors})
                    where length(text) >= 6
                )
            ),
            tried as (
                -- A short number is an id of some vendor and a code of some industry.
                select lower(text) as text, regexp_matches(text, '[@0-9]') as is_certain from forms
                where not regexp_full_match(text, '[0-9]{{0,7}}')
                union all
                select unnest([md5(text), sha1(text), sha256(text)]), true from forms
            )
            select distinct text, is_certain from tried
            where exists (
                from cells where digest = hash(tried.text) and (tried.is_certain or cells.tries_words)
            )
            """,
            spellings=_SPELLINGS,
            anchors=" union all ".join(_anchors(connection, source, written)),
        )
    )
    suspicions = [
        Suspicion(texts[number].table, texts[number].column, rule, int(cells))
        for number, *counts in connection.execute(
            statement(_COUNTS, parts=_PARTS), {"email": _EMAIL, "phone": _PHONE}
        ).fetchall()
        for rule, cells in zip(_RULES, counts, strict=True)
        if cells
    ]
    for table in ("texts", "cells", "found"):
        connection.execute(f"drop table {table}")
    return sorted(suspicions, key=lambda suspicion: (suspicion.table, suspicion.column))


def _texts(
    connection: duckdb.DuckDBPyConnection, target: str, written: Mapping[str, Sequence[Declared]]
) -> list[_Text]:
    texts: list[_Text] = []
    for table, columns in columns_of(connection, target, "main").items():
        kinds = {each.name: each.kind for each in written.get(table, ())}
        of_people = "key" in kinds.values()
        for column, data_type in columns:
            if any(kind in data_type for kind in _TEXT_TYPES):
                shared = kinds.get(column) in ("common", "words")
                texts.append(_Text(table, column, of_people and not shared))
    return texts


def _anchors(
    connection: duckdb.DuckDBPyConnection, source: str, written: Mapping[str, Sequence[Declared]]
) -> list[str]:
    """Return a query for each source of anchors: text (lower case, trimmed), is_profile."""
    queries = []
    for table, described in columns_of(connection, source, "main").items():
        columns = {column for column, _ in described}
        keys = {each.column for each in written.get(table, ()) if each.kind == "key"} - _OF_CATALOGUES
        values = [
            (identifier(column), _is_profile(column, columns)) for column in sorted(columns & (_PERSONAL | keys))
        ]
        if {"first_name", "last_name"} <= columns:
            values += [(name, "false") for name in _names(with_home={"address", "zip"} <= columns)]
        queries += [
            statement(
                "select distinct lower(trim(cast({value} as varchar))) as text, {is_profile} as is_profile "
                "from {table}",
                value=value,
                is_profile=is_profile,
                table=relation(source, "main", table),
            )
            for value, is_profile in values
        ]
    return queries


def _is_profile(column: str, columns: Collection[str]) -> str:
    """Return the SQL that says whether a column's value is a LinkedIn profile."""
    if column == "identifier_value" and "identifier_type" in columns:
        return "coalesce(identifier_type = 'linkedin', false)"
    return str(column.startswith("linkedin"))


def _names(*, with_home: bool) -> list[str]:
    """Return SQL for the ways to write a name: with blanks, with bars, and as a name with blanks before a bar."""
    written = []
    for within, between in (("' '", "' '"), ("'|'", "'|'"), ("' '", "'|'")):
        for name in (statement(name, s=within) for name in _NAMES):
            written.append(name)
            if with_home:
                written += [f"{name} || {between} || {statement(home, s=between)}" for home in _HOMES]
    return list(dict.fromkeys(written))
