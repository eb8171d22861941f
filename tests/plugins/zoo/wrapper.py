from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl(wrapper=True)
def ritualsd_gratitude_prompts(ask):
    yield
    return ['mine']
