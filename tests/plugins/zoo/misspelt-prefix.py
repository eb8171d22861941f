from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl
def gratitude_prompts(ask):
    return []
