from collections.abc import Iterator

import pytest

from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import use_language


@pytest.fixture
def english() -> Iterator[None]:
    """Readers speak English again when the test has ended."""
    yield
    use_language(ENGLISH)
