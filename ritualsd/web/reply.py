"""The reply page: one message, its buttons, and what was answered. Looking changes nothing; a form answers once."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from threading import Lock

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ritualsd.core.notices import base_of, notice_in, ritual_called
from ritualsd.core.nudges import number_in
from ritualsd.core.replies import shared
from ritualsd.core.reveal import may_hear
from ritualsd.core.sign_post import OWN_KEY, may_stand_behind_link, says_unsafe, stays_private
from ritualsd.core.tokens import token_digest
from ritualsd.core.visibility import Answer, Visible, answers_heard, may_be_theirs
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.model import Entry, Incoming, Occurrence, Person
from ritualsd.web.house import House
from ritualsd.web.limits import Allowance
from ritualsd.web.nonces import RANDOM_BYTES, is_ours, new_nonce
from ritualsd.web.pages import page, refusal
from ritualsd.web.question import LATER, Question, answer_in, question
from ritualsd.web.sign_in import Visit
from ritualsd.web.sign_post import UNSAFE, Note, asked_for, note_for, put_away

SOURCE = "page"
ANSWERS_A_MINUTE = 10  # to one message


class ReplyPage:
    """One message and its answer, opened by its secret link or by whoever is signed in."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._answers = Allowance(ANSWERS_A_MINUTE)
        self._one_by_one = Lock()

    def by_link(self, request: Request) -> Response:
        """The page behind the link of a message."""
        token = request.path_params["token"]
        try:
            entry = self._house.opened(token)
        except NotFound:
            raise HTTPException(404) from None
        return self._turn(request, entry, token_digest(token), token=token)

    def by_name(self, visit: Visit) -> Response:
        """The same page for its person, signed in."""
        name = visit.request.path_params["occurrence"]
        entry = self._house.store.find(name) if may_be_theirs(visit.person.id, name) else None
        if entry is None or entry.occurrence.person != visit.person.id:
            raise HTTPException(404)
        return self._turn(visit.request, entry, b"occurrence %d" % entry.occurrence.id)

    def _turn(self, request: Request, entry: Entry, about: bytes, token: str = "") -> Response:
        occurrence = self._meant(entry.occurrence)
        asked = self._question(occurrence, token)
        if request.method != "POST":
            return self._show(occurrence, asked, about, note=self._note(occurrence, token))
        return self._put_away(request, occurrence, asked, about, token) or self._answer(
            request, occurrence, asked, about, token
        )

    def _meant(self, occurrence: Occurrence) -> Occurrence:
        """What the page is about: for a nudge, the message it is a nudge to."""
        if not number_in(notice_in(occurrence.ritual, occurrence.part)):
            return occurrence
        entry = self._house.store.find(base_of(occurrence).name)
        return entry.occurrence if entry is not None else occurrence

    def _question(self, occurrence: Occurrence, token: str) -> Question:
        store, household = self._house.store, self._house.lived(occurrence.person).household
        person = household.people[occurrence.person]
        phrases = self._house.phrases(person.language)
        ritual = ritual_called(household, occurrence.ritual)
        replies = store.replies(occurrence.id)
        revealed: Mapping[str, Visible[Answer]] = {}
        if ritual is not None and may_hear(ritual, person.id, household.people, has_answered=bool(shared(replies))):
            answers = store.answers_at(occurrence.ritual, occurrence.slot, occurrence.part)
            revealed = answers_heard(person.id, ritual, answers, household, self._house.now())
        if not self._is_private(occurrence, token):
            replies = [each for each in replies if not stays_private(each.action, each.words, phrases)]
        return question(occurrence, ritual, replies, revealed, household, phrases)

    def _note(self, occurrence: Occurrence, token: str) -> Note | None:
        """The sign-post, where this page is its person's alone."""
        person = self._reader(occurrence)
        return note_for(self._house, person) if self._is_private(occurrence, token) else None

    def _reader(self, occurrence: Occurrence) -> Person:
        return self._house.lived(occurrence.person).household.people[occurrence.person]

    def _is_private(self, occurrence: Occurrence, token: str) -> bool:
        return not token or may_stand_behind_link(self._reader(occurrence))

    def _put_away(
        self, request: Request, occurrence: Occurrence, asked: Question, about: bytes, token: str
    ) -> Response | None:
        """The buttons around the sign-post. None of them is an answer, and the one that asks for it is kept nowhere."""
        does, house = request.state.fields.get("do", ""), self._house
        if does == UNSAFE:
            return self._show(occurrence, asked, about, note=asked_for(house))
        putting = put_away(self._reader(occurrence), house.now())
        if does not in putting:
            return None
        if not self._answers.take(about, house.now_s()):
            return refusal(house.phrases(self._reader(occurrence).language), 429)
        if self._note(occurrence, token) is not None:
            house.store.personal.set_own(occurrence.person, OWN_KEY, putting[does], house.now())
        return RedirectResponse(request.url.path, 303)

    def _show(
        self, occurrence: Occurrence, asked: Question, about: bytes, problem: str = "", typed: str = "",
        note: Note | None = None,
    ) -> Response:  # fmt: skip
        person = self._reader(occurrence)
        nonce = new_nonce(self._house.secret, about, self._house.random(RANDOM_BYTES))
        return page(
            "reply", self._house.phrases(person.language), 422 if problem else 200, question=asked, nonce=nonce,
            problem=problem, typed=typed or asked.said, note=note,
        )  # fmt: skip

    def _answer(self, request: Request, occurrence: Occurrence, asked: Question, about: bytes, token: str) -> Response:
        fields, house = request.state.fields, self._house
        phrases = house.phrases(self._reader(occurrence).language)
        if not self._answers.take(about, house.now_s()):
            return refusal(phrases, 429)
        nonce, text = fields.get("nonce", ""), answer_in(fields, asked.ask)
        if text is None or not is_ours(nonce, house.secret, about):
            return self._show(occurrence, asked, about, "page.no-answer", fields.get("words", ""))
        form = _mark(about, nonce)
        incoming = Incoming(
            occurrence="" if token else occurrence.name, person="" if token else occurrence.person, token=token,
            text=text, source=SOURCE, source_msg_id=f"{form}.{_mark(text.encode())}", received_utc=house.now(),
        )  # fmt: skip
        try:
            with self._one_by_one:  # so that of two answers in one form, sent at once, the second is seen to be one
                if self._was_used(occurrence, form, incoming.source_msg_id):
                    return refusal(phrases, 409)
                house.answer(incoming)
        except NotFound:
            raise HTTPException(404) from None
        except RitualsdError:
            problem = "page.no-later" if text in LATER.values() else "page.no-answer"
            return self._show(occurrence, asked, about, problem, fields.get("words", ""))
        if says_unsafe(text, phrases) and not self._is_private(occurrence, token):
            return self._show(occurrence, asked, about, note=asked_for(house))  # the next to open it sees nothing of it
        return RedirectResponse(request.url.path, 303)

    def _was_used(self, occurrence: Occurrence, form: str, message: str) -> bool:
        """Whether this very form was sent before with something else in it."""
        known = [reply.source_msg_id for reply in self._house.store.replies(occurrence.id) if reply.source == SOURCE]
        return any(each.startswith(f"{form}.") and each != message for each in known)


def _mark(*parts: bytes | str) -> str:
    """A fingerprint that tells nothing of what it is of."""
    return sha256(b"|".join(part.encode() if isinstance(part, str) else part for part in parts)).hexdigest()[:24]
