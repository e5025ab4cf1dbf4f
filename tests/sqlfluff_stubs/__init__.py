"""Stand-ins for the project's macros, so that sqlfluff lints what a model itself says, in seconds, without dbt.

sqlfluff loads this package into the templater's context (``library_path`` in .sqlfluff). Every macro found below
``macros/`` becomes a function: one whose description begins with "A complete select" gives a select from its first
argument, any other a column name. The macros that give lists to loop over are written out here.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_MACROS = Path(__file__).resolve().parents[2] / "macros"
_MACRO = re.compile(r"(?:\{#-(?P<comment>(?:(?!\{#-).)*?)-#\}\s*)?\{%-?\s*macro\s+(?P<name>\w+)", re.DOTALL)


class _Stub(str):
    """Text that may also be called and asked for members: ``adapter.dispatch(...)``, ``dbt.dateadd(...)``."""

    unsafe_callable = alters_data = False  # what Jinja's sandbox asks before a call

    def __call__(self, *args: Any, **kwargs: Any) -> "_Stub":
        return self

    def __getattr__(self, name: str) -> "_Stub":
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def _stand_in(name: str, comment: str) -> Callable[..., Any]:
    if comment.strip().startswith("A complete select"):
        return lambda relation="stub", *args, **kwargs: f"select * from {relation}"
    return lambda *args, **kwargs: f"stub_{name}"


for _file in sorted(_MACROS.rglob("*.sql")):
    for _found in _MACRO.finditer(_file.read_text(encoding="utf-8")):
        globals().setdefault(_found["name"], _stand_in(_found["name"], _found["comment"] or ""))

adapter = dbt = exceptions = _Stub("stub")
run_started_at = datetime(2026, 11, 21, tzinfo=UTC)
execute = False


def staged_streams() -> list[dict[str, Any]]:
    return [
        {"vendor": "vendor", "stream": stream, "has_misses": True, "staged_in": [stream], "reported_as": [stream]}
        for stream in ("one", "two")
    ]


def addresses_by_person(given: str, value: str) -> str:
    return f"select * from {given} cross join clusters cross join trust cross join judgements"


def contactbased_bundle_records(bundles: list[str]) -> str:
    return "select * from stub"


def ranked_addresses(judged: str, value: str) -> str:
    return f"select * from {judged} cross join rules"


def ranked_claims(claims: str) -> str:
    return f"select * from {claims} cross join rules cross join trust"


def vendor_reach(scored: str) -> str:
    return f"select * from {scored} cross join contactability cross join email_statuses cross join phone_scores"


def columns_contactbased(stream: str) -> dict[str, Any]:
    return {"bundle": {"key": "text"}}


def worklist_models() -> list[str]:
    return ["worklist_one", "worklist_two"]


def base_columns() -> list[str]:
    return ["record_id"]


def lineage_columns(relation: str | None = None) -> str:
    return "record_id"


def claim_places() -> dict[str, list[str]]:
    return {"name": ["first_name", "last_name"], "employment": ["company_name", "company_domain", "job_title"]}


def single_facts() -> dict[str, str]:
    return {"gender": "demographics", "income_range": "household"}


def survivorship_steps() -> list[str]:
    return ["refuted_step", "age_step"]
