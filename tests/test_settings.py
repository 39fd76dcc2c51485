import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from citedfaq.errors import CitedFAQError
from citedfaq.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _clean_place(tmp_path, monkeypatch):
    """An empty working directory, and no setting in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper().startswith("CITEDFAQ_"):
            monkeypatch.delenv(name)


def write(content: str | bytes, name: str = "clinic.toml") -> Path:
    path = Path(name)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def error(path: Path | None = None) -> str:
    with pytest.raises(CitedFAQError) as caught:
        load_settings(path)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def test_without_a_file_every_setting_has_a_default():
    settings = load_settings()
    assert settings == Settings()
    assert (settings.clinic_name, settings.phone, settings.starter_questions) == ("", "", ())
    assert (settings.encoder, settings.review_months) == ("all-MiniLM-L6-v2", 24)


def test_the_file_in_the_working_directory_is_read_unasked():
    write('phone = "+1 555 0100"', "citedfaq.toml")
    assert load_settings().phone == "+1 555 0100"


def test_a_named_file_is_read_instead_of_it():
    write('phone = "1"', "citedfaq.toml")
    assert load_settings(write('phone = "2"')).phone == "2"


def test_a_full_file_is_read():
    settings = load_settings(
        write("""
            clinic_name = "Elm Street Clinic"
            phone = "+1 555 0100"
            contact_url = "https://clinic.example/contact"
            booking_url = "http://clinic.example/book?from=faq"
            hours_url = "HTTPS://clinic.example/hours"
            starter_questions = ["Does it hurt?", "How long does it take?"]
            encoder = "models/own"
            review_months = 12
            embed_origins = "https://clinic.example http://127.0.0.1:8000 https://[::1]:8443 https://xn--zrich-kva.example"
            trusted_proxies = "127.0.0.1 10.0.0.0/8 fd00::/8"
            rate_limit = "60 per minute; 600/hour"
        """)
    )
    assert settings.model_dump() == settings.model_dump() | {
        "clinic_name": "Elm Street Clinic",
        "phone": "+1 555 0100",
        "contact_url": "https://clinic.example/contact",
        "booking_url": "http://clinic.example/book?from=faq",
        "hours_url": "HTTPS://clinic.example/hours",
        "starter_questions": ("Does it hurt?", "How long does it take?"),
        "encoder": "models/own",
        "review_months": 12,
        "embed_origins": "https://clinic.example http://127.0.0.1:8000 https://[::1]:8443 https://xn--zrich-kva.example",
        "trusted_proxies": "127.0.0.1 10.0.0.0/8 fd00::/8",
        "rate_limit": "60 per minute; 600/hour",
    }


def test_the_environment_goes_over_the_file(monkeypatch):
    monkeypatch.setenv("CITEDFAQ_PHONE", "2")
    monkeypatch.setenv("CITEDFAQ_REVIEW_MONTHS", "36")
    monkeypatch.setenv("CITEDFAQ_STARTER_QUESTIONS", '["Does it hurt?"]')
    settings = load_settings(write('phone = "1"\nclinic_name = "Elm"'))
    assert (settings.phone, settings.clinic_name, settings.review_months) == ("2", "Elm", 36)
    assert settings.starter_questions == ("Does it hurt?",)


def test_blanks_around_a_value_are_dropped():
    assert load_settings(write('phone = "  555 0100 "')).phone == "555 0100"


def test_a_file_that_an_editor_gave_a_byte_order_mark_is_read():
    assert load_settings(write(b'\xef\xbb\xbfphone = "1"')).phone == "1"


def test_a_loaded_setting_cannot_be_changed():
    with pytest.raises(ValidationError):
        load_settings().phone = "1"


@pytest.mark.parametrize("content", ['phnoe = "1"', 'PHONE = "1"', '[clinic]\nphone = "1"', '_env_file = "x"'])
def test_an_unknown_key_is_an_error_that_names_the_known_ones(content):
    key = content.strip("[").split("]")[0].split(" ")[0]
    message = error(write(content))
    assert message.startswith(f"clinic.toml: '{key}' is not a setting: the keys are clinic_name, phone, ")


@pytest.mark.parametrize("name", ["CITEDFAQ_PHNOE", "citedfaq_phnoe"])
def test_an_unknown_name_in_the_environment_is_an_error(monkeypatch, name):
    monkeypatch.setenv(name, "1")
    assert error().startswith(f"{name} in the environment is not a setting: the keys are ")


def test_a_named_file_that_is_missing_is_an_error():
    assert error(Path("nowhere.toml")) == "nowhere.toml does not exist: create it, or leave --settings out."


def test_a_folder_in_place_of_the_file_is_an_error():
    Path("clinic.toml").mkdir()
    assert error(Path("clinic.toml")).startswith("clinic.toml cannot be read (")


@pytest.mark.parametrize("content", ["phone = ", 'phone = "1', b'phone = "caf\xe9"'])
def test_a_file_that_is_no_toml_is_an_error(content):
    assert error(write(content)).startswith("clinic.toml is not valid TOML (")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("phone = 5550100", "'phone' does not fit: input should be a valid string."),
        (f'clinic_name = "{"x" * 81}"', "'clinic_name' does not fit: string should have at most 80 characters."),
        ("review_months = 0", "'review_months' does not fit: input should be greater than or equal to 1."),
        ('starter_questions = "Does it hurt?"', "'starter_questions' does not fit: input should be a valid list."),
        (
            f"starter_questions = {['x'] * 7}",
            "'starter_questions' does not fit: list should have at most 6 items after validation, not 7.",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_an_error_with_the_reason(content, reason):
    assert error(write(content)) == f"clinic.toml: {reason}"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//clinic.example",
        "clinic.example/contact",
        "https://",
        'https://clinic.example/"onclick=',
        "https://clinic.example or https://other.example",
    ],
)
@pytest.mark.parametrize("key", ["contact_url", "booking_url", "hours_url"])
def test_what_must_not_be_linked_is_refused(key, address):
    assert "must be one address that starts with https:// or http://" in error(write(f"{key} = '{address}'"))


def test_an_error_in_the_environment_names_the_variable(monkeypatch):
    monkeypatch.setenv("CITEDFAQ_REVIEW_MONTHS", "two years")
    assert error().startswith("CITEDFAQ_REVIEW_MONTHS in the environment: 'review_months' does not fit: ")


def test_a_list_in_the_environment_that_is_none_is_an_error(monkeypatch):
    monkeypatch.setenv("CITEDFAQ_STARTER_QUESTIONS", "Does it hurt?")
    assert error() == (
        'CITEDFAQ_STARTER_QUESTIONS in the environment is not a list such as ["Does it hurt?"]: write it so.'
    )


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*",
        "https://*.clinic.example",
        "clinic.example",
        "//clinic.example",
        "https://clinic.example/",
        "https://clinic.example/faq",
        "https://clinic.example?x",
        "https://user@clinic.example",
        "https://Clinic.example",
        "HTTPS://clinic.example",
        "https://clinic.example:",
        "https://clinic.example:0443",
        "https://clinic.example:70000",
        "https://-clinic.example",
        "https://clinic..example",
        "https://zürich.example",
        "https://clinic.example;script-src",
        "https://clinic.example,https://other.example",
        "file://clinic",
        "null",
        "'self'",
    ],
)
def test_only_exact_origins_may_embed(origin):
    message = error(write(f'embed_origins = "https://clinic.example {origin}"'))
    assert message == (
        f"clinic.toml: 'embed_origins' does not fit: {origin!r} is no exact origin such as https://clinic.example."
    )


@pytest.mark.parametrize(("origin", "port"), [("https://clinic.example:443", 443), ("http://clinic.example:80", 80)])
def test_an_origin_is_written_as_browsers_write_it(origin, port):
    assert error(write(f'embed_origins = "{origin}"')).endswith(f"must leave :{port} out, as browsers do.")


@pytest.mark.parametrize("proxy", ["*", "localhost", "10.0.0.0/33", "10.0.0.1/8", "127.0.0.1,10.0.0.1", "unix:"])
def test_a_proxy_that_is_no_address_is_an_error(proxy):
    message = error(write(f'trusted_proxies = "{proxy}"'))
    assert "is no address such as 127.0.0.1 and no network such as 10.0.0.0/8" in message


@pytest.mark.parametrize("limit", ["", "60", "many", "0/minute", "60/fortnight", "-1/minute", "60/minute;0/hour"])
def test_a_rate_that_is_none_is_an_error(limit):
    message = error(write(f'rate_limit = "{limit}"'))
    assert message.endswith("must be a rate such as 60/minute, or several such as 60/minute; 600/hour.")
