from ritualsd import Ask, PluginInfo, Prompt, hookimpl
import time
@hookimpl
def ritualsd_configure(settings):
    time.sleep(60)
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return ['never heard']
