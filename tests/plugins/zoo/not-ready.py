from ritualsd import Ask, PluginInfo, Prompt, hookimpl
from ritualsd import PluginUnavailable
@hookimpl
def ritualsd_configure(settings):
    raise PluginUnavailable('the service sleeps')
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return ['never heard']
