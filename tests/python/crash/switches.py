"""What the vendors' documents leave open, chosen for a sandbox: the client must be right either way."""

import random

from support.sandbox_server import SandboxServer

#: vendor, switch, what it may be.
SWITCHES = (
    ("contactbased", "export_names", ("listed", "left_out")),
    ("contactbased", "feed_names", ("listed", "left_out")),
    ("contactbased", "list_filters", ("honoured", "ignored")),
    ("contactbased", "list_order", ("newest_first", "oldest_first")),
    ("contactbased", "failed_reserve", ("released", "kept")),
    ("leadpipe", "audience_names", ("listed", "left_out")),
)
_KEEPS_RESERVE = "contactbased failed_reserve=kept"


def draw_switches(sandbox: SandboxServer, rng: random.Random) -> tuple[str, ...]:
    """Set each switch of the sandbox at random; how they stand, for the report."""
    chosen = []
    for vendor, name, values in SWITCHES:
        value = rng.choice(values)
        sandbox.switch(vendor, name, value)
        chosen.append(f"{vendor} {name}={value}")
    return tuple(chosen)


def settings_for(switches: tuple[str, ...]) -> str:
    """What a customer of such a vendor writes into contactable.yml: how it charges cannot be seen from a call."""
    if _KEEPS_RESERVE in switches:
        return "endpoints: {contactbased.export: {billing: {kept_of_failed: kept}}}\n"
    return ""
