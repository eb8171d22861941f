"""The page of somebody's own look back: what was, as they said it. It changes nothing, and shows it to nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.responses import Response

from ritualsd.core.compose import title_of
from ritualsd.core.proposals import Proposal
from ritualsd.core.reflect import Review
from ritualsd.web.chart import HEIGHT, WIDTH, chart
from ritualsd.web.house import House
from ritualsd.web.pages import day_name, page
from ritualsd.web.sign_in import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Something from the jar."""

    day: str
    words: str


class LookingBack:
    """What somebody who is signed in can look back at."""

    def __init__(self, house: House) -> None:
        self._house = house

    def page(self, visit: Visit) -> Response:
        """From the first day of last month until now."""
        seen, ideas = self._house.look_back(visit.person.id)
        phrases, zone = visit.phrases, ZoneInfo(visit.person.zone)
        begin, end = (day_name(at.astimezone(zone).date(), phrases) for at in (seen.since_utc, seen.until_utc))
        return page(
            "review", phrases, here="review", person=visit.person, empty=not seen,
            span=phrases.say("page.review.span", begin=begin, end=end),
            done=[
                phrases.count("page.review.done", look.done, ritual=_name(visit, look.ritual)) for look in seen.done
            ],
            helped=[_name(visit, look.ritual) for look in seen.helped],
            skipped=[_name(visit, look.ritual) for look in seen.skipped],
            charts=[
                chart(f"trend-{place}", _name(visit, name), points, zone, phrases)
                for place, (name, points) in enumerate(seen.trends.items())
            ],
            width=WIDTH, height=HEIGHT, jar=_jar(visit, seen, zone),
            tally=phrases.count("page.review.tally", seen.tally) if seen.tally else "",
            ideas=[_sentence(visit, idea) for idea in ideas],
        )  # fmt: skip


def _jar(visit: Visit, seen: Review, zone: ZoneInfo) -> list[Kept]:
    return [
        Kept(day=day_name(kept.at_utc.astimezone(zone).date(), visit.phrases), words=kept.words) for kept in seen.jar
    ]


def _sentence(visit: Visit, idea: Proposal) -> str:
    return visit.phrases.say(f"propose.{idea.idea}", ritual=_name(visit, idea.ritual))


def _name(visit: Visit, ritual: str) -> str:
    found = visit.settings.household.rituals.get(ritual)
    return title_of(found) if found is not None else ritual.replace("-", " ").capitalize()
