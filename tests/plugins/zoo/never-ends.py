from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl
def ritualsd_gratitude_prompts(ask):
    n = 0
    while True:
        n += 1
        yield 'word ' + chr(97 + n % 26) * n
