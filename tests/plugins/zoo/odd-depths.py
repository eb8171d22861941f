from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return [Prompt(text=t, depth=d) for t, d in [('one', 99), ('two', 'deep'), ('three', 2)]]
