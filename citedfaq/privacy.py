"""Personal details in what a patient types: they are neither answered nor shown again.

Telephone numbers are found by phonenumbers, Google's library; all else by rules with check digits where there are any.
"""

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

_REGIONS = ("US", "GB", "IE", "AU", "IN")
"""Whose national ways of writing a telephone number count; one with a country code counts everywhere."""

_FEWEST_PHONE_DIGITS = 9
_EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]++@[\w-]+(\.[\w-]+)+")
"""Looked for from where a word begins only: from each of its letters, 50,000 of them would take seconds."""
_DIGITS = re.compile(r"(?<![\w.])\d(?:[ -]?\d){8,18}(?![\w.]\d|\w)")
_SSN = re.compile(r"(?<!\d)(?!000|666|9)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}(?!\d)")
_NATIONAL_INSURANCE = re.compile(
    r"\b(?:(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]|QQ)(?: ?\d){6} ?[A-D]\b", re.I
)
_NUMBERED = re.compile(
    r"\b(nhs|medicare|medicaid|insurance|insured|member(ship)?|policy|patient|hospital|passport|licen[cs]e|account|iban|"
    r"social security|ssn|national insurance|hic|mrn|chart)\b[^.!?\n]{0,25}?(?<!\w)(?=[A-Za-z-]*\d)[A-Za-z]{0,4}[- ]?"
    r"(?:\d[ -]?){5,}",
    re.IGNORECASE,
)
_MEDICARE = re.compile(
    r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y]{2}\d\d\b",
    re.I,
)
"""The number of a US Medicare beneficiary (CMS: understanding the MBI format)."""

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?\b", re.I)
_CALLED = re.compile(
    r"\b(?:call|ring|phone|text|tel|telephone|mobile|cell|whatsapp|reach|number)\b[^.!?\n\d]{0,20}\+?\(?"
    r"(?P<after>\d(?:[() .-]{0,2}\d){6,14})(?!\d)|"
    r"(?<!\d)\(?(?P<before>\d(?:[() .-]{0,2}\d){6,14})\b[^.!?\n\d]{0,9}\b(?:number|mobile|cell|phone)\b",
    re.IGNORECASE,
)
"""A number beside a word that says one calls it, whatever its country writes it like."""

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = (
    r"(?:\d{1,2}[./ -]\d{1,2}[./ -](?:19|20)?\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTHS})[a-z]*,? (?:19|20)?\d\d|"
    rf"(?:{_MONTHS})[a-z]* \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d)(?!\d)"
)
_BORN = re.compile(rf"\b(born|birth ?da(te|y)|date of birth|d\.?o\.?b\.?)\b[^.!?\n]{{0,20}}?{_DATE}", re.IGNORECASE)
_NAME = r"[A-Z][a-z'’-]+(?: [A-Z]\.?)? [A-Z][a-z'’-]+"
_NAME_WITH_DATE = re.compile(rf"\b{_NAME}\b[^!?\n]{{0,30}}?(?i:{_DATE})|(?i:{_DATE})[^!?\n]{{0,12}}?\b{_NAME}\b")
_INTRODUCED = re.compile(
    rf"\b(?i:my (?:full )?name(?: is|['’]s|:)|(?:this|it) is|i am called|i['’]?m called|patient(?: name)?:) {_NAME}\b"
)
_NOT_NAMES = re.compile(
    r"(?i)\b(trigger|point|therapy|massage|dry|needling|january|february|march|april|june|july|august|september|october|"
    r"november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|since|the|my|new|covid)\b"
)
_STREET = re.compile(
    r"\b\d{1,5}[a-z]? (?:[a-z'’.-]+ ){1,3}(?:street|road|avenue|lane|boulevard|crescent|terrace)\b|"
    r"(?-i:\b\d{1,5}[A-Za-z]? (?:[A-Z][a-z'’.-]+ ){1,3}(?:St|Rd|Ave|Ln|Dr|Blvd|Drive|Close|Court|Ct|Way|Place|Square|"
    r"Gardens|Grove|Park|Mews|Parade|Circle|Highway|Hwy)\b)",
    re.IGNORECASE,
)
_NOT_A_STREET = re.compile(
    r"\b(miles?|kms?|kilometres?|kilometers?|minutes?|mins?|hours?|days?|weeks?|months?|years?|blocks?|times?|steps?|"
    r"down|up|the|of|on|a|my|in|to|and|from|along|across)\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}|[A-Z]{2} \d{5}(?:-\d{4})?)\b")


def find_personal_details(text: str) -> tuple[str, ...]:
    """Return the kinds of personal details in a text, each once; none if there are none.

    Kinds are `email`, `phone`, `national_id`, `insurance_id`, `payment_card`, `bank_account`, `date_of_birth`, `name`
    and `address`.
    """
    return tuple(dict.fromkeys(_kinds(text)))


def _kinds(text: str) -> Iterator[str]:
    if _EMAIL.search(text):
        yield "email"
    if any(map(str.isdigit, text)):
        yield from _numbered_kinds(text)
    found = _INTRODUCED.search(text)
    if found and not _NOT_NAMES.search(found[0].partition(" is ")[2] or found[0]):
        yield "name"


def _numbered_kinds(text: str) -> Iterator[str]:
    if _SSN.search(text) or _NATIONAL_INSURANCE.search(text):
        yield "national_id"
    for found in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if 13 <= len(digits) <= 19 and _passes_luhn(digits):
            yield "payment_card"
        if len(digits) == 10 and _is_nhs_number(digits):
            yield "national_id"
    if any(_is_iban(found[0]) for found in _IBAN.finditer(text)):
        yield "bank_account"
    if _NUMBERED.search(text) or _MEDICARE.search(text):
        yield "insurance_id"
    if _CALLED.search(text) or _holds_phone(text):
        yield "phone"
    if _BORN.search(text) or any(not _NOT_NAMES.search(found[0]) for found in _NAME_WITH_DATE.finditer(text)):
        yield "date_of_birth"
    if any(not _NOT_A_STREET.search(found[0]) for found in _STREET.finditer(text)) or _POSTCODE.search(text):
        yield "address"


def _holds_phone(text: str) -> bool:
    if sum(map(str.isdigit, text)) < _FEWEST_PHONE_DIGITS:
        return False
    regions = (None, *_REGIONS) if "+" in text else _REGIONS
    return any(
        sum(map(str.isdigit, match.raw_string)) >= _FEWEST_PHONE_DIGITS
        for region in regions
        for match in PhoneNumberMatcher(text, region, leniency=Leniency.VALID)
    )


def _passes_luhn(digits: str) -> bool:
    """Check a payment card's number (ISO/IEC 7812-1, annex B)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def _is_nhs_number(digits: str) -> bool:
    """Check the number of a patient in England (NHS data dictionary: modulus 11, weights 10 to 2)."""
    check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return check % 11 == int(digits[9]) and check != 10


def _is_iban(written: str) -> bool:
    """Check an international bank account number (ISO 13616: modulus 97, the first four characters put at the end)."""
    plain = re.sub(r"\s", "", written).upper()
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1
