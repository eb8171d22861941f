"""The ideas themselves, each with the sign of the sky it waits for. An id is for ever."""

from __future__ import annotations

from dataclasses import dataclass

from ritualsd import Prompt

from .german import TEXTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """Words for days on which `when` is true: a season, a turn of the year, or something about the light."""

    id: str
    when: str
    text: str
    place: str = "out"
    minutes: int = 30
    tags: frozenset[str] = frozenset()

    def prompt(self, *, sunset: str, language: str) -> Prompt:
        texts = TEXTS if language == "de" else {}
        return Prompt(
            id=self.id,
            text=texts.get(self.id, self.text).replace("SUNSET", sunset),
            language="de" if self.id in texts else "en",
            place=frozenset({self.place}),
            minutes=self.minutes,
            tags=self.tags | {"outside"},
        )


EVENING = frozenset({"evening"})
WALK = frozenset({"walk"})

DATES = (
    Idea(id="first-flower", when="spring", text="Look for the first thing in flower within ten minutes of the door."),
    Idea(id="open-window", when="spring", minutes=20, place="home",
         text="Open the window that gets the most sun and have something to drink beside it."),
    Idea(id="bird", when="spring", minutes=15, text="Listen until one bird is easy to tell from the others."),
    Idea(id="shade", when="summer", text="Find the deepest shade within a walk and stay until someone gets bored.",
         tags=WALK | {"playful"}),
    Idea(id="bare-feet", when="summer", minutes=20, text="Find a patch of grass, sand or water for bare feet."),
    Idea(id="cold-supper", when="summer", minutes=60, text="Eat something cold outdoors, straight from the box."),
    Idea(id="one-leaf", when="autumn", text="Bring home one leaf each, then say why it was that one."),
    Idea(id="smell-of-rain", when="autumn", minutes=20, text="Go out right after it has rained, only to smell it."),
    Idea(id="last-warm-bench", when="autumn", text="Find the bench that keeps the sun the longest.", tags=WALK),
    Idea(id="hot-cup-outside", when="winter", minutes=20,
         text="Make something hot, take it outside, and come back in when it is finished."),
    Idea(id="steam", when="winter", text="Find a window that is steamed up, go in, and order whatever smells best."),
    Idea(id="clear-air", when="winter", minutes=20, text="Step out for the clearest air of the year, hats and all."),
    Idea(id="long-way", when="long-light", minutes=60, tags=WALK,
         text="There is light until about SUNSET: take the long way round to somewhere you like."),
    Idea(id="first-lamp", when="evening-sun", tags=EVENING,
         text="The sun sets at about SUNSET. Watch it from somewhere high, until the first lamp is on."),
    Idea(id="long-shadows", when="evening-sun", minutes=15, tags=EVENING | {"playful"},
         text="Before the sun sets at about SUNSET, find the longest shadow on your street."),
    Idea(id="lit-windows", when="early-dark", tags=EVENING | WALK,
         text="It is dark from about SUNSET. Walk past the lit windows and choose a favourite."),
    Idea(id="stars-early", when="early-dark", minutes=15, tags=EVENING,
         text="The stars come early now. Find a place with few lamps and count to ten of them."),
    Idea(id="longest", when="longest", minutes=60,
         text="These are the longest days of the year. Have one meal of this one outdoors."),
    Idea(id="shortest", when="shortest", place="home", tags=EVENING,
         text="These are the shortest days of the year. Light something, and let it be the only lamp for an hour."),
    Idea(id="equal", when="equal",
         text="Day and night are nearly the same length this week. Go out once in each of them."),
)  # fmt: skip

GESTURES = (
    Idea(id="twig", when="spring", minutes=10, text="Bring in a twig that is about to open, and put it in water."),
    Idea(id="first-warm-spot", when="spring", place="home", minutes=5,
         text="Move a chair to where the first warm sun falls."),
    Idea(id="cool-bottle", when="summer", place="home", minutes=5,
         text="Put a bottle of water in the cold for whoever comes in from the heat."),
    Idea(id="blind", when="summer", place="home", minutes=5,
         text="Let down the blind on the sunny side before the room heats up."),
    Idea(id="layer", when="autumn", place="home", minutes=5, text="Put a warm layer where someone will want it soon."),
    Idea(id="dry-shoes", when="autumn", place="home", minutes=10,
         text="Set wet shoes to dry with paper in them, someone else's first."),
    Idea(id="warm-gloves", when="winter", place="home", minutes=5,
         text="Warm a pair of gloves before someone goes out."),
    Idea(id="clear-path", when="winter", minutes=15,
         text="Clear the way in front of the door before anyone needs it."),
    Idea(id="lamp-on", when="early-dark", place="home", minutes=1, tags=EVENING,
         text="It is dark from about SUNSET: leave a lamp on for whoever comes home last."),
    Idea(id="last-light-chairs", when="long-light", place="home", minutes=5,
         text="The light stays until about SUNSET: put a chair where the last of it falls."),
    Idea(id="call-to-window", when="evening-sun", place="home", minutes=1, tags=EVENING,
         text="Call someone to the window a little before SUNSET, when the light turns."),
)  # fmt: skip
