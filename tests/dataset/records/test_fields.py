"""Values of single fields: dates and addresses."""

from __future__ import annotations

import pytest

from dataset.records.fields import is_date, is_web_address

DATES = {
    "2024 2024-10 2024-02-29 2024-10-31T12:00Z 2024-10-31t12:00:00z 2024-10-31T12:00:00.1234567890-00:00": True,
    "2016-12-31T23:59:60Z 2017-01-01T00:59:60+01:00": True,  # leap seconds
    "2024-13 2023-02-29 2024-10-31T12:00:60Z 2024-10-31T24:00:00Z 0001-01-01T00:59:60+01:00": False,
    "2024-10-31T12:00:00 2024-10-31T12:00:00+01:60 2024-10-31T12:00:00+24:00 2024-10-31T12:00:00+0100": False,
    "31.10.2024 20241031 2024-W44 2024-10-31T12:00:00,5Z ２０２４ 0000": False,
}
ADDRESSES = {
    "https://müller.example/straße?ä=ü#ß https://例え.jp/パス http://[::1]:80/a https://z.example./@x/%C3%A4": True,
    "https://u:p@z.example/ https://u@z.example https://.z.example https://z..example https://./": False,
    "https://z.example/100% https://z.example/%zz https://z.example:0/ https:///a www.z.example": False,
    "javascript:alert(1) ftp://z.example https://z.example/<b> https://z.example/\u202ea": False,
}


@pytest.mark.parametrize(("value", "valid"), [(one, valid) for all_, valid in DATES.items() for one in all_.split()])
def test_dates(value: str, valid: bool) -> None:
    """ISO 8601 days and RFC 3339 times, leap seconds included."""
    assert is_date(value) is valid


@pytest.mark.parametrize(
    ("value", "valid"), [(one, valid) for all_, valid in ADDRESSES.items() for one in all_.split()]
)
def test_addresses(value: str, valid: bool) -> None:
    """Any script, no password, and a host."""
    assert is_web_address(value) is valid
