"""The declarations as a page for people: ``docs/endpoints.md``, written by this module and never by hand.

contactable doctor --assumptions --markdown > docs/endpoints.md
"""

from collections.abc import Iterable

from contactable.billing import Billing, Unit
from contactable.vendors import COMING_SOON, ENDPOINTS
from contactable.vendors.model import Endpoint

_INTRODUCTION = """# Every endpoint

Written from the declarations by `contactable doctor --assumptions --markdown`; a test keeps it up to date.
Read the last table before you go live: it says what no vendor document tells, and where to set it.

- **provenance**: `doc` the vendor's own document, `public` seen in public material of others, `assumed` our choice
- **billing**: what a credit is charged for (a job: set aside at its creation), and how that is known
- **batch**: subjects in a call, of at most
- **lands in**: the raw table `raw.<vendor>__<stream>`
- **on**: what a run asks unless contactable.yml says otherwise (`endpoints: {<endpoint>: {enabled: true}}`);
  *step* belongs to another endpoint's flow, *with* names the setting without which there is nothing to ask
"""


def markdown(endpoints: Iterable[Endpoint] | None = None) -> str:
    """The page. ``endpoints``: instead of all that are declared."""
    listed = list(ENDPOINTS.values() if endpoints is None else endpoints)
    lines = [
        _INTRODUCTION,
        *_table(
            ("endpoint", "product", "wave", "call", "provenance", "billing", "batch", "lands in", "on"),
            (
                (
                    f"`{e.key}`",
                    e.product,
                    e.wave.value,
                    f"`{e.method} {e.path}`",
                    e.provenance.value,
                    billing_text(e.billing, e.billing_is.value),
                    "1" if e.most_per_call == 1 else f"{e.batch_size:,} of {e.most_per_call:,}",
                    f"`{e.stream}`",
                    _on(e),
                )
                for e in listed
            ),
        ),
        "",
        f"Announced by their vendor, without a connector: {', '.join(f'`{key}`' for key in COMING_SOON)}.",
        "",
        "## What is assumed",
        "",
        "Set paths, batch sizes, billing and on/off under `endpoints` in contactable.yml, hosts by the variable.",
        "",
        *_table(
            ("endpoint", "host", "assumed"),
            (
                (f"`{e.key}`", f"`{e.url_variable}`", " ".join((*_path(e), *e.assumptions)))
                for e in listed
                if _path(e) or e.assumptions
            ),
        ),
    ]
    return "\n".join(lines) + "\n"


def billing_text(billing: Billing, known: str) -> str:
    """``a match (doc)``, ``free (assumed)``, ``{unit: record, credits: 2} (set)``."""
    text = str(billing)
    if text == Unit.NONE:
        text = "free"
    elif text in list(Unit):
        text = f"a {text}"
    return f"{text} ({known})"


def _on(endpoint: Endpoint) -> str:
    if not endpoint.worklist:
        return "step"
    if not endpoint.enabled:
        return "no"
    return f"with `{endpoint.needs}`" if endpoint.needs else "yes"


def _path(endpoint: Endpoint) -> tuple[str, ...]:
    return () if endpoint.provenance == "doc" else (f"The path is {endpoint.provenance.value}.",)


def _table(names: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    told = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}", *told]
