"""What every declaration must hold, so that a new endpoint cannot forget it."""

import pytest

from contactable.vendors import ENDPOINTS, VENDORS, Endpoint, Flow, Provenance
from contactable.warehouse.raw_tables import STREAMS


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda endpoint: endpoint.key)
def test_an_endpoint_is_complete(endpoint: Endpoint) -> None:
    assert endpoint.vendor in VENDORS
    assert endpoint.key.startswith(f"{endpoint.vendor}.")
    assert endpoint.stream in STREAMS[endpoint.vendor], "its answers need a raw table"
    assert endpoint.path.startswith("/")
    assert 1 <= endpoint.batch_size <= endpoint.most_per_call
    assert endpoint.provenance is Provenance.DOC or endpoint.assumptions, "say what is assumed"
    if endpoint.paid and endpoint.flow is Flow.CALL:
        assert endpoint.quote(endpoint.batch_size) > 0, "a paid call has a price"
        assert not endpoint.repeatable, "a paid call is not sent twice"
    assert bool(endpoint.steps) is endpoint.is_job
    for step in endpoint.steps.values():
        assert ENDPOINTS[step].vendor == endpoint.vendor
        assert not ENDPOINTS[step].worklist or ENDPOINTS[step].is_look_up, "no worklist asks a step by itself"
