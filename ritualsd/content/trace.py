"""One call into a plugin, as an author wants to see it: what was called, how long it took, what came of it.

Holds counts and types only: no prompt, no setting, no words of a message.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ritualsd.content.guard import Failed, Ok, TimedOut
from ritualsd.model import Message

Outcome: TypeAlias = Ok[Any] | Failed | TimedOut | None
"""None: the plugin rests and was not called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookCall:
    """`arguments` as they were given; `outcome` in a few words, such as "3 prompts" or "ValueError"."""

    plugin: str
    hook: str
    arguments: Mapping[str, Any]
    outcome: str
    seconds: float
    ok: bool

    @classmethod
    def of(cls, plugin: str, hook: str, arguments: Mapping[str, Any], outcome: Outcome, seconds: float) -> HookCall:
        return cls(
            plugin=plugin, hook=hook, arguments=arguments, outcome=in_words(outcome), seconds=seconds,
            ok=isinstance(outcome, Ok),
        )  # fmt: skip

    def __str__(self) -> str:
        kind = getattr(self.arguments.get("ask"), "kind", "")
        given = kind or ", ".join(self.arguments)
        return f"{self.plugin}: {self.hook}({given})  {self.seconds * 1000:.1f} ms  {self.outcome}"


Trace: TypeAlias = Callable[[HookCall], None]


def in_words(outcome: Outcome) -> str:
    match outcome:
        case None:
            return "resting, not called"
        case TimedOut():
            return f"no answer within {outcome.seconds:g} s"
        case Failed():
            return type(outcome.error).__name__
        case Ok(value=int(count)):
            return f"{count} prompt{'' if count == 1 else 's'}"
        case Ok(value=Message()):
            return "reworded"
        case Ok(value=Collection() as several):
            return f"{len(several)} item{'' if len(several) == 1 else 's'}"
        case _:
            return "nothing"
