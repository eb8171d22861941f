"""Many households in one daemon: each found, planned and served by itself, and none seeing another."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ritualsd.core.events import E
from ritualsd.daemon.actions import ACTIONS
from ritualsd.daemon.houses import MOST_STREAMS
from ritualsd.daemon.shelves import Homes
from ritualsd.errors import ConfigError, NotFound
from ritualsd.flow.opened import opened
from ritualsd.model import Ask, Incoming, Pause
from ritualsd.store import memory_store
from tests.daemon.village import START, Village, household

TODAY = START.replace(hour=23)
DAY = timedelta(days=1)


def test_a_file_in_the_folder_becomes_a_message_in_its_own_inbox(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household("from the oak"), "elm/config.toml": household("from the elm")})
    assert village.look().changed == 2
    village.live_until(TODAY)
    assert village.words("oak") == ["from the oak"]
    assert village.words("elm") == ["from the elm"]
    village.live_until(TODAY + DAY)
    assert len(village.words("oak")) == 2


def test_everybody_is_welcomed_once_however_often_the_folder_is_compared(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household()})
    for _ in range(3):
        village.look()
        village.live_until(village.clock.at + timedelta(minutes=1))
    assert [entry.occurrence.ritual for entry in village.history("oak")].count("~welcome") == 1


# ── a file that changes ──


def test_what_did_not_change_is_not_read_and_a_touched_file_is_read_and_not_taken_up(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household(), "elm.toml": household()})
    village.look()
    assert village.look().changed == 0
    before = village.registry.find("oak")
    os.utime(village.folder / "oak.toml", ns=(1, 1))
    village.clock.go(60)
    assert village.look().changed == 1
    after = village.registry.find("oak")
    assert after.stamp != before.stamp
    assert (after.hash, after.wake_utc) == (before.hash, before.wake_utc)


def test_a_changed_file_counts_when_the_household_is_next_due_even_if_nobody_compared_it(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household("old words")})
    village.look()
    village.turn()
    village.write("oak.toml", household("the new words"))
    village.live_until(TODAY)
    assert village.words("oak") == ["the new words"]


def test_a_changed_deck_of_a_household_is_a_change_of_it(tmp_path: Path) -> None:
    text = household().replace('message = "a word"', 'deck = "ours"')
    village = Village(tmp_path, {"oak.toml": text, "oak/decks/gesture/ours.txt": "the first prompt of ours\n"})
    village.look()
    village.live_until(TODAY)
    assert village.words("oak") == ["the first prompt of ours"]
    village.write("oak/decks/gesture/ours.txt", "quite another prompt of ours\n")
    assert village.look().changed == 1
    village.live_until(TODAY + DAY)
    assert "quite another prompt of ours" in village.words("oak")


def test_a_household_that_is_gone_says_nothing_more_and_keeps_its_record(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household(), "elm.toml": household()})
    village.look()
    village.live_until(START + timedelta(minutes=55))  # its words are made
    (village.folder / "oak.toml").unlink()
    assert village.look().removed == 1
    village.live_until(TODAY + DAY)
    assert village.words("oak") == []
    ends = [each.occurrence.reason for each in village.history("oak") if each.occurrence.ritual == "thanks"]
    assert ends == ["config"]
    assert len(village.words("elm")) == 2
    with pytest.raises(NotFound):
        village.houses.at("oak")


def test_a_folder_without_any_household_is_taken_for_a_mistake(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household()})
    village.look()
    (village.folder / "oak.toml").rename(tmp_path / "oak.toml")
    with pytest.raises(ConfigError, match="no household is in this folder"):
        village.look()
    (tmp_path / "oak.toml").rename(village.folder / "oak.toml")
    village.look()
    village.live_until(TODAY)
    assert len(village.words("oak")) == 1


# ── a file that is broken ──


def test_a_broken_file_is_told_and_the_rest_run(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household(at="25:00"), "elm.toml": household(), "Not A Name.toml": "x"})
    progress = village.look()
    assert progress.refused == 1
    assert "is no name for a household" in str(progress.wrong[0])
    assert village.names().count(E.HOUSEHOLD_REFUSED) == 1
    assert "oak.toml:5: rituals.thanks.when" in village.registry.find("oak").problems
    village.look()
    assert village.names().count(E.HOUSEHOLD_REFUSED) == 1
    village.live_until(TODAY)
    assert village.words("elm") == ["a word"]


def test_the_old_schedule_of_a_file_that_broke_stays_in_force_and_outlives_a_restart(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household("the old words")})
    village.look()
    village.write("oak.toml", "this is [no TOML")
    assert village.look().refused == 1
    village.live_until(TODAY)
    village.start()
    village.look()
    village.live_until(TODAY + DAY)
    assert village.words("oak") == ["the old words"] * 2
    village.write("oak.toml", household("the new words"))
    village.look()
    village.live_until(TODAY + 2 * DAY)
    assert "the new words" in village.words("oak")
    assert village.registry.census().refused == 0


def test_a_household_that_cannot_be_read_for_a_while_loses_no_message(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household("it comes late")})
    village.look()
    village.live_until(START + timedelta(minutes=55))  # its words are made
    store = village.registry.store_of("oak")
    store.remember("household:in-force", "")  # as with words that are encrypted
    village.write("oak.toml", "this is [no TOML")
    village.start()
    village.live_until(START + timedelta(hours=2))
    assert village.words("oak") == []
    village.write("oak.toml", household("it comes late"))
    village.look()
    village.live_until(START + timedelta(hours=3))
    assert village.words("oak") == ["it comes late"]


def test_a_file_that_suddenly_has_no_rituals_is_not_believed(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household("still here")})
    village.look()
    village.write("oak.toml", '[people.ana]\nname = "Ana"\n')
    assert village.look().refused == 1
    village.live_until(TODAY)
    assert village.words("oak") == ["still here"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (household(more="[web]\nenabled = true"), "web"),
        (household(more='[storage]\nurl = "postgresql://x"'), "storage"),
        (household(more='households = "more/"'), "households"),
        (household(more='[replies.mail]\nfrom = "a@b.c"'), "replies"),
        (household(more='[calendars.away]\nics = "../elm/away.ics"'), "calendars.away.ics"),
        (household(more='[calendars.away]\nics = "/etc/passwd"'), "calendars.away.ics"),
    ],
)
def test_a_household_says_nothing_of_the_machine_and_reads_nothing_of_others(
    tmp_path: Path, text: str, key: str
) -> None:
    village = Village(tmp_path, {"oak.toml": text})
    _, problems = village.houses.folder.loaded(village.houses.folder.source("oak"))
    assert any(problem.key == key and problem.severity == "error" for problem in problems)


def test_people_in_the_main_file_are_told_to_move(tmp_path: Path) -> None:
    from ritualsd.config import load

    village = Village(tmp_path)
    main = tmp_path / "config.toml"
    main.write_text(main.read_text() + household())
    found = {problem.key for problem in load(main, {}).problems if problem.severity == "error"}
    assert found == {"people", "rituals"}
    assert village.registry.census().households == 0


# ── nothing crosses ──


def test_words_of_every_household_are_sealed_by_the_one_key(tmp_path: Path) -> None:
    from ritualsd.store import open_reader, open_store
    from tests.contract.ledgers import KEYRING

    state = tmp_path / "state"
    store = open_store(state, clock_now=START, sealing=KEYRING)
    village = Village(tmp_path, {"oak.toml": household("CANARY of the oak")}, store=store)
    village.live.settings = replace(village.live.settings, encrypt=True)
    village.houses.follow()
    village.look()
    village.live_until(TODAY)
    assert village.words("oak") == ["CANARY of the oak"]
    reader = open_reader(state, household="oak", sealing=KEYRING)
    assert [each.body for each in reader.inbox("ana", ["inbox"]) if each.ritual == "thanks"] == ["CANARY of the oak"]
    reader.close()
    blind = open_reader(state, household="oak")
    assert {each.body for each in blind.inbox("ana", ["inbox"])} == {""}
    blind.close()
    assert store.of("oak").recall("household:in-force") == ""
    store.close()
    assert not any(b"CANARY" in file.read_bytes() for file in state.iterdir() if file.is_file())


def test_secrets_of_one_household_and_of_the_machine_are_unknown_in_another(tmp_path: Path) -> None:
    text = household().replace('name = "Ana"', 'name = "Ana"\nchannels = { phone = "json://localhost/${token}" }')
    env = {"RITUALSD_SECRET_TOKEN": "of-the-machine", "CREDENTIALS_DIRECTORY": str(tmp_path)}
    (tmp_path / "token").write_text("of-the-machine")
    village = Village(tmp_path, {"oak.toml": text, "elm.toml": text}, env=env)
    secret = village.write("oak/secrets/token", "of-the-oak")
    secret.parent.chmod(0o700)
    secret.chmod(0o600)
    village.look()
    oak = village.houses.at("oak").settings.household.people["ana"].channels[0]
    assert oak.url.reveal() == "json://localhost/of-the-oak"
    assert "the secret token was not found" in village.registry.find("elm").problems


def test_decks_beside_the_main_configuration_are_no_households(tmp_path: Path) -> None:
    for root, words in ((tmp_path, "of somebody who lived here alone"), (tmp_path / "households/oak", "of the oak")):
        (root / "decks/gratitude").mkdir(parents=True)
        (root / "decks/gratitude/own.txt").write_text(f"A prompt {words}\n")
    village = Village(tmp_path, {"oak.toml": household(), "elm.toml": household()})
    village.look()
    ask = Ask(kind="gratitude", ritual="thanks", at=START, language="en")
    for name, own in (("oak", {"A prompt of the oak"}), ("elm", set())):
        offered = village.houses.at(name).world.content.offers(ask).prompts
        assert {each.text for each in offered if each.text.startswith("A prompt of")} == own


def test_log_lines_say_which_household_and_hide_what_is_secret_in_it(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household(ritual="thanks")})
    village.look()
    village.live_until(TODAY)
    sent = [event for event in village.events if event.name == E.DELIVERY_SENT and event.fields["ritual"] == "thanks"]
    assert [event.fields["household"] for event in sent] == ["oak"]


NAMES = st.sampled_from(["oak", "elm", "ash"])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("pause"), NAMES), st.tuples(st.just("resume"), NAMES), st.tuples(st.just("break"), NAMES),
        st.tuples(st.just("mend"), NAMES), st.tuples(st.just("answer"), NAMES), st.tuples(st.just("restart"), NAMES),
        st.tuples(st.just("live"), NAMES),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, alone=NAMES)
def test_what_happens_in_others_changes_nothing_in_a_household_with_the_same_names(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str]], alone: str
) -> None:
    """Two villages: in one everybody acts, in the other only `alone`. What that one has is the same to the byte."""
    seen = []
    for others in (True, False):
        files = {f"{name}.toml": asking(name) for name in ("oak", "elm", "ash")}
        village = Village(tmp_path_factory.mktemp("village"), files)
        village.look()
        for act, name in acts:
            if others or name == alone or act in ("live", "restart"):
                perform(village, act, name)
        village.live_until(START + 4 * DAY)
        seen.append(record_of(village, alone))
        assert all(name not in body for body in village.words(alone) for name in {"oak", "elm", "ash"} - {alone})
    assert seen[0] == seen[1]


def asking(name: str) -> str:
    return household(f"a question of the {name}").replace("message", 'ask = "text"\nmessage')


def perform(village: Village, act: str, name: str) -> None:
    store, now = village.registry.store_of(name), village.clock.at
    match act:
        case "pause":
            store.pause(Pause(ritual="", person="ana", since_utc=now))
            village.houses.wake(name)
        case "resume":
            store.resume("", "ana", now)
            village.houses.wake(name)
        case "break":
            village.write(f"{name}.toml", "[people")
            village.look()
        case "mend":
            village.write(f"{name}.toml", asking(name))
            village.look()
        case "answer":
            answer(village, name)
        case "restart":
            village.start()
        case "live":
            village.live_until(village.clock.at.replace(minute=0, second=0) + timedelta(hours=13))


def answer(village: Village, name: str) -> None:
    from ritualsd.flow.collect import collect

    home, now = village.houses.at(name), village.clock.at
    for entry in home.world.store.history(ritual="thanks", limit=1):
        if entry.deliveries and entry.deliveries[0].sent_utc:
            said = Incoming(
                occurrence=entry.occurrence.name, person="ana", text=f"an answer in the {name}", source="test",
                source_msg_id=f"{name}-{now}", received_utc=now,
            )  # fmt: skip
            collect(home.world, home.settings, said, now)
            village.houses.wake(name)


def record_of(village: Village, name: str) -> list[tuple[str, ...]]:
    store = village.registry.store_of(name)
    entries = [
        (each.occurrence.name, each.occurrence.state, each.occurrence.reason, *(sent.body for sent in each.deliveries))
        for each in village.history(name)
        if each.occurrence.ritual == "thanks"
    ]
    return sorted(entries) + [(reply.person, reply.words) for reply in store.said("ana")]


def test_a_link_of_one_household_opens_nothing_in_another(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": asking("oak"), "elm.toml": asking("elm")})
    village.look()
    village.live_until(START + timedelta(minutes=55))
    asked = [entry for entry in village.history("oak") if entry.occurrence.ritual == "thanks"]
    token = asked[0].deliveries[0].reply_token
    from ritualsd.core.tokens import token_digest

    assert village.registry.holder(token_digest(token)) == "oak"
    oak, elm = village.houses.at("oak"), village.houses.at("elm")
    assert opened(oak.world, oak.settings, token, village.clock.at).occurrence.ritual == "thanks"
    with pytest.raises(NotFound):
        opened(elm.world, elm.settings, token, village.clock.at)


# ── fairness, bounds, and what a crash leaves ──


def test_one_household_with_thousands_of_rituals_lets_the_others_pass(tmp_path: Path) -> None:
    crowd = '[people.ana]\nname = "Ana"\n' + "".join(
        f'[rituals.r{n}]\nwhen = "every day at 10:00"\nto = "ana"\nmessage = "n"\n' for n in range(MOST_STREAMS + 300)
    )
    village = Village(tmp_path, {"crowd.toml": crowd, **{f"h{n}.toml": household() for n in range(5)}})
    village.look()
    village.clock.go(55 * 60)
    first: dict[str, int] = {}
    for turn in range(40):
        due = village.registry.take_due(village.clock.at, 1, village.clock.at + timedelta(minutes=1))
        if not due:
            village.clock.go(1)
            continue
        village.houses._visit_safely(due[0])
        first.setdefault(due[0].household, turn)
    assert len(first) == 6
    assert village.registry.store_of("crowd").next_due() is not None
    assert all(any(entry.occurrence.ritual == "thanks" for entry in village.history(f"h{n}")) for n in range(5))


def test_due_deliveries_come_from_the_households_in_turns(tmp_path: Path) -> None:
    crowd = '[people.ana]\nname = "Ana"\n' + "".join(
        f'[rituals.r{n}]\nwhen = "every day at 09:59"\nto = "ana"\nmessage = "n"\n' for n in range(20)
    )
    village = Village(tmp_path, {"crowd.toml": crowd, "oak.toml": household(), "elm.toml": household()})
    village.look()
    village.clock.go(55 * 60)
    while (wake := village.houses.turn()) is not None and wake <= village.clock.at + timedelta(seconds=2):
        village.clock.go(1)
    found = village.registry.outbox.due_deliveries(TODAY, 100)
    due = [each.household for each in found if each.ritual[0] != "~"]
    assert due.count("crowd") == 20
    assert {"oak", "elm"} <= set(due[:9])
    assert not any(each.title or each.body or each.reply_token for each in found)


def test_few_households_are_held_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ritualsd.daemon.shelves.MOST_RITUALS", 65)
    village = Village(tmp_path, {f"h{n}.toml": household() for n in range(6)})
    village.look()
    homes: Homes = village.houses._homes
    for n in range(6):
        village.houses.at(f"h{n}")
    assert len(homes._held) == 3
    assert village.houses.at("h0").settings.household.id == "h0"


def test_a_look_that_was_cut_short_goes_on_where_it_was(tmp_path: Path) -> None:
    village = Village(tmp_path, {f"h{n:02}.toml": household() for n in range(60)})
    seen: list[int] = []

    def stop_after_some(_: object) -> None:
        seen.append(1)
        village.live.stop.set()

    village.scan._show = stop_after_some
    village.look()
    done = village.registry.census().loaded
    assert 0 < done < 60
    village.start()
    assert village.look().changed == 60 - done
    assert village.registry.census().loaded == 60


def test_a_household_that_cannot_be_planned_holds_up_none_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ritualsd.daemon import houses

    real = houses.turn

    def turn(world, settings_, now, most):  # type: ignore[no-untyped-def] # stands in for the real one, which it calls
        if settings_.household.id == "oak":
            raise RuntimeError("words nobody may read")
        return real(world, settings_, now, most)

    monkeypatch.setattr(houses, "turn", turn)
    village = Village(tmp_path, {"oak.toml": household(), "elm.toml": household()})
    village.look()
    village.live_until(TODAY)
    assert village.words("elm") == ["a word"]
    failed = [event.fields for event in village.events if event.name == E.BEAT_FAILED]
    assert failed[0] == {"household": "oak", "error": "RuntimeError"}


def test_two_planners_take_no_household_twice(tmp_path: Path) -> None:
    village = Village(tmp_path, {f"h{n}.toml": household() for n in range(5)})
    village.look()
    now = village.clock.at
    first = village.registry.take_due(now, 3, now + timedelta(minutes=1))
    second = village.registry.take_due(now, 3, now + timedelta(minutes=1))
    assert len(first) == 3
    assert len(second) == 2
    assert not {each.household for each in first} & {each.household for each in second}
    village.houses.wake(first[0].household)
    village.registry.rest(first[0].household, now + timedelta(minutes=1), now + DAY)
    assert village.registry.find(first[0].household).wake_utc == now  # woken meanwhile, it does not sleep on
    village.registry.rest(first[1].household, now + timedelta(minutes=1), now + DAY)
    assert village.registry.find(first[1].household).wake_utc == now + DAY


def test_what_was_kept_by_a_process_that_died_before_it_woke_the_household_is_done_at_the_next_start(
    tmp_path: Path,
) -> None:
    village = Village(tmp_path, {"oak.toml": household()})
    village.look()
    village.live_until(START + timedelta(hours=2))
    oak = village.houses.at("oak")
    ACTIONS["send"](oak.world, oak.settings, {"ritual": "thanks"})
    village.start()
    village.look()
    village.live_until(START + timedelta(hours=3))
    assert len(village.words("oak")) == 1
    village.houses.rouse()
    village.live_until(START + timedelta(hours=4))
    assert len(village.words("oak")) == 2


def test_a_household_with_nothing_planned_that_went_to_rest_under_a_wrong_clock_is_woken(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": '[people.ana]\nname = "Ana"\n'})
    village.clock.at += 400 * DAY
    village.look()
    village.turn()
    village.clock.at -= 400 * DAY
    village.start()
    village.houses.put_right()
    assert village.registry.find("oak").wake_utc == village.clock.at


def test_a_schedule_planned_under_a_wrong_clock_is_brought_in_line_again(tmp_path: Path) -> None:
    store = memory_store(secret=b"s" * 32)
    village = Village(tmp_path, {"oak.toml": household()}, store=store)
    village.clock.at += 400 * DAY
    village.look()
    village.turn()
    village.clock.at -= 400 * DAY
    village.start()
    village.houses.put_right()
    village.look()
    village.live_until(TODAY)
    assert village.words("oak") == ["a word"]
