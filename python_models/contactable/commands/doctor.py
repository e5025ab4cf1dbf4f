"""Is everything in place, and what is only assumed."""

import shutil
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

import duckdb
from rich.table import Table

from contactable.clock import notice, utc_now
from contactable.commands.invocation import Invocation, console_of
from contactable.home.home import Home
from contactable.journal.budget import money_text
from contactable.settings.config import Environment, Settings, endpoint_states
from contactable.stopping.ending import Exit
from contactable.vendors import COMING_SOON, ENDPOINTS, Provenance
from contactable.vendors.catalogue import billing_text
from contactable.vendors.catalogue import markdown as endpoints_page
from contactable.vendors.model import OnServerError


def doctor(invocation: Invocation, *, assumptions: bool, offline: bool, markdown: bool = False) -> Exit:
    """Configuration, keys, hosts, clock, disk."""
    if assumptions and markdown:
        print(endpoints_page(), end="")  # noqa: T201  (a page to redirect into a file, not a message)
        return Exit.DONE
    console = console_of(invocation.log_format)
    settings, environment = invocation.settings(), Environment.read()
    if assumptions:
        console.table(assumptions_table(settings))
        return Exit.DONE
    home = Home.at(invocation.home)
    problems = 0
    table = Table(title="Products", title_justify="left", header_style="bold")
    for name in ("endpoint", "state", "host"):
        table.add_column(name)
    states = endpoint_states(settings, environment)
    for key, reason in states.items():
        host = urlsplit(environment.url(ENDPOINTS[key].url_variable)).hostname or ""
        table.add_row(key, f"[yellow]skipped: {reason}[/yellow]" if reason else "[green]key present[/green]", host)
    for key in COMING_SOON:
        table.add_row(key, "announced by the vendor, not offered yet; the name is reserved", "")
    console.table(table)
    console.table(server_errors_table(settings, [key for key, reason in states.items() if not reason]))
    leadpipe = environment.secret(("LEADPIPE_API_KEY",))
    if leadpipe is not None and not leadpipe.startswith("sk_"):
        console.warn("LEADPIPE_API_KEY does not start with sk_, as Leadpipe's organisation keys do.")
    if not offline:
        asked = {ENDPOINTS[key].url_variable for key, reason in states.items() if not reason}
        for name in sorted({urlsplit(environment.url(variable)).netloc for variable in asked}):
            reached = _reachable(name)
            problems += not reached
            console.say(
                f"host {name}: {'reachable' if reached else 'NOT reachable: check DNS, proxy and firewall'}"
            )
    free = shutil.disk_usage(home.path).free
    console.say(f"home {home.path}: {free / 2**30:,.1f} GiB free")
    if free < 2 * 2**30:
        problems += 1
        console.warn(
            "Less than 2 GiB are free; a full disk stops a run in order, and it is better not to need that."
        )
    console.say(f"clock: {utc_now():%Y-%m-%d %H:%M:%S} UTC")
    if moved := notice(home.path):
        console.warn(moved)
    console.say(f"engine: DuckDB {duckdb.__version__}; configuration {invocation.config} is valid")
    return Exit.IN_PART if problems else Exit.DONE


def server_errors_table(settings: Settings, asked: Sequence[str]) -> Table:
    """What a status 500 means in money, for every call that costs or creates something."""
    table = Table(
        title="A call that costs, answered with 500", title_justify="left", header_style="bold", show_lines=True
    )
    for name in ("endpoint", "on_server_error", "what it means"):
        table.add_column(name)
    for endpoint in map(settings.endpoint, asked):
        if endpoint.repeatable:
            continue
        price = settings.price_micros(endpoint.key)
        if endpoint.is_job:
            most = "everything that it sets aside"
        elif not endpoint.paid:
            most = "no credits, but what it makes"
        else:
            credits = endpoint.quote(endpoint.batch_size)
            money = "" if price is None else f" ({money_text(round(credits * price))} {settings.prices.currency})"
            most = f"up to {credits:,.10g} credits{money}"
        changes = settings.endpoints.get(endpoint.key)
        is_set = changes is not None and changes.on_server_error is not None
        known = "set" if is_set else "default"
        if endpoint.on_server_error is OnServerError.RETRY:
            retries = settings.http.retries
            text = (
                f"It is asked again, at most {retries} times. If the vendor charged what it answered with 500, "
                f"each time costs {most} more than the ledger shows: vendor_requests.server_errors counts them."
            )
        else:
            text = f"It is not asked again: {most} stays set aside until `contactable reconcile` decides."
        table.add_row(endpoint.key, f"{endpoint.on_server_error.value} ({known})", text)
    table.caption = (
        "Set `endpoints.<endpoint>.on_server_error` to ambiguous or retry. BIGDBM's page says to retry."
    )
    return table


def assumptions_table(settings: Settings) -> Table:
    """What is not documented by a vendor, from the declarations themselves, and the billing model in force."""
    table = Table(
        title="Not documented by the vendors", title_justify="left", header_style="bold", show_lines=True
    )
    for name in ("endpoint", "path", "path is", "billing", "assumed"):
        table.add_column(name)
    for key, endpoint in ENDPOINTS.items():
        billing, known = settings.endpoint(key).billing, settings.billing_is(key)
        if endpoint.assumptions or endpoint.provenance is not Provenance.DOC or known != Provenance.DOC:
            told = (endpoint.path, endpoint.provenance.value, billing_text(billing, known))
            table.add_row(key, *told, "\n".join(endpoint.assumptions))
    table.caption = (
        "Set path, batch_size, billing and enabled under `endpoints` in contactable.yml; billing models: "
        "docs/billing.md."
    )
    return table


def _reachable(netloc: str) -> bool:
    host, _, port = netloc.partition(":")
    try:
        with socket.create_connection((host, int(port or 443)), timeout=5):
            return True
    except OSError:
        return False
