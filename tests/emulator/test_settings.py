from __future__ import annotations

import math

import pytest

from gatepost.emulator import Emulator, EmulatorSettings, Owner
from gatepost.errors import UsageError
from gatepost.secret import Secret


def test_defaults_are_a_current_platform():
    settings = EmulatorSettings()
    assert (settings.prefix, settings.token_life, settings.timestamp_window) == ("/api", 14400, 300)
    assert [(owner.id, owner.name, owner.type) for owner in settings.owners] == [
        (0, "Exemplary Organization", "Organization"),
        (1, "Common Community", "Community"),
    ]


def test_secret_key_becomes_a_secret():
    settings = EmulatorSettings(secret_key="s3cr3t-Key!")
    assert settings.secret_key == Secret("s3cr3t-Key!")
    assert "s3cr3t" not in repr(settings)


def test_credentials_can_be_given():
    platform = Emulator(access_id="test", secret_key="test")
    assert (platform.credentials.access_id, platform.credentials.secret_key) == ("test", Secret("test"))


def test_credentials_are_made_when_none_are_given():
    one, other = Emulator().credentials, Emulator().credentials
    assert one.access_id.isdigit()
    assert len(one.access_id) == 20
    assert one.secret_key != other.secret_key


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"host": "0.0.0.0"}, "does not listen on '0.0.0.0'.*loopback only.*127.0.0.1"),
        ({"port": 70000}, "no TCP port 70000"),
        ({"prefix": "api"}, "path of an API base"),
        ({"prefix": "/api/"}, "path of an API base"),
        ({"access_id": "12:34"}, "access id cannot be used"),
        ({"access_id": ""}, "access id cannot be used"),
        ({"secret_key": ""}, "secret key cannot be empty"),
        ({"token_life": 0}, "token_life cannot be 0"),
        ({"token_life": math.nan}, "token_life cannot be nan"),
        ({"token_life": math.inf}, "token_life cannot be inf"),
        ({"clock_offset": -1e12}, "clock cannot be -1"),
        ({"clock_offset": math.nan}, "clock cannot be nan"),
        ({"token_grace": -1}, "token_grace cannot be -1"),
        ({"timestamp_window": -1}, "timestamp_window cannot be -1"),
        ({"owners": (Owner(1, "A"), Owner(1, "B"))}, "same id"),
        ({"owners": (Owner(1, "A"), Owner(2, "A"))}, "same name"),
    ],
)
def test_settings_that_cannot_be(setting, words):
    with pytest.raises(UsageError, match=words):
        Emulator(**setting)


def test_setting_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(UsageError, match=r"no setting token_live.*token_life"):
        Emulator(token_live=3)


@pytest.mark.parametrize(("name", "type"), [("", "Source"), ("Feed", "source")])
def test_owner_that_cannot_be(name, type):
    with pytest.raises(UsageError):
        Owner(1, name, type)
