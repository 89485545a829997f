import pytest

from messaging import kinds
from messaging.tests import factories


@pytest.fixture(autouse=True)
def rights():
    """The test kind is registered, and everybody may receive everything."""
    factories.rights.lost.clear()
    factories.register_test_kind()
    yield factories.rights
    del kinds._kinds[factories.KIND]
