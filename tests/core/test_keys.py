"""A key as a line of text: it reads back, and what is none is refused without being repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.keys import key_id, key_text, read_keys

KEYS = st.binary(min_size=32, max_size=32)


@given(st.lists(KEYS, min_size=1, max_size=4))
def test_a_key_file_reads_back_in_its_order(keys: list[bytes]) -> None:
    text = "# made in spring\r\n\r\n" + "\r\n".join(f"  {key_text(key)}  " for key in keys) + "\n"
    assert read_keys(text) == tuple(keys)


@given(st.text(max_size=80))
def test_what_is_no_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="key") as caught:
        read_keys(f"{text}\nritualsd-key-1:CANARY")
    assert "CANARY" not in str(caught.value)


def test_an_empty_file_holds_no_key() -> None:
    with pytest.raises(ValueError, match="no key in it"):
        read_keys("\n# only a note\n")


@given(KEYS)
def test_the_name_of_a_key_says_nothing_of_it(key: bytes) -> None:
    assert len(key_id(key)) == 8
    assert key_id(key) not in key_text(key)
