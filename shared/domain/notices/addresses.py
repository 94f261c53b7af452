"""Which addresses on the network a webhook may be at: public ones only, so that nobody makes us call our own machines
(server-side request forgery)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_NAT64: Final = IPv6Network("64:ff9b::/96")
_NOT_FOR_US: Final = (
    IPv4Network("168.63.129.16/32"),  # Azure's own, though public: DNS, health and the guest agent of every machine
    IPv4Network("192.88.99.0/24"),  # relays that are no more (RFC 7526)
    IPv4Network("240.0.0.0/4"),
    IPv6Network("64:ff9b:1::/48"),  # local translation (RFC 8215)
    IPv6Network("fec0::/10"),  # site-local, before there were unique local addresses
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
    IPv6Network("5f00::/16"),  # segment routing (RFC 9602)
)


def is_public(text: str) -> bool:
    """Whether an address is one that anybody on the internet could call. What is no address is not."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and (inner := _inside(address)) is not None:
        address = inner
    if any(address in network for network in _NOT_FOR_US if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a translated or tunnelled one leads to."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour
