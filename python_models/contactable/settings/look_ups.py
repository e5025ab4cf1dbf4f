"""Settings that the vendors' free look-ups decide about."""

from collections.abc import Mapping

from contactable.settings.config import Settings
from contactable.vendors import ENDPOINTS


def named_at_vendors(settings: Settings) -> tuple[str, ...]:
    """Vendors whose own names (feeds, filter values, topics) the settings use: a look-up knows them, or not."""
    contactbased, leadpipe = settings.contactbased, settings.leadpipe
    named = {
        "contactbased": contactbased.feeds != "all" or contactbased.consumer_filters,
        "leadpipe": leadpipe.queries or leadpipe.audiences,
    }
    return tuple(vendor for vendor, used in named.items() if used)


def needed_by(settings: Settings, states: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Look-ups -> what the configuration wants and cannot have without them; see ``int_worklists__feeds`` and
    ``worklist_discovery``.

    Every other look-up only checks settings, names things or tells their size.
    """
    contactbased = settings.contactbased
    every_feed = ("contactbased.feed_search", "contactbased.export") if contactbased.feeds == "all" else ()
    saved = ("contactbased.feed_create",) if any(text.save for text in contactbased.builder) else ()
    wanted = {
        "contactbased.feeds": (*every_feed, *saved),
        "contactbased.feed_preview": () if saved else ("contactbased.feed_preview",),
        "leadpipe.audience_list": ("leadpipe.audience_create",),
    }
    # Off by default: whoever switched it on wants what it tells.
    wanted |= {key: (key,) for key, endpoint in ENDPOINTS.items() if endpoint.is_look_up and not endpoint.enabled}
    return {
        look_up: tuple(key for key in keys if not states.get(key, "unknown")) for look_up, keys in wanted.items()
    }
