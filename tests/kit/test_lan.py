"""Which address is given to people, and what follows for links, cookies and ports."""

from __future__ import annotations

from pathlib import Path

import pytest

from exam_engine.kit import lan
from exam_engine.kit.lan import Address
from exam_engine.kit.settings import PlainSide, SecureSide, SettingInvalid, Settings
from tests.kit.test_certificates import made


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lan, "addresses", lambda: ["192.168.1.20", "172.17.0.1"])


def read(**given: str) -> Settings:
    return Settings.from_environment({f"EXAM_ENGINE_{name}": value for name, value in given.items()})


def test_the_router_first_virtual_networks_last_and_self_given_addresses_never_before_others() -> None:
    found = [
        Address("docker0", "172.17.0.1"),
        Address("vEthernet (WSL)", "172.28.0.1"),
        Address("wlan0", "169.254.7.7"),
        Address("Wi-Fi", "192.168.1.20"),
        Address("Ethernet", "10.0.0.7"),
    ]
    names = [one.interface for one in lan.in_order(found, "192.168.1.20")]
    assert names == ["Wi-Fi", "Ethernet", "docker0", "vEthernet (WSL)", "wlan0"]


def test_this_machine_has_an_order_without_loopback() -> None:
    assert all(not address.startswith("127.") for address in lan.addresses())


def test_lan_listens_everywhere_and_prints_the_address_of_the_network() -> None:
    found = read(LAN="1", PORT="8010")
    assert found.host == "0.0.0.0"
    assert found.public_url == "http://192.168.1.20:8010"
    assert found.secure_url == "https://192.168.1.20:8443"
    assert found.own_authority


def test_an_address_of_ones_own_choice_wins() -> None:
    assert read(LAN="1", HOST="10.9.8.7").public_url == "http://10.9.8.7:8000"
    assert read(LAN="1", PUBLIC_URL="http://may-chu.local:8000/").secure_url == "https://may-chu.local:8443"


def test_a_network_without_https_is_possible() -> None:
    found = read(LAN="1", TLS="0")
    assert not found.tls
    assert found.secure_url == ""


def test_without_any_network_only_this_machine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lan, "addresses", list)
    assert read(LAN="1").public_url == "http://127.0.0.1:8000"


def test_a_given_certificate_gives_the_name(tmp_path: Path) -> None:
    certificate, key = made(tmp_path, "thi.example.vn")
    found = read(LAN="1", TLS_CERT=str(certificate), TLS_KEY=str(key), TLS_PORT="443")
    assert found.public_url == found.secure_url == "https://thi.example.vn"
    assert not found.own_authority
    assert not found.behind_proxy


@pytest.mark.parametrize(
    "given",
    [
        {"LAN": "1", "HOST": "127.0.0.1"},
        {"TLS_CERT": "a.crt"},
        {"TLS_KEY": "a.key"},
        {"TLS": "0", "TLS_CERT": "a.crt", "TLS_KEY": "a.key"},
        {"TLS": "1", "PORT": "8443"},
        {"TLS_PORT": "0"},
    ],
)
def test_settings_that_contradict_each_other_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid):
        read(**given)


def test_settings_of_the_network_survive_the_way_to_a_child(tmp_path: Path) -> None:
    certificate, key = made(tmp_path, "thi.example.vn")
    for given in (read(LAN="1"), read(LAN="1", TLS="0"), read(TLS_CERT=str(certificate), TLS_KEY=str(key))):
        assert Settings.from_environment(given.to_environment()) == given


def test_each_side_marks_its_cookies_by_its_own_scheme() -> None:
    plain = read(LAN="1")
    values = {name: getattr(plain, name) for name in plain.__slots__}
    assert SecureSide(**values).secure_cookies
    assert not PlainSide(**values).secure_cookies
    assert PlainSide(**values).secure_door == plain.secure_url
    assert plain.secure_door == SecureSide(**values).secure_door == ""


def test_only_a_changed_address_is_news(tmp_path: Path) -> None:
    assert lan.remember(tmp_path, "http://192.168.1.20:8000") is None
    assert lan.remember(tmp_path, "http://192.168.1.20:8000") is None
    assert lan.remember(tmp_path, "http://192.168.1.33:8000") == "http://192.168.1.20:8000"


def test_the_code_in_the_terminal_is_square() -> None:
    lines = lan.terminal_qr("http://192.168.1.20:8000").splitlines()
    assert len({len(line) for line in lines}) == 1
    assert len(lines) * 2 in range(len(lines[0]) - 4, len(lines[0]) + 4)
