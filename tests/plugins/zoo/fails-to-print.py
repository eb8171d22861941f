from ritualsd import Ask, PluginInfo, Prompt, hookimpl
class Bad(Exception):
    def __str__(self):
        raise SystemExit
@hookimpl
def ritualsd_gratitude_prompts(ask):
    raise Bad
