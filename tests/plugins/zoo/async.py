from ritualsd import Ask, PluginInfo, Prompt, hookimpl
@hookimpl
async def ritualsd_gratitude_prompts(ask):
    return []
