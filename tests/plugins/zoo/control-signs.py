from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return ['What\x07 was\u202e good?\x00']
