"""The zoo: plugins that go wrong, one in each cage. Sources as text, so that no tool tries to read them as ours."""

from __future__ import annotations

HEAD = "from ritualsd import Ask, PluginInfo, Prompt, hookimpl\n"
HOOK = "@hookimpl\ndef ritualsd_gratitude_prompts(ask):\n"


def answering(body: str) -> str:
    """A plugin whose gratitude hook has this body."""
    return HEAD + HOOK + "".join(f"    {line}\n" for line in body.splitlines())


REFUSED: dict[str, tuple[str, str, str]] = {
    "syntax": ("def broken(:\n", "load-error", "line 1: SyntaxError"),
    "missing-import": ("import httpx_that_is_not_here\n", "load-error", "No module named 'httpx_that_is_not_here'"),
    "exits": ("import sys\nsys.exit(3)\n", "load-error", "SystemExit: 3"),
    "interrupts": ("raise KeyboardInterrupt\n", "load-error", "KeyboardInterrupt"),
    "raises": ("raise ValueError('no luck\\nsecond line')\n", "load-error", "ValueError: no luck"),
    "no-hook": ("x = 1\n", "load-error", "has no hook"),
    "misspelt": (
        HEAD + "@hookimpl\ndef ritualsd_gratitud_prompts(ask):\n    return []\n",
        "load-error",
        "unknown hook 'ritualsd_gratitud_prompts'; did you mean ritualsd_gratitude_prompts?",
    ),
    "misspelt-prefix": (
        HEAD + "@hookimpl\ndef gratitude_prompts(ask):\n    return []\n",
        "load-error",
        "unknown hook 'gratitude_prompts'; did you mean ritualsd_gratitude_prompts?",
    ),
    "undecorated": (
        HEAD + "def ritualsd_gratitude_prompts(ask):\n    return []\n",
        "load-error",
        "ritualsd_gratitude_prompts is not marked; write @hookimpl above it",
    ),
    "unknown-argument": (
        HEAD + "@hookimpl\ndef ritualsd_gratitude_prompts(ask, mood):\n    return []\n",
        "load-error",
        "asks for 'mood'; it is called with ask",
    ),
    "star-arguments": (
        HEAD + "@hookimpl\ndef ritualsd_gratitude_prompts(**given):\n    return []\n",
        "load-error",
        "takes **given; take ask by name",
    ),
    "keyword-only": (
        HEAD + "@hookimpl\ndef ritualsd_gratitude_prompts(*, ask):\n    return []\n",
        "load-error",
        "take ask by name",
    ),
    "async": (
        HEAD + "@hookimpl\nasync def ritualsd_gratitude_prompts(ask):\n    return []\n",
        "load-error",
        "is async; write def",
    ),
    "wrapper": (
        HEAD + "@hookimpl(wrapper=True)\ndef ritualsd_gratitude_prompts(ask):\n    yield\n    return ['mine']\n",
        "load-error",
        "uses wrapper",
    ),
    "optional": (
        HEAD + "@hookimpl(optionalhook=True)\ndef ritualsd_gratitude_prompts(ask):\n    return []\n",
        "load-error",
        "uses optionalhook",
    ),
    "other-name": (
        HEAD + "@hookimpl(specname='ritualsd_content')\ndef ritualsd_gratitude_prompts(ask):\n    return []\n",
        "load-error",
        "uses specname",
    ),
    "future-api": (
        HEAD + "PLUGIN = PluginInfo(name='future-api', api=99)\n" + HOOK + "    return []\n",
        "incompatible",
        "needs plugin API 99, this ritualsd speaks 1; upgrade ritualsd",
    ),
    "odd-info": (
        HEAD + "PLUGIN = {'name': 'odd-info'}\n" + HOOK + "    return []\n",
        "load-error",
        "is not a PluginInfo",
    ),
    "another-name": (
        HEAD + "PLUGIN = PluginInfo(name='somebody')\n" + HOOK + "    return []\n",
        "load-error",
        "calls itself 'somebody' but was found as 'another-name'",
    ),
    "require": (HEAD + HOOK + "    return []\n", "load-error", "cannot be a plugin's name"),
    "exiting-validator": (
        HEAD
        + "import sys\nfrom pydantic import BaseModel, field_validator\n"
        + "class Settings(BaseModel):\n    town: str = 'x'\n"
        + "    @field_validator('town', mode='before')\n    @classmethod\n"
        + "    def leave(cls, value):\n        sys.exit(1)\n"
        + "    model_config = {'validate_default': True}\n"
        + "PLUGIN = PluginInfo(name='exiting-validator', settings=Settings)\n"
        + HOOK
        + "    return []\n",
        "bad-config",
        "SystemExit: 1",
    ),
    "not-ready": (
        HEAD
        + "from ritualsd import PluginUnavailable\n"
        + "@hookimpl\ndef ritualsd_configure(settings):\n    raise PluginUnavailable('the service sleeps')\n"
        + HOOK
        + "    return ['never heard']\n",
        "unavailable",
        "PluginUnavailable: the service sleeps",
    ),
    "needs-you": (
        HEAD
        + "from ritualsd import PluginMisconfigured\n"
        + "@hookimpl\ndef ritualsd_configure(settings):\n    raise PluginMisconfigured('write a town')\n"
        + HOOK
        + "    return ['never heard']\n",
        "bad-config",
        "PluginMisconfigured: write a town",
    ),
    "slow-to-configure": (
        HEAD
        + "import time\n@hookimpl\ndef ritualsd_configure(settings):\n    time.sleep(60)\n"
        + HOOK
        + "    return ['never heard']\n",
        "unavailable",
        "no answer within 0.3 seconds",
    ),
}
"""Name: source, the status it ends in, and what its error says."""

