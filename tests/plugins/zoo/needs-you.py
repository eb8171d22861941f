from ritualsd import Ask, PluginInfo, Prompt, hookimpl
from ritualsd import PluginMisconfigured
@hookimpl
def ritualsd_configure(settings):
    raise PluginMisconfigured('write a town')
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return ['never heard']
