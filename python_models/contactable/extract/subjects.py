"""From worklist rows to subjects that may be sent."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contactable.extract.context import ExtractContext
from contactable.journal.calls import Subject
from contactable.vendors import Endpoint


@dataclass(frozen=True, slots=True)
class Question:
    """One row of a worklist. ``options_text`` is the canonical JSON the worklist carries."""

    subject: Subject
    options_text: str
    options: Mapping[str, Any]


def question(
    endpoint: Endpoint,
    key: str,
    subject_type: str,
    value: str,
    options_text: str,
    last_asked_at: str | None,
    subject_key: str | None = None,
) -> Question:
    """A row as the flows want it; ``subject_key`` is the worklist's.

    Object inputs travel with a Sequence, by which answers are keyed: a hash of the object alone, so that the
    models can tell whom an answer is about without knowing the endpoint or its options.
    """
    payload: Mapping[str, Any] | None = None
    if endpoint.object_input:
        sequence = hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()
        payload = {**json.loads(value), "Sequence": sequence}
        value = sequence
    subject = Subject(key, subject_type, value, payload, last_asked_at, subject_key)
    return Question(subject, options_text, json.loads(options_text or "{}"))


def sendable(context: ExtractContext, endpoint: Endpoint, questions: Iterable[Question]) -> Iterator[Question]:
    """Only what the vendor's documented limits allow.

    A subject outside them is recorded with the rule and never sent. Options outside them are a setting that
    somebody must correct: nothing is recorded against the subjects, which stay due.
    """
    options_text, problem = None, None
    for item in questions:
        if item.options_text != options_text:
            options_text = item.options_text
            problem = next((text for check in endpoint.option_checks if (text := check.test(item.options))), None)
            if problem is not None:
                context.tally.stop(endpoint.key, f"not sent: {problem}", "configuration")
        if problem is not None:
            continue
        broken = next((check for check in endpoint.checks if not check.test(item.subject)), None)
        if broken is None:
            yield item
            continue
        context.journal.reject(
            item.subject,
            {"endpoint": endpoint.key, "vendor": endpoint.vendor, "stream": endpoint.stream},
            rule=broken.rule,
            reason=f"rejected locally, never sent: {broken.reason}",
        )
        context.tally.add(endpoint.key, rejected=1)
