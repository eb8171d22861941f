from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl
def ritualsd_gratitude_prompts(ask):
    object.__setattr__(ask, 'kind', 'gesture')
    object.__setattr__(ask, 'limit', 0)
    return ['What was good?']
