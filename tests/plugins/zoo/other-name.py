from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl(specname='ritualsd_content')
def ritualsd_gratitude_prompts(ask):
    return []
