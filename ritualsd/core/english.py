"""Every phrase a receiver may read beside the prompts, in English. Packs of other languages have the same keys.

Plain, short, warm; no guilt, no count, nobody's name but those in braces.
"""

from __future__ import annotations

PHRASES: dict[str, str] = {
    "title.discreet": "A small note",
    "late": "A little late, from {when}:",
}
