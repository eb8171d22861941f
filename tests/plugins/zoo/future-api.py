from ritualsd import Ask, PluginInfo, Prompt, hookimpl
PLUGIN = PluginInfo(name='future-api', api=99)
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return []
