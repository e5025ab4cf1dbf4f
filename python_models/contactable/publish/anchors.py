"""The last look at the pseudonymous file: do values that somebody could know lead to anybody in it?

Known anchors are taken from the candidate itself: addresses, numbers, profiles, devices, vendors' ids, streets,
names alone and with their home, hashes, and every key that goes out as a pseudonym. Each is tried as it is, as its
MD5, SHA-1 and SHA-256, and in the spellings people use, against every text of the file and its parts between
separators. One pass over the anchors and one over the texts meet in a hash join of 64-bit numbers; texts are
compared themselves only where these agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from contactable.publish.layout import PublicationRefusedError
from contactable.publish.pseudonymous import Declared
from contactable.publish.sql import columns_of, identifier, literal, relation, scalar, statement

#: Columns of the full publication that hold a personal value, in whichever table.
_PERSONAL = frozenset(
    {
        "email", "primary_email", "phone", "primary_phone", "phone_national", "address", "contact_point", "street",
        "linkedin", "linkedin_url", "maid", "vin", "ip", "zip_plus4", "identifier_value", "identifier_hash",
        "email_md5", "email_sha1", "email_sha256", "hem", "vendor_member_id", "left_identifier",
        "right_identifier",
    }
)  # fmt: skip

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
        when kind = 'linkedin' then [
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
    count(*) filter (where regexp_matches({cell}, $email)),
    count(*) filter (where regexp_matches({cell}, $phone)),
    count(*) filter (where {known})
"""
_KNOWN = "list_has_any({parts}, (select coalesce(list(text), []) from found where is_certain or {tries_words}))"


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

    @property
    def cell(self) -> str:
        return f"cast({identifier(self.column)} as varchar)"

    @property
    def parts(self) -> str:
        """Return the SQL of the whole text and what is between its separators, lower case."""
        text = f"lower(trim({self.cell}))"
        return f"list_append(regexp_split_to_array({text}, {literal(_SEPARATORS)}), {text})"


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
    tables = _texts(connection, target, written)
    connection.execute("create or replace temp table cells (digest ubigint, tries_words boolean)")
    for table, texts in tables.items():
        parts = [
            statement(
                "select unnest({parts}) as part, {words} as tries_words from {table}",
                parts=text.parts,
                words=str(text.tries_words),
                table=relation(target, "main", table),
            )
            for text in texts
        ]
        connection.execute(
            statement(
                "insert into cells select distinct hash(part), tries_words from ({parts}) where length(part) >= 6",
                parts=" union all ".join(parts),
            )
        )
    connection.execute(
        statement(
            """
            create or replace temp table found as
            with forms as not materialized (
                select unnest({spellings}) as text from ({anchors}) where length(text) >= 6
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
    is_clean = not scalar(connection, "select count(*) from found")
    suspicions = [
        suspicion
        for table, texts in tables.items()
        for suspicion in _judge(connection, relation(target, "main", table), texts, is_clean=is_clean)
    ]
    connection.execute("drop table cells")
    connection.execute("drop table found")
    return suspicions


def _texts(
    connection: duckdb.DuckDBPyConnection, target: str, written: Mapping[str, Sequence[Declared]]
) -> dict[str, list[_Text]]:
    """Return the text columns of each table that has any."""
    tables: dict[str, list[_Text]] = {}
    for table, columns in columns_of(connection, target, "main").items():
        kinds = {each.name: each.kind for each in written.get(table, ())}
        of_people = "key" in kinds.values()
        for column, data_type in columns:
            if any(kind in data_type for kind in _TEXT_TYPES):
                shared = kinds.get(column) in ("common", "words")
                tables.setdefault(table, []).append(_Text(table, column, of_people and not shared))
    return tables


def _anchors(
    connection: duckdb.DuckDBPyConnection, source: str, written: Mapping[str, Sequence[Declared]]
) -> list[str]:
    """Return a query for each source of anchors: text (lower case, trimmed), kind, slug."""
    queries = []
    for table, described in columns_of(connection, source, "main").items():
        columns = {column for column, _ in described}
        keys = {each.column for each in written.get(table, ()) if each.kind == "key"}
        values = [(identifier(column), column) for column in sorted(columns & (_PERSONAL | keys))]
        if {"first_name", "last_name"} <= columns:
            values += [(name, "name") for name in _names(with_home={"address", "zip"} <= columns)]
        for expression, kind in values:
            queries.append(
                statement(
                    "select text, kind, regexp_extract(text, '([^/?#]+)/?([?#].*)?$', 1) as slug from "
                    "(select distinct lower(trim(cast({value} as varchar))) as text, {kind} as kind from {table})",
                    kind=(
                        "case when identifier_type = 'linkedin' then 'linkedin' end"
                        if kind == "identifier_value" and "identifier_type" in columns
                        else literal("linkedin" if kind.startswith("linkedin") else kind)
                    ),
                    value=expression,
                    table=relation(source, "main", table),
                )
            )
    return queries


def _names(*, with_home: bool) -> list[str]:
    """Return SQL for the ways to write a name: with blanks, with bars, and as a name with blanks before a bar."""
    written = []
    for within, between in (("' '", "' '"), ("'|'", "'|'"), ("' '", "'|'")):
        for name in (statement(name, s=within) for name in _NAMES):
            written.append(name)
            if with_home:
                written += [f"{name} || {between} || {statement(home, s=between)}" for home in _HOMES]
    return list(dict.fromkeys(written))


def _judge(
    connection: duckdb.DuckDBPyConnection, table: str, texts: Sequence[_Text], *, is_clean: bool
) -> list[Suspicion]:
    """Count the suspicious cells of the quoted ``table``: where no anchor was found, by their looks only."""
    counts = [
        statement(
            _COUNTS,
            cell=text.cell,
            known="false" if is_clean else statement(_KNOWN, parts=text.parts, tries_words=str(text.tries_words)),
        )
        for text in texts
    ]
    rows = connection.execute(
        statement("select {counts} from {table}", counts=", ".join(counts), table=table),
        {"email": _EMAIL, "phone": _PHONE},
    ).fetchall()
    rules = [(text, rule) for text in texts for rule in _RULES]
    return [
        Suspicion(text.table, text.column, rule, int(cells))
        for (text, rule), cells in zip(rules, rows[0], strict=True)
        if cells
    ]
