from ritualsd import Ask, PluginInfo, Prompt, hookimpl
import sys
from pydantic import BaseModel, field_validator
class Settings(BaseModel):
    town: str = 'x'
    @field_validator('town', mode='before')
    @classmethod
    def leave(cls, value):
        sys.exit(1)
    model_config = {'validate_default': True}
PLUGIN = PluginInfo(name='exiting-validator', settings=Settings)
@hookimpl
def ritualsd_gratitude_prompts(ask):
    return []
