#!/usr/bin/python3
"""Rewrites a pcapng file with nothing but packets, time stamps and TLS keys in it.

usage: strip_metadata.py IN OUT

dumpcap writes the machine's processor, operating system and kernel into the section header, names
of interfaces and the capture filter into the interface blocks, and drop counters into statistics
blocks. None of that belongs to what a recording shows. Kept are the section header, each interface
with its link type, snap length and time resolution, the packets, and embedded TLS keys.
"""
import struct
import sys

SECTION_HEADER = 0x0A0D0D0A
INTERFACE = 1
ENHANCED_PACKET = 6
DECRYPTION_SECRETS = 10
OPTION_TIME_RESOLUTION = 9


def blocks(data):
    """Yields (type, body) of each block of a little-endian pcapng file."""
    offset = 0
    while offset < len(data):
        kind, length = struct.unpack_from("<II", data, offset)
        if kind == SECTION_HEADER and data[offset + 8 : offset + 12] != b"\x4d\x3c\x2b\x1a":
            raise ValueError("not a little-endian pcapng file")
        if length < 12 or offset + length > len(data):
            raise ValueError(f"block of {length} bytes at offset {offset}")
        yield kind, data[offset + 8 : offset + length - 4]
        offset += length


def options(data):
    """Yields (code, value) of each option of a block."""
    offset = 0
    while offset + 4 <= len(data):
        code, length = struct.unpack_from("<HH", data, offset)
        if code == 0:
            return
        yield code, data[offset + 4 : offset + 4 + length]
        offset += 4 + (length + 3) // 4 * 4


def block(kind, body):
    length = len(body) + 12
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def stripped(data):
    for kind, body in blocks(data):
        if kind == SECTION_HEADER:
            yield block(kind, body[:8] + b"\xff" * 8)
        elif kind == INTERFACE:
            kept = b""
            for code, value in options(body[8:]):
                if code == OPTION_TIME_RESOLUTION:
                    kept = struct.pack("<HHB3xI", code, 1, value[0], 0)
            yield block(kind, body[:8] + kept)
        elif kind == ENHANCED_PACKET:
            captured = struct.unpack_from("<I", body, 12)[0]
            yield block(kind, body[: 20 + (captured + 3) // 4 * 4])
        elif kind == DECRYPTION_SECRETS:
            yield block(kind, body)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    with open(sys.argv[2], "wb") as file:
        file.writelines(stripped(data))


if __name__ == "__main__":
    main()
