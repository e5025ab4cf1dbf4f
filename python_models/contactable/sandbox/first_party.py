"""The first-party list: what a company would know about a part of these people, with the gaps and habits of
real lists.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from contactable.sandbox import texts
from contactable.sandbox.codes import NOBODY
from contactable.sandbox.hashing import Bools, Ints, salt_of

if TYPE_CHECKING:
    from contactable.sandbox.world import World

COLUMNS = (
    "external_id", "email", "phone", "linkedin_url", "first_name", "last_name", "address", "city", "state", "zip",
    "country", "company_name", "company_domain", "maid", "ip", "vin",
)  # fmt: skip

BROKEN_LINES = (
    "BROKEN-1,too,few,cells",
    "BROKEN-2," + "," * 30 + "far too many cells",
    'BROKEN-3,"a quote that never closes,,,,,,,,,,,,,,',
    "BROKEN-4,not-an-address,12,,,,,,,,,,,,,",
)
"""Lines that no reader can or should take, each wrong in another way; the third stands last, for it swallows
what follows.
"""


def write_first_party(world: World, path: Path, share: float = 0.3, broken: bool = False) -> int:
    """Writes the list as CSV (UTF-8, header, RFC 4180); returns the number of readable rows.

    A row shows about half of what it could. Some rows are odd but legal: capitals and blanks around an address,
    punctuated numbers, a profile URL with scheme, non-ASCII names, quotes and commas inside a cell, the same
    person twice, nothing but a name. `broken` adds BROKEN_LINES and a line that is not UTF-8.
    """
    random = np.random.default_rng(salt_of(world.seed, "first party"))
    people = np.flatnonzero(random.random(world.size) < share).astype(np.int32)
    table = _table(world, people, random)
    path.parent.mkdir(parents=True, exist_ok=True)
    odd = _odd_rows(world, people)
    with path.open("wb") as file:
        pacsv.write_csv(table, file, pacsv.WriteOptions(quoting_style="needed"))
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(odd)
        file.write(text.getvalue().encode())
        if broken:
            file.write(b"BROKEN-0,caf\xe9@example.com,,,Andr\xe9,,,,,,,,,,,\n")
            first, second, never_closed, not_an_address = BROKEN_LINES
            file.writelines(f"{line}\n".encode() for line in (first, second, not_an_address, never_closed))
    return len(people) + len(odd)


def _table(world: World, people: Ints, random: np.random.Generator) -> pa.Table:
    count = len(people)

    def some(part: float) -> Bools:
        return random.random(count) < part

    def where(mask: Bools, column: pa.Array) -> pa.Array:
        return pc.if_else(pa.array(mask), column, pa.scalar(None, pa.string()))

    homes, employer = world.household[people], world.employer[people]
    personal, work = world.mail_personal[people], world.mail_work[people]
    mailbox = np.where(some(0.3) & (work != NOBODY), work, personal)
    shouted = some(0.03)
    email = where(some(0.78), texts.emails(world, mailbox))
    email = pc.if_else(pa.array(shouted), pc.binary_join_element_wise(" ", pc.utf8_upper(email), ""), email)

    slots = np.where(some(0.8), world.mobile[people], world.landline[homes])
    plain = texts.phones(slots)
    dressed = pc.replace_substring_regex(plain, r"^\+1(\d{3})(\d{3})(\d{4})$", r"(\1) \2-\3")
    phone = where(some(0.5), pc.if_else(pa.array(some(0.3)), dressed, plain))

    slug = texts.linkedin_slugs(world, people)
    profile = pc.binary_join_element_wise("https://www.linkedin.com/in/", slug, "/", "")
    bare = pc.binary_join_element_wise("linkedin.com/in/", slug, "")
    home, works = some(0.45), some(0.5)
    return pa.table(
        {
            "external_id": pc.binary_join_element_wise("C", texts.digits(people, 7), ""),
            "email": email,
            "phone": phone,
            "linkedin_url": where(some(0.2), pc.if_else(pa.array(some(0.5)), profile, bare)),
            "first_name": where(some(0.9), texts.first_names(world, people)),
            "last_name": where(some(0.9), texts.last_names(world, people)),
            "address": where(home, texts.addresses(world, homes)),
            "city": where(home, texts.cities(world, homes)),
            "state": where(home, texts.states(world, homes)),
            "zip": where(home | some(0.1), texts.zip_codes(world, homes)),
            "country": where(some(0.5), pa.array(["US"] * count, pa.string())),
            "company_name": where(works, texts.company_names(world, employer)),
            "company_domain": where(works & some(0.7), texts.company_domains(world, employer)),
            "maid": where(some(0.05), texts.maids(world, people)),
            "ip": where(some(0.08), texts.ips(world, people)),
            "vin": where(some(0.04), texts.vins(world, people)),
        }
    )


def _odd_rows(world: World, people: Ints) -> list[list[str]]:
    """A handful of rows that are unusual and still right."""
    rows = []

    def row(**cells: str) -> None:
        rows.append([cells.get(column, "") for column in COLUMNS])

    row(external_id="ODD-1", first_name="Only", last_name="Aname")
    row(
        external_id="ODD-2",
        first_name="Zoë",
        last_name="Ünal-Øster",
        email="zoe.unal-oster@example.com",
        country="US",
    )
    row(external_id="ODD-3", company_name='Comma, "Quote" & Sons', address="1 Test St, Rear", zip="07001")
    row(external_id="ODD-4", email="info@example.com", company_name="A role mailbox")
    row(external_id="ODD-5", phone="+1-202-555-0100 ", first_name=" ", last_name="\t")
    if len(people):
        person = int(people[0])
        mailbox = int(world.mail_personal[person])
        row(
            external_id="ODD-6",
            first_name=world.first_name(person).upper(),
            last_name=world.last_name(person).upper(),
            email=world.email(mailbox) if mailbox != NOBODY else "",
        )
    return rows
