"""The bundled decks, counted: how many prompts each kind has, how deep, for whom and with which tags.

One row a kind. Floors only, so that a deck may grow; what one prompt may say is the lint's business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from ritualsd.content.host import ContentHost
from ritualsd.core.fit import tags_of
from ritualsd.model import Household, Prompt, Settings

A_FEW = 4
"""How many prompts a tag has when a floor names it without a number: enough to draw from."""

Floor = tuple[Callable[[Prompt], bool], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a kind must hold. `depths` names every depth that may occur and how many of each there are at least."""

    at_least: int
    depths: Mapping[int, int]
    who: Mapping[str, int]
    tags: Mapping[str, int]
    playful: float = 0.0  # the share of the light prompts (depth 1) that may raise a smile
    alone: int = 15  # prompts that work when nobody else is configured
    in_grief: int = 15  # prompts that may come in grief; 0 for a kind that rests then
    also: Mapping[str, Floor] = field(default_factory=dict)


def some(tags: str) -> dict[str, int]:
    """A few of each."""
    return dict.fromkeys(tags.split(), A_FEW)


def usable(season: str) -> Callable[[Prompt], bool]:
    """Whether a prompt may come at that time of the year."""
    return lambda prompt: not prompt.season or season in prompt.season


ROWS: dict[str, Row] = {
    "check-in": Row(
        at_least=200,
        depths={1: 55, 2: 60, 3: 50, 4: 25, 5: 10},
        who={"group": 120},
        tags=some("highs-lows agenda scale evening"),
        playful=0.15,
    ),
    "curiosity": Row(
        at_least=150,
        depths={1: 50, 2: 50, 3: 35, 4: 15},
        who={"group": 100},
        tags=some("identity evening reask") | {"parting": 20},
        playful=0.15,
        in_grief=0,
    ),
    "gesture": Row(
        at_least=200,
        depths={1: 200},
        who={"group": 120},
        tags={"apart": 50},
        also={
            "free": (lambda prompt: prompt.cost == 0, 120),
            "at most ten minutes": (lambda prompt: prompt.minutes <= 10, 80),
            **{season: (usable(season), 150) for season in ("spring", "summer", "autumn", "winter")},
        },
    ),
    "date": Row(
        at_least=150,
        depths={1: 150},
        who={"group": 40},
        tags=some("cook walk class explore series new getaway") | {"home": 40, "apart": 30},
        playful=0.15,
        also={
            "free": (lambda prompt: prompt.cost == 0, 50),
            "planned": (lambda prompt: prompt.effort == 3, A_FEW),
        },
    ),
    "gratitude": Row(
        at_least=150,
        depths={1: 100, 2: 20},
        who={"solo": 40},
        tags=some("small aloud qualities apart"),
    ),
    "note": Row(
        at_least=60,
        depths={1: 40, 2: 10},
        who={"solo": 60, "pair": 60, "group": 60},
        tags={},
        also={"open, in eight words": (lambda prompt: prompt.text.endswith("…") and len(prompt.text.split()) <= 8, 60)},
    ),
    "affection": Row(
        at_least=60,
        depths={1: 40, 2: 10},
        who={"pair": 30, "group": 30},
        tags={"words": 25, "touch": 25, "apart": 10},
        alone=8,
    ),
    "celebrate": Row(
        at_least=60,
        depths={1: 40, 2: 10},
        who={"solo": 20},
        tags=some("small brave"),
        in_grief=0,
    ),
    "promise": Row(
        at_least=40,
        depths={1: 20, 2: 15, 3: 5},
        who={"solo": 20},
        tags=some("reassure honesty"),
    ),
    "boundaries": Row(
        at_least=40,
        depths={1: 25, 2: 10, 3: 5},
        who={"solo": 25},
        tags=some("work time"),
    ),
    "listening": Row(
        at_least=80,
        depths={1: 30, 2: 30, 3: 8},
        who={"solo": 20},
        tags=some("attention unspoken empathy phrase i-statement receive") | {"reunion": 20},
    ),
    "reflection": Row(
        at_least=100,
        depths={1: 25, 2: 30, 3: 25, 4: 5},
        who={"solo": 100},
        tags=some("naming barriers patience before-talk"),
    ),
    "repair": Row(
        at_least=60,
        depths={2: 30, 3: 15, 4: 5},
        who={"solo": 30},
        tags=some("i-statement forgive solve cool-off"),
    ),
    "quality-time": Row(
        at_least=80,
        depths={1: 80},
        who={"group": 40},
        tags=some("morning meal nothing-to-do") | {"apart": 20},
    ),
    "growth": Row(
        at_least=60,
        depths={1: 15, 2: 15, 3: 10, 4: 5},
        who={"solo": 30},
        tags=some("change feedback"),
        in_grief=0,
    ),
}


@pytest.fixture(scope="module")
def prompts() -> dict[str, list[Prompt]]:
    """The English prompts we ship, by kind."""
    host = ContentHost(Settings(root="", household=Household()), no_plugins=True, emit=lambda _: None, strict=True)
    shelf: dict[str, list[Prompt]] = {}
    for deck in host.decks():
        if deck.language in ("", "en"):
            shelf.setdefault(deck.kind, []).extend(deck.prompts)
    return shelf


def serves(prompt: Prompt, company: str) -> bool:
    """Whether it can be sent to such a company: only in a pair is there exactly one other person to name."""
    return (not prompt.who or company in prompt.who) and (company == "pair" or "{other}" not in prompt.text)


@pytest.fixture(params=ROWS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pool(prompts: dict[str, list[Prompt]], kind: str) -> list[Prompt]:
    return prompts.get(kind, [])


def test_a_kind_has_its_prompts(kind: str, pool: list[Prompt]) -> None:
    assert len(pool) >= ROWS[kind].at_least


def test_a_kind_is_as_deep_as_the_guide_says(kind: str, pool: list[Prompt]) -> None:
    there = Counter(prompt.depth for prompt in pool)
    assert set(there) <= set(ROWS[kind].depths)
    assert there >= Counter(ROWS[kind].depths)


def test_a_kind_serves_the_companies_the_guide_names(kind: str, pool: list[Prompt]) -> None:
    there = Counter(company for prompt in pool for company in ("solo", "pair", "group") if serves(prompt, company))
    assert there >= Counter(ROWS[kind].who)


def test_a_kind_has_its_tags(kind: str, pool: list[Prompt]) -> None:
    there = Counter(tag for prompt in pool for tag in tags_of(prompt))
    assert there >= Counter(ROWS[kind].tags)


def test_a_kind_keeps_the_other_floors_of_its_row(kind: str, pool: list[Prompt]) -> None:
    there = Counter(name for name, (wanted, _) in ROWS[kind].also.items() for prompt in pool if wanted(prompt))
    assert there >= Counter({name: floor for name, (_, floor) in ROWS[kind].also.items()})


def test_one_person_alone_has_enough_of_a_kind(kind: str, pool: list[Prompt]) -> None:
    assert len([prompt for prompt in pool if serves(prompt, "solo")]) >= ROWS[kind].alone


def test_a_kind_has_enough_to_say_in_grief(kind: str, pool: list[Prompt]) -> None:
    assert len([prompt for prompt in pool if "grief" not in prompt.avoid]) >= ROWS[kind].in_grief


def test_a_laugh_comes_every_so_often(kind: str, pool: list[Prompt]) -> None:
    light = [prompt for prompt in pool if prompt.depth == 1]
    assert len([prompt for prompt in light if "playful" in prompt.tags]) >= ROWS[kind].playful * len(light)
