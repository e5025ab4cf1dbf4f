"""Makes an answer drift: the vendor renamed a field and added another overnight."""

from __future__ import annotations

from typing import Any

NEW_KEY = "field_of_tomorrow"
NEW_VALUE = "new since yesterday"


def drift(data: Any) -> Any:
    """A copy in which every innermost record has its last key renamed to `<key>_v2` and one key more.

    Records are the objects that hold no list of objects and no object of objects; texts and bytes stay as they
    are.
    """
    if isinstance(data, list):
        return [drift(item) for item in data]
    if not isinstance(data, dict):
        return data
    inner = [key for key, value in data.items() if _holds_records(value)]
    if inner:
        return {key: drift(value) if key in inner else value for key, value in data.items()}
    if not data:
        return data
    *kept, last = data.items()
    return {**dict(kept), f"{last[0]}_v2": last[1], NEW_KEY: NEW_VALUE}


def _holds_records(value: Any) -> bool:
    if isinstance(value, dict):
        return any(isinstance(item, dict | list) for item in value.values())
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)
