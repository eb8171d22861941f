"""Raises with a setting in the message that nobody should read."""

from pydantic import BaseModel, SecretStr

from ritualsd import PluginInfo, hookimpl


class Settings(BaseModel):
    token: SecretStr = SecretStr("")


PLUGIN = PluginInfo(name="tells-a-secret", settings=Settings)


@hookimpl
def ritualsd_gratitude_prompts(ask):
    raise RuntimeError(f"401 with {ask.settings.token.get_secret_value()}")
