"""The draw: one prompt out of a pool, from a shuffle bag that survives restarts. It keeps nothing and rolls no dice.

The choice is a keyed hash of ritual, slot and prompt, so a preview and the real thing agree, and a restart changes
nothing. The bag is the `seen` record: within a round no prompt comes twice, and what was never drawn comes first.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import log

from ritualsd.core.fit import NO_LIMITS, NO_WISHES, TIME_TAGS, Limits, Wishes, fitting
from ritualsd.core.words import prompt_id
from ritualsd.model import EMPTY, Ask, Drawn, Prompt, Seen

COOL_OFF = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPrompt:
    """Nothing in the pool may be said; `why` is a sentence for a person."""

    why: str


def draw(
    pool: Iterable[Prompt],
    seen: Mapping[str, Seen],
    *,
    ask: Ask,
    key: bytes,
    people: int,
    placeholders: Collection[str],
    season: str = "",
    cool_off: timedelta = COOL_OFF,
    wishes: Wishes = NO_WISHES,
    limits: Limits = NO_LIMITS,
    weights: Mapping[str, float] = EMPTY,
    times: frozenset[str] | None = None,
) -> Drawn | NoPrompt:
    """Choose one prompt of `pool` for `ask`. Deterministic in all its arguments.

    `seen` holds what was drawn before in this scope and kind, by prompt id. `people` counts everyone the ritual is
    among, the reader included. `placeholders` are those with a value. `season` is the time of year (`fit.season_of`).
    `weights` makes prompts likelier or less so, by id; `wishes`, `limits` and `times` are those of `fit.fitting`.
    """
    bag = _unique(pool)
    fit = fitting(
        bag, ask=ask, people=people, season=season, placeholders=placeholders, wishes=wishes, limits=limits, times=times
    )  # fmt: skip
    if not fit.prompts:
        return NoPrompt(why=_why_nothing(bag, ask))
    left, current = _left_in_bag(fit.prompts, seen)
    rested = [prompt for prompt in left if _is_rested(prompt, seen, ask, cool_off)]
    fresh = _other_tags(rested or _longest_rested(left, seen), seen, ask)
    chosen = min(fresh, key=lambda prompt: (_lot(prompt, ask, key, weights), prompt.id))
    why = [f"one of {fit.among} that fit, round {current}", *fit.notes]
    if not rested:
        why.append(f"each of them came within {cool_off.days} days, so one that rested longest")
    return Drawn(prompt=chosen, round=current, why="; ".join(why))


def _unique(pool: Iterable[Prompt]) -> list[Prompt]:
    """The pool with an id on every prompt, and without second copies of one: the first stays."""
    found: dict[str, Prompt] = {}
    for prompt in pool:
        known = prompt if prompt.id else replace(prompt, id=prompt_id(prompt.text))
        found.setdefault(known.id, known)
    return list(found.values())


def _left_in_bag(prompts: Sequence[Prompt], seen: Mapping[str, Seen]) -> tuple[list[Prompt], int]:
    """The prompts that rested for the most rounds, and the round a draw of them belongs to.

    The lowest round, not any lower one: two rituals with different tags share one bag, and the busy one must not
    bring the other's prompts round again early.
    """
    rounds = [seen[prompt.id].round if prompt.id in seen else 0 for prompt in prompts]
    lowest, latest = min(rounds), max((entry.round for entry in seen.values()), default=0)
    left = [prompt for prompt, round_ in zip(prompts, rounds, strict=True) if round_ == lowest]
    return left, latest + 1 if lowest == latest else latest


def _is_rested(prompt: Prompt, seen: Mapping[str, Seen], ask: Ask, cool_off: timedelta) -> bool:
    return prompt.id not in seen or ask.at - seen[prompt.id].last_utc >= cool_off


def _longest_rested(prompts: Sequence[Prompt], seen: Mapping[str, Seen]) -> Sequence[Prompt]:
    """Where all were drawn within the cool-off: the half that rested longest."""
    by_age = sorted(prompts, key=lambda prompt: (seen[prompt.id].last_utc, prompt.id))
    return by_age[: (len(by_age) + 1) // 2]


def _other_tags(prompts: Sequence[Prompt], seen: Mapping[str, Seen], ask: Ask) -> Sequence[Prompt]:
    """Those that share no tag with the last one drawn, where there are any."""
    if not seen:
        return prompts
    last = max(seen.values(), key=lambda entry: entry.last_utc).tags - ask.tags - TIME_TAGS
    return [prompt for prompt in prompts if not prompt.tags & last] or prompts


def _lot(prompt: Prompt, ask: Ask, key: bytes, weights: Mapping[str, float]) -> float:
    """A prompt's lot: the lowest wins. An exponential of rate `weight`, so twice the weight is twice as likely."""
    slot = ask.at.replace(tzinfo=None).isoformat()
    digest = hmac.digest(key, f"draw|{ask.ritual}|{slot}|{prompt.id}".encode("utf-8", "replace"), "sha256")
    uniform = (int.from_bytes(digest[:8], "big") + 0.5) / 2.0**64
    return -log(uniform) / (prompt.weight * weights.get(prompt.id, 1.0))


def _why_nothing(pool: Sequence[Prompt], ask: Ask) -> str:
    kind = ask.kind or "this deck"
    if not pool:
        return f"no deck and no plugin offered anything for {kind}"
    return f"{len(pool)} prompts for {kind}, but none fits the depth, the people and what is known of them"
