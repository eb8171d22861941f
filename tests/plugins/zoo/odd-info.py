from ritualsd import Ask, PluginInfo, Prompt, hookimpl
PLUGIN = {'name': 'odd-info'}
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return []
