"""Which language a message is in: the reader's, else the household's, else English. One message, one language."""

from __future__ import annotations

from collections.abc import Sequence

from ritualsd.model import Prompt

ENGLISH = "en"


def preferred(asked: str, home: str) -> tuple[str, ...]:
    """The languages to look in, the best first; the plain language stands behind its region, "pt" behind "pt-BR"."""
    wished = (each for language in (asked, home, ENGLISH) for each in (language, base(language)))
    return tuple(dict.fromkeys(each for each in wished if each))


def base(language: str) -> str:
    """The language without its region: "pt" for "pt-BR"."""
    return language.partition("-")[0]


def in_one_language(prompts: Sequence[Prompt], asked: str, home: str) -> list[Prompt]:
    """Those in the best language there is, then those that name none; what there is where no language wished for is.

    A region speaks its plain language too, so the words of "pt-BR" come before, not instead of, those of "pt".
    """
    there = {prompt.language for prompt in prompts} - {""}
    chosen = next((language for language in preferred(asked, home) if language in there), None)
    if chosen is None:
        return [prompt for prompt in prompts if not prompt.language] or list(prompts)
    spoken = tuple(dict.fromkeys((chosen, base(chosen), "")))
    return [prompt for language in spoken for prompt in prompts if prompt.language == language]


def is_foreign(prompt: Prompt, asked: str) -> bool:
    """Whether the words are known to be in another language than the one asked for."""
    return bool(prompt.language) and base(prompt.language) != base(asked)


def language_of(prompt: Prompt, asked: str) -> str:
    """The language of a message around this prompt: the reader's, but never two in one message."""
    return prompt.language if is_foreign(prompt, asked) else asked


def told_source(prompt: Prompt, asked: str) -> str:
    """Where a prompt is from, and in which language it came where that is not the one asked for."""
    return (
        f'{prompt.source} (in "{prompt.language}", for want of "{asked}")'
        if is_foreign(prompt, asked)
        else prompt.source
    )
