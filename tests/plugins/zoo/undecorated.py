from ritualsd import Ask, PluginInfo, Prompt, hookimpl
def ritualsd_gratitude_prompts(ask):
    return []
