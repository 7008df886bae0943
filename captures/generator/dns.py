"""DNS questions and answers (RFC 1035, SRV: RFC 2782)."""
import ipaddress
import struct

A, AAAA, SRV = 1, 28, 33
NXDOMAIN = 3
TYPES = {"A": A, "AAAA": AAAA, "SRV": SRV}


def _name(text):
    labels = text.rstrip(".").split(".")
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def question(ident, name, kind):
    return (struct.pack("!HHHHHH", ident, 0x0100, 1, 0, 0, 0)
            + _name(name) + struct.pack("!HH", kind, 1))


def answer(ident, name, kind, records):
    """`records` = addresses, or (priority, weight, port, target) for SRV; empty = the name does
    not exist."""
    flags = 0x8180 | (0 if records else NXDOMAIN)
    out = struct.pack("!HHHHHH", ident, flags, 1, len(records), 0, 0)
    out += _name(name) + struct.pack("!HH", kind, 1)
    for record in records:
        if kind == SRV:
            data = struct.pack("!HHH", *record[:3]) + _name(record[3])
        else:
            data = ipaddress.ip_address(record).packed
        out += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(data)) + data
    return out
