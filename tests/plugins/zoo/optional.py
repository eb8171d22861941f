from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl(optionalhook=True)
def ritualsd_gratitude_prompts(ask):
    return []
