"""A secret value by itself: wherever it is printed it shows as stars, and it travels nowhere by accident."""

from __future__ import annotations

import copy
import pickle
from dataclasses import asdict

import pytest

from ritualsd.model import Secret
from tests.builders import channel

CANARY = "CANARY-token"


def test_a_secret_shows_as_stars_and_refuses_to_be_pickled() -> None:
    secret = Secret(CANARY)
    shown = f"{secret} {secret!r} {secret:>9} {secret!s} {[secret]} {channel('ana', url=secret)}"
    assert CANARY not in shown
    assert secret.reveal() == CANARY
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        copy.deepcopy(secret)


def test_a_channel_taken_apart_keeps_its_address_to_itself() -> None:
    with pytest.raises(TypeError):
        asdict(channel("ana", url=Secret(CANARY)))
