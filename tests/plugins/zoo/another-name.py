from ritualsd import Ask, PluginInfo, Prompt, hookimpl
PLUGIN = PluginInfo(name='somebody')
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return []