FAILING: dict[str, tuple[str, list[str], str]] = {
    "raises": (answering("raise RuntimeError('no')"), [], "RuntimeError"),
    "exits": (answering("import sys\nsys.exit(2)"), [], "SystemExit"),
    "interrupts": (answering("raise KeyboardInterrupt"), [], "KeyboardInterrupt"),
    "recurses": (answering("return ritualsd_gratitude_prompts(ask)"), [], "RecursionError"),
    "gives-a-dict": (answering("return {'text': 'What?'}"), [], "TypeError"),
    "gives-a-text": (answering("return 'What was good today?'"), [], "TypeError"),
    "gives-bytes": (answering("return b'What was good today?'"), [], "TypeError"),
    "gives-a-number": (answering("return 42"), [], "TypeError"),
    "gives-an-odd-item": (answering("return ['What was good?', 7, 'What was kind?']"), ["What was good?"], "TypeError"),
    "fails-half-way": (answering("yield 'What was good?'\nraise OSError('gone')"), ["What was good?"], "OSError"),
    "stalls-after-one": (
        answering("import time\nyield 'What was good?'\ntime.sleep(60)"),
        ["What was good?"],
        "timeout",
    ),
    "sleeps": (answering("import time\ntime.sleep(60)"), [], "timeout"),
    "spins": (
        answering("import time\nend = time.monotonic() + 3\nwhile time.monotonic() < end:\n    pass"),
        [],
        "timeout",
    ),
    "fails-to-print": (
        HEAD + "class Bad(Exception):\n    def __str__(self):\n        raise SystemExit\n" + HOOK + "    raise Bad\n",
        [],
        "Bad",
    ),
}  # fmt: skip
"""Name: source, what it still offers, and the code of its failure."""

ODD: dict[str, tuple[str, list[str]]] = {
    "gives-none": (answering("return None"), []),
    "gives-nothing": (answering("return []"), []),
    "never-ends": (answering("n = 0\nwhile True:\n    n += 1\n    yield 'word ' + chr(97 + n % 26) * n"), ["fifty"]),
    "only-blanks": (answering("while True:\n    yield '   '"), []),
    "blank-and-huge": (answering("return ['', '  ', 'x' * 3000, 'What was good?']"), ["What was good?"]),
    "lone-surrogate": (answering("return ['broken \\ud800 text', 'What was good?']"), ["What was good?"]),
    "control-signs": (answering("return ['What\\x07 was\\u202e good?\\x00']"), ["What was good?"]),
    "lying-text": (
        HEAD
        + "class Text(str):\n    def __len__(self):\n        return 1\n    def strip(self, *a):\n        return 'lie'\n"
        + HOOK
        + "    return [Text('What was good?'), Text('x' * 3000)]\n",
        ["What was good?"],
    ),
    "same-twice": (
        answering(
            "return ['What was good?', 'What was good', Prompt(text='a', id='x'), Prompt(text='b', id='x')]"
        ),
        ["What was good?", "a"],
    ),
    "tags-as-text": (answering("return [Prompt(text='What was good?', tags='home')]"), ["What was good?"]),
    "odd-weights": (
        answering(
            "return [Prompt(text=t, weight=w) for t, w in "
            "[('one', float('nan')), ('two', float('inf')), ('three', -1), ('four', 'x'), ('five', 0)]]"
        ),
        ["one", "two", "three", "four", "five"],
    ),
    "odd-depths": (
        answering("return [Prompt(text=t, depth=d) for t, d in [('one', 99), ('two', 'deep'), ('three', 2)]]"),
        ["three"],
    ),
    "meddles": (
        answering(
            "object.__setattr__(ask, 'kind', 'gesture')\n"
            "object.__setattr__(ask, 'limit', 0)\n"
            "return ['What was good?']"
        ),
        ["What was good?"],
    ),
    "prints": (answering("print('noise')\nreturn ['What was good?']"), ["What was good?"]),
}  # fmt: skip
"""Name: source, and what it offers; none of these counts as a failure."""
