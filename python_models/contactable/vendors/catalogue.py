"""The declarations as a page for people: ``docs/endpoints.md``, written by this module and never by hand.

contactable doctor --assumptions --markdown > docs/endpoints.md
"""

from collections.abc import Iterable

from contactable.billing import Billing, Unit
from contactable.vendors import COMING_SOON, ENDPOINTS
from contactable.vendors.model import Endpoint

_INTRODUCTION = """# Every endpoint

`contactable doctor --assumptions --markdown` writes this page from the declarations; a test compares them.
Read [what is assumed](#what-is-assumed) before you go live.

- **call**: method and path, and how the path is known: `doc` from the vendor's own document, `public` from public
  material of others, `assumed` is our choice
- **billing**: what one credit is charged for (an export or audience sets it aside at its creation), and how known
- **batch**: subjects in a call; "500 of 1,000": we send 500, the vendor takes 1,000
- **lands in**: the raw table `raw.<vendor>__<stream>`
- **on**: whether a run asks it; `endpoints: {<endpoint>: {enabled: true}}` in contactable.yml changes that.
  *step*: a part of another endpoint's flow; *with*: only if this setting names something to ask
"""


def markdown(endpoints: Iterable[Endpoint] | None = None) -> str:
    """The page. ``endpoints``: instead of all that are declared."""
    listed = list(ENDPOINTS.values() if endpoints is None else endpoints)
    hosts: dict[str, list[str]] = {}  # variable -> products
    assumed: dict[str, list[str]] = {}  # sentence -> endpoints: most sentences hold for several
    for e in listed:
        if (product := f"{e.vendor}/{e.product}") not in hosts.setdefault(e.url_variable, []):
            hosts[e.url_variable].append(product)
        for text in e.assumptions:
            assumed.setdefault(text, []).append(f"`{e.key}`")
    together: dict[str, list[str]] = {}  # endpoints -> sentences that hold for exactly these
    for text, keys in assumed.items():
        together.setdefault(", ".join(keys), []).append(text)
    lines = [
        _INTRODUCTION,
        *_table(
            ("endpoint", "product", "wave", "call", "billing", "batch", "lands in", "on"),
            (
                (
                    f"`{e.key}`",
                    e.product,
                    e.wave.value,
                    f"`{e.method} {e.path}` ({e.provenance.value})",
                    billing_text(e.billing, e.billing_is.value),
                    _batch(e),
                    f"`{e.stream}`",
                    _on(e),
                )
                for e in listed
            ),
        ),
        "",
        f"Announced by their vendor, without a connector: {', '.join(f'`{key}`' for key in COMING_SOON)}.",
        "",
        "## Hosts",
        "",
        *(f"- `{variable}`: {', '.join(products)}" for variable, products in hosts.items()),
        "",
        "## What is assumed",
        "",
        "No vendor document says the following, nor the paths that are marked `assumed` or `public` above.",
        "Set path, batch size, billing and on/off under `endpoints` in contactable.yml, a host by its variable.",
        "",
        *_table(("assumed", "endpoints"), ((" ".join(texts), keys) for keys, texts in together.items())),
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


def _batch(endpoint: Endpoint) -> str:
    sent, most = endpoint.batch_size, endpoint.most_per_call
    return f"{most:,}" if most == 1 or sent == most else f"{sent:,} of {most:,}"


def _table(names: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}", *lines]
