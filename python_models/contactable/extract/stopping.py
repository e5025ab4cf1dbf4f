"""From the end of a call to the end of an endpoint's work."""

from contactable.extract.call import End, Outcome
from contactable.extract.context import ExtractContext
from contactable.http import Fault
from contactable.vendors import Endpoint

#: The account, its plan or the vendor's version has no such endpoint.
_NOT_THERE = frozenset({"not_found", "not_licensed"})


def note_stop(context: ExtractContext, endpoint: Endpoint, outcome: Outcome) -> bool:
    """Record why an endpoint's work ends here; False when it goes on."""
    match outcome.end:
        case End.STOP_PRODUCT if is_missing_look_up(endpoint, outcome):
            note_missing(context, endpoint, outcome)
        case End.STOP_PRODUCT | End.STOP_VENDOR:
            fault = outcome.verdict.fault if outcome.verdict else Fault.VENDOR
            kind = "configuration" if fault is Fault.CONFIGURATION else "vendor"
            context.tally.stop(endpoint.key, outcome.message, kind)
        case End.NO_BUDGET:
            context.tally.stop(endpoint.key, outcome.message, "budget")
        case End.STOPPED:
            context.tally.stop(endpoint.key, context.stop.reason or "stopped", "deadline")
        case _:
            return False
    return True


def is_missing_look_up(endpoint: Endpoint, outcome: Outcome) -> bool:
    """A free look-up that this account does not have, or a thing that it cannot be asked about."""
    if not endpoint.is_look_up or outcome.verdict is None:
        return False
    status = None if outcome.reply is None else outcome.reply.status
    return outcome.verdict.rule in _NOT_THERE or status == 404


def note_missing(context: ExtractContext, endpoint: Endpoint, outcome: Outcome) -> None:
    """Say that a look-up is not there. Only where a setting cannot be carried out without it, work stops."""
    needed = context.needed_by.get(endpoint.key, ())
    status = "" if outcome.reply is None else f" (status {outcome.reply.status})"
    if needed:
        text = f"not there{status}, and these cannot be asked without it: {', '.join(needed)}. {outcome.message}"
        context.tally.stop(endpoint.key, text, "configuration")
    else:
        text = f"not there for this account{status}; nothing that is configured needs it"
        context.tally.note(endpoint.key, text)
