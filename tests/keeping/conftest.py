"""What these tests share."""

from pathlib import Path

import pytest
from keeping_desk import Keeper


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    return Keeper(tmp_path, monkeypatch)
