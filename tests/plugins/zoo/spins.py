from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl
def ritualsd_gratitude_prompts(ask):
    import time
    end = time.monotonic() + 3
    while time.monotonic() < end:
        pass
