"""What the models need to know of contactable.yml: ``raw.settings``, replaced at each run."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from duckdb import DuckDBPyConnection

from contactable.warehouse.duckdb import transaction


def write_settings(con: DuckDBPyConnection, settings: Mapping[str, Sequence[Any]]) -> None:
    """Replace ``raw.settings``: one row per value, in the order given, each value as JSON.

    A setting that is an object or a list itself is one value: ``{"exactbuyer.required_fields": [["phone"]]}``.
    """
    rows = [
        (name, position, orjson.dumps(value).decode())
        for name, values in settings.items()
        for position, value in enumerate(values)
    ]
    with transaction(con):
        con.execute("delete from raw.settings")
        if rows:
            con.executemany("insert into raw.settings (setting, position, value) values (?, ?, ?)", rows)
