"""Every setting, from the environment (FRONTDESK_…) or one TOML file named by FRONTDESK_CONFIG."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource


class Settings(BaseSettings):
    """What the administrator decides. Secrets never print; a wrong combination is refused at start in one sentence."""

    model_config = SettingsConfigDict(env_prefix="FRONTDESK_", env_ignore_empty=True, extra="ignore")

    database_url: str = Field("", description="sqlite:///PATH or postgresql://…; empty: desk.db in the data folder")
    data: Path = Field(Path("var"), validation_alias="DATA", description="folder of the desk's files")
    port: int = Field(8080, ge=0, le=65535, validation_alias="PORT", description="port of the pages and webhooks")
    host: str = Field("127.0.0.1", description="address to listen on")
    public_url: str = Field(
        "", description="where people open the pages, such as https://desk.example; empty: as above"
    )
    centre: Path | None = Field(None, description="folder of the centre's facts; empty: as loaded, or the example")
    demo: bool | None = Field(None, description="demonstration mode; empty: on when no real channel is set")
    metrics_token: SecretStr = Field(SecretStr(""), description="bearer token of /metrics; empty: this machine only")
    audit_key: SecretStr = Field(SecretStr(""), description="key of the audit chain; empty: a file beside the database")

    backup_key: str = Field("", description="public key of the backups (frontdesk backup-key); empty: none are taken")
    backups: Path | None = Field(None, description="folder of the backups; empty: backups in the data folder")
    backup_days: int = Field(30, ge=1, description="days until a backup is deleted")

    telegram_token: SecretStr = Field(SecretStr(""), description="the bot's token; empty: no Telegram")
    telegram_base_url: str = Field("https://api.telegram.org", description="host of the Bot API, files included")
    telegram_webhook_url: str = Field("", description="public address of /telegram; empty: long poll")
    telegram_webhook_secret: SecretStr = Field(SecretStr(""), description="secret header of the webhook")
    telegram_personal_data: Literal["full", "none"] | None = Field(
        None, description="may names and phone numbers pass through Telegram? must be chosen when a token is set"
    )

    wecom_corp_id: str = Field("", description="the organisation's CorpID; empty: no WeCom")
    wecom_agent_id: int = Field(0, description="the self-built app's AgentId")
    wecom_secret: SecretStr = Field(SecretStr(""), description="the app's Secret")
    wecom_token: SecretStr = Field(SecretStr(""), description="the callback's Token")
    wecom_aes_key: SecretStr = Field(SecretStr(""), description="the callback's EncodingAESKey")
    wecom_base_url: str = Field("https://qyapi.weixin.qq.com", description="scheme and host of the API")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = os.environ.get("FRONTDESK_CONFIG")
        files = (TomlConfigSettingsSource(settings_cls, Path(toml)),) if toml else ()
        return (init_settings, env_settings, *files)

    @model_validator(mode="after")
    def _fits_together(self) -> "Settings":
        if self.telegram_token.get_secret_value() and self.telegram_personal_data is None:
            raise ValueError("FRONTDESK_TELEGRAM_PERSONAL_DATA must be full or none when a Telegram token is set")
        if self.telegram_webhook_url and not self.telegram_webhook_secret.get_secret_value():
            raise ValueError("FRONTDESK_TELEGRAM_WEBHOOK_SECRET is needed with FRONTDESK_TELEGRAM_WEBHOOK_URL")
        if self.wecom_corp_id and not (self.wecom_agent_id and all(key.get_secret_value() for key in self._wecom_keys)):
            raise ValueError("WeCom needs FRONTDESK_WECOM_AGENT_ID, _SECRET, _TOKEN and _AES_KEY beside _CORP_ID")
        if self.demo and self.real_channels:
            raise ValueError("demonstration mode and real channels exclude each other: unset FRONTDESK_DEMO")
        return self

    @property
    def _wecom_keys(self) -> tuple[SecretStr, ...]:
        return self.wecom_secret, self.wecom_token, self.wecom_aes_key

    @property
    def real_channels(self) -> bool:
        return bool(self.telegram_token.get_secret_value() or self.wecom_corp_id)

    @property
    def demonstration(self) -> bool:
        return not self.real_channels if self.demo is None else self.demo

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'desk.db'}"
