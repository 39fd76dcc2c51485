"""Requests of every shape that the OpenAPI description allows, and of others: none is a fault of ours."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from .apps import client_of
from .conftest import LONG

EXAMPLES = 1000 if LONG else 40


@pytest.fixture(scope="module")
def operations(first_small_index, encoder):
    """What the description offers, by its path."""
    with client_of(first_small_index, encoder) as client:
        described = schemathesis.openapi.from_asgi("/openapi.json", client.app)
        yield {found.ok().path: found.ok() for found in described.get_all_operations()}


@pytest.mark.parametrize("mode", GenerationMode)
def test_no_question_is_a_fault_of_ours(operations, mode):
    """Each reply has a status, a form and a media type that the description names."""
    statuses = set()

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(operations["/api/ask"].as_strategy(generation_mode=mode))
    def ask(case):
        statuses.add(case.call_and_validate().status_code)

    ask()
    assert statuses <= {200, 400, 405, 413, 422}
    assert (200 if mode is GenerationMode.POSITIVE else 422) in statuses


def test_nor_is_asking_how_it_is(operations):
    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(["/healthz", "/readyz"]).flatmap(lambda path: operations[path].as_strategy()))
    def ask(case):
        assert case.call_and_validate().status_code == 200

    ask()
