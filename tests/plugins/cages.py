"""What becomes of each plugin of the zoo: of the file `zoo/NAME.py`, beside a plugin that is well."""

from __future__ import annotations

from pathlib import Path

ZOO = Path(__file__).with_name("zoo")


def source(name: str) -> str:
    """The text of one of them."""
    return (ZOO / f"{name}.py").read_text("utf-8")


REFUSED: dict[str, tuple[str, str]] = {
    "syntax": ("load-error", "line 1: SyntaxError"),
    "missing-import": ("load-error", "No module named 'httpx_that_is_not_here'"),
    "exits": ("load-error", "SystemExit: 3"),
    "interrupts": ("load-error", "KeyboardInterrupt"),
    "raises": ("load-error", "ValueError: no luck"),
    "no-hook": ("load-error", "has no hook"),
    "misspelt": ("load-error", "unknown hook 'ritualsd_gratitud_prompts'; did you mean ritualsd_gratitude_prompts?"),
    "misspelt-prefix": ("load-error", "unknown hook 'gratitude_prompts'; did you mean ritualsd_gratitude_prompts?"),
    "undecorated": ("load-error", "ritualsd_gratitude_prompts is not marked; write @hookimpl above it"),
    "unknown-argument": ("load-error", "asks for 'mood'; it is called with ask"),
    "star-arguments": ("load-error", "takes **given; take ask by name"),
    "keyword-only": ("load-error", "take ask by name"),
    "async": ("load-error", "is async; write def"),
    "wrapper": ("load-error", "uses wrapper"),
    "optional": ("load-error", "uses optionalhook"),
    "other-name": ("load-error", "uses specname"),
    "future-api": ("incompatible", "needs plugin API 99, this ritualsd speaks 1; upgrade ritualsd"),
    "odd-info": ("load-error", "is not a PluginInfo"),
    "another-name": ("load-error", "calls itself 'somebody' but was found as 'another-name'"),
    "require": ("load-error", "cannot be a plugin's name"),
    "exiting-validator": ("bad-config", "SystemExit: 1"),
    "not-ready": ("unavailable", "PluginUnavailable: the service sleeps"),
    "needs-you": ("bad-config", "PluginMisconfigured: write a town"),
    "slow-to-configure": ("unavailable", "no answer within 0.3 seconds"),
}
"""Name: the status it ends in, and what its error says."""

FAILING: dict[str, tuple[list[str], str]] = {
    "calls-raises": ([], "RuntimeError"),
    "calls-exits": ([], "SystemExit"),
    "calls-interrupts": ([], "KeyboardInterrupt"),
    "recurses": ([], "RecursionError"),
    "gives-a-dict": ([], "TypeError"),
    "gives-a-text": ([], "TypeError"),
    "gives-bytes": ([], "TypeError"),
    "gives-a-number": ([], "TypeError"),
    "gives-an-odd-item": (["What was good?"], "TypeError"),
    "fails-half-way": (["What was good?"], "OSError"),
    "stalls-after-one": (["What was good?"], "timeout"),
    "sleeps": ([], "timeout"),
    "spins": ([], "timeout"),
    "fails-to-print": ([], "Bad"),
}
"""Name: what it still offers, and the code of its failure."""

ODD: dict[str, list[str]] = {
    "gives-none": [],
    "gives-nothing": [],
    "never-ends": ["fifty"],
    "only-blanks": [],
    "blank-and-huge": ["What was good?"],
    "lone-surrogate": ["What was good?"],
    "control-signs": ["What was good?"],
    "lying-text": ["What was good?"],
    "same-twice": ["What was good?", "a"],
    "tags-as-text": ["What was good?"],
    "odd-weights": ["one", "two", "three", "four", "five"],
    "odd-depths": ["three"],
    "meddles": ["What was good?"],
    "prints": ["What was good?"],
}
"""Name: what it offers; none of these counts as a failure."""

WILD_AT_IMPORT: dict[str, str] = {
    "leaves-at-import": "its process ended while it was loaded, with exit code 0",
    "crashes-at-import": "its process ended while it was loaded, by SIGSEGV",
    "hoards-at-import": "MemoryError",
    "spins-at-import": "did not load within",
    "sleeps-at-import": "did not load within",
}
"""Those that would take the daemon along: only ever imported in a process of their own. Name: what its error says."""

WILD: dict[str, tuple[list[str], str, str]] = {
    "leaves": ([], "ProcessEnded", "with exit code 0"),
    "crashes": ([], "ProcessEnded", "by SIGSEGV"),
    "hoards": ([], "MemoryError", "MemoryError"),
    "spins-for-ever": ([], "timeout", "no answer within"),
    "sleeps-for-ever": ([], "timeout", "no answer within"),
    "forges": ([], "ProcessEnded", "answer"),
}
"""The same when asked. Name: what it still offers, the code of its failure, and what its error says."""

WILD_BUT_WELL: dict[str, list[str]] = {
    "forks": ["What was good?"],
    "shouts": ["What was good?"],
    "floods": ["What was good?"],
    "leaks": ["What was good?"],
}
"""The same, with an answer that can be used."""
