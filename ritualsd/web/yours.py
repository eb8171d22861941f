"""What is yours, from your own page: the address of your calendar, everything as a file, and all of it removed.

Each is for whoever is signed in and concerns them alone; nobody is told. An erasure asks twice.
"""

from __future__ import annotations

import json

from starlette.responses import RedirectResponse, Response

from ritualsd.errors import StoreBusy
from ritualsd.model import Purpose
from ritualsd.web.house import House
from ritualsd.web.nonces import RANDOM_BYTES, is_ours, new_nonce
from ritualsd.web.pages import page, refusal
from ritualsd.web.sign_in import Visit

MINE = "/mine"


class Yours:
    """The three of them; `Mine` has their buttons."""

    def __init__(self, house: House) -> None:
        self._house = house

    def calendar(self, visit: Visit) -> Response:
        """A new address in the place of every one before it, shown this once; or none any more."""
        does, passes = visit.fields.get("do", ""), self._house.store.passes
        if does not in ("new", "end"):
            return refusal(visit.phrases, 422)
        before = passes.of(visit.person.id, Purpose.CALENDAR)
        address = self._house.new_calendar(visit.person.id) if does == "new" else ""
        for given in before:
            passes.revoke(given.digest)
        return page("address", visit.phrases, address=address) if address else RedirectResponse(MINE, 303)

    def export(self, visit: Visit) -> Response:
        """Everything of theirs as JSON, for the browser to keep as a file."""
        text = json.dumps(self._house.export(visit.person.id), ensure_ascii=False, indent=1) + "\n"
        return Response(
            text, media_type="application/json", headers={"Content-Disposition": 'attachment; filename="ritualsd.json"'}
        )

    def erase(self, visit: Visit) -> Response:
        """The question, whose button alone erases: its number is good for this sign-in and for nothing else."""
        about = b"erase " + visit.session.digest
        if "nonce" not in visit.fields:
            nonce = new_nonce(self._house.secret, about, self._house.random(RANDOM_BYTES))
            return page("erase", visit.phrases, nonce=nonce)
        if not is_ours(visit.fields["nonce"], self._house.secret, about):
            return refusal(visit.phrases, 422)
        said = "page.erased.words"
        try:
            self._house.erase(visit.person.id)
        except StoreBusy:  # the rows are gone all the same, and the sign-in with them
            said = "page.erased.almost"
        heading, words = visit.phrases.say("page.erased"), visit.phrases.say(said, person=visit.person.id)
        return page("note", visit.phrases, heading=heading, words=words)
