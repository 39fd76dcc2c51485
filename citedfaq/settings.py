"""`Settings`: what a clinic sets, from one TOML file with the environment over it."""

import ipaddress
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

import limits
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from citedfaq.errors import CitedFAQError

PREFIX = "CITEDFAQ_"
DEFAULT_FILE = Path("citedfaq.toml")
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])"
    r"(?::(?P<port>[1-9]\d{0,4}))?"
)
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_LAST_PORT = 65_535
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


def web_address(value: str) -> str:
    """Return `value` if it is empty or one http(s) address; anything else (javascript:, data:) must never be linked.

    Raises:
        ValueError: the value is some other kind of address.
    """
    if value and not _WEB_ADDRESS.fullmatch(value):
        raise ValueError("must be one address that starts with https:// or http://")
    return value


def origins(value: str) -> str:
    """Return `value` if it is a list of exact web origins with a space between each two.

    Raises:
        ValueError: one is none: it has a path or a pattern, or is written otherwise than browsers write it.
    """
    for origin in value.split():
        found = _ORIGIN.fullmatch(origin)
        if not found or int(found["port"] or 1) > _LAST_PORT:
            raise ValueError(f"{origin!r} is no exact origin such as https://clinic.example")
        if found["port"] == _DEFAULT_PORTS[found["scheme"]]:
            raise ValueError(f"{origin!r} must leave :{found['port']} out, as browsers do")
    return value


def networks(value: str) -> str:
    """Return `value` if it is a list of IP addresses and networks with a space between each two.

    Raises:
        ValueError: one is neither.
    """
    for network in value.split():
        try:
            ipaddress.ip_network(network)
        except ValueError:
            raise ValueError(f"{network!r} is no address such as 127.0.0.1 and no network such as 10.0.0.0/8") from None
    return value


def rate(value: str) -> str:
    """Return `value` if it is a rate such as `60/minute`, or several with a semicolon between each two.

    Raises:
        ValueError: it is not.
    """
    try:
        possible = all(item.amount for item in limits.parse_many(value))
    except ValueError:
        possible = False
    if not possible:
        raise ValueError("must be a rate such as 60/minute, or several such as 60/minute; 600/hour")
    return value


WebAddress = Annotated[str, AfterValidator(web_address)]


class Settings(BaseSettings):
    """A clinic's settings. Every key is optional; an unknown key is an error."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, str_strip_whitespace=True)

    clinic_name: str = Field("", max_length=80, description="shown in the chat's heading")
    phone: str = Field("", max_length=40, description="shown wherever a patient is referred to a person")
    contact_url: WebAddress = Field("", description="the clinic's contact page")
    booking_url: WebAddress = Field("", description="the clinic's booking page")
    hours_url: WebAddress = Field("", description="the clinic's opening hours")
    emergency_number: str = Field("", max_length=40, description="whom to call in an emergency, such as 999 or 911")
    urgent_number: str = Field("", max_length=40, description="whom to call for urgent advice, such as 111")
    crisis_line: str = Field("", max_length=80, description="a helpline for people in a crisis, such as 988")
    starter_questions: tuple[Annotated[str, Field(min_length=1, max_length=120)], ...] = Field(
        (), max_length=6, description="questions that an empty chat offers"
    )
    embed_origins: Annotated[str, AfterValidator(origins)] = Field(
        "", description="the websites that may show the chat in a frame and ask its API, such as https://clinic.example"
    )
    trusted_proxies: Annotated[str, AfterValidator(networks)] = Field(
        "", description="the proxies in front, by address or network, whose word for a patient's address is taken"
    )
    rate_limit: Annotated[str, AfterValidator(rate)] = Field(
        "60/minute", description="how many questions one client may ask, such as 60/minute or 60/minute; 600/hour"
    )
    encoder: str = Field("all-MiniLM-L6-v2", min_length=1, description="the built-in encoder, or a model's folder")
    question_floor: float = Field(
        0.8, ge=0, le=1, description="share of corpus/questions.jsonl that a new index has to get right"
    )
    site_may_be_private: bool = Field(False, description="let --site fetch from private and loopback addresses")
    review_months: int = Field(24, ge=1, le=240, description="months after which a review is overdue")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic-settings'
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment override the file's values, which `load_settings` passes in."""
        return env_settings, init_settings


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings file, then the environment over it.

    Args:
        path: the TOML file; by default `citedfaq.toml` in the working directory, which need not exist.

    Raises:
        CitedFAQError: the file is missing although named or is no TOML, a key is unknown, or a value does not fit.
    """
    source = path or DEFAULT_FILE
    values = _read_toml(source) if path is not None or source.exists() else {}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name[len(PREFIX) :].lower() not in Settings.model_fields:
            raise CitedFAQError(f"{name} in the environment is not a setting: {_known_keys()}.")
    for key in values:
        if key not in Settings.model_fields:
            raise CitedFAQError(f"{source}: '{key}' is not a setting: {_known_keys()}.")
    try:
        return Settings(**values)
    except SettingsError:
        # Only a list is taken apart before it is checked, and there is one.
        raise CitedFAQError(
            f'{PREFIX}STARTER_QUESTIONS in the environment is not a list such as ["Does it hurt?"]: write it so.'
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        where = f"{PREFIX}{key.upper()} in the environment" if f"{PREFIX}{key.upper()}" in os.environ else str(source)
        reason = first["msg"].removeprefix("Value error, ")
        reason = f"{reason[:1].lower()}{reason[1:]}".replace("tuple", "list")
        raise CitedFAQError(f"{where}: '{key}' does not fit: {reason}.") from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise CitedFAQError(f"{path} does not exist: create it, or leave --settings out.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CitedFAQError(f"{path} is not valid TOML ({error}): mend that line.") from None
    except OSError as error:
        raise CitedFAQError(f"{path} cannot be read ({error.strerror}): check its permissions.") from None


def _known_keys() -> str:
    return "the keys are " + ", ".join(Settings.model_fields)
