"""From the end of a call to the end of an endpoint's work."""

from contactable.extract.call import End, Outcome
from contactable.extract.context import ExtractContext
from contactable.http import Fault


def note_stop(context: ExtractContext, endpoint: str, outcome: Outcome) -> bool:
    """Record why an endpoint's work ends here; False when it goes on."""
    match outcome.end:
        case End.STOP_PRODUCT | End.STOP_VENDOR:
            fault = outcome.verdict.fault if outcome.verdict else Fault.VENDOR
            kind = "configuration" if fault is Fault.CONFIGURATION else "vendor"
            whole_key = outcome.end is End.STOP_VENDOR
            context.tally.stop(endpoint, outcome.message, kind, key_refused=whole_key)
        case End.NO_BUDGET:
            context.tally.stop(endpoint, outcome.message, "budget")
        case End.STOPPED:
            context.tally.stop(endpoint, context.stop.reason or "stopped", "deadline")
        case _:
            return False
    return True
