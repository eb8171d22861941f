from ritualsd import Ask, PluginInfo, Prompt, hookimpl
class Text(str):
    def __len__(self):
        return 1
    def strip(self, *a):
        return 'lie'
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return [Text('What was good?'), Text('x' * 3000)]
