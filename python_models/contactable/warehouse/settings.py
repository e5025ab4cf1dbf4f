"""What the models need to know of contactable.yml: ``raw.settings``, replaced at each run."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from duckdb import DuckDBPyConnection

from contactable.warehouse.duckdb import transaction


def write_settings(con: DuckDBPyConnection, settings: Mapping[str, Sequence[Any]]) -> None:
    """Replace ``raw.settings``: one row per value, in the order given, each value as JSON.

    A setting that is an object or a list itself is one value: ``{"exactbuyer.required_fields": [["phone"]]}``.

    Raises:
        TypeError: a value was given where a list of values belongs; nothing was changed.
    """
    loose = sorted(name for name, values in settings.items() if isinstance(values, str | bytes | Mapping))
    if loose:
        raise TypeError(f"not a list of values: {', '.join(loose)}")
    rows = [
        (name, position, orjson.dumps(value).decode())
        for name, values in settings.items()
        for position, value in enumerate(values)
    ]
    with transaction(con):
        con.execute("delete from raw.settings")
        if rows:
            con.executemany("insert into raw.settings (setting, position, value) values (?, ?, ?)", rows)
