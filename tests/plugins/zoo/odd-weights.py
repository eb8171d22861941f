from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return [Prompt(text=t, weight=w) for t, w in [('one', float('nan')), ('two', float('inf')), ('three', -1), ('four', 'x'), ('five', 0)]]
