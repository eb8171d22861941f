from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return ['broken \ud800 text', 'What was good?']
