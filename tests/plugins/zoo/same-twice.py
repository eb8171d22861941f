from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return ['What was good?', 'What was good', Prompt(text='a', id='x'), Prompt(text='b', id='x')]
