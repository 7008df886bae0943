"""Writing pcapng (the pcapng specification, draft-ietf-opsawg-pcapng): one Ethernet interface,
nanosecond time stamps, nothing that names a machine or a program."""
import struct

SECTION_HEADER = 0x0A0D0D0A
INTERFACE = 1
ENHANCED_PACKET = 6
DECRYPTION_SECRETS = 10
TLS_KEY_LOG = 0x544C534B

LINKTYPE_ETHERNET = 1
OPTION_TSRESOL = 9
NANOSECONDS = 9

# All captures begin at 2026-01-01 00:00:00 UTC, so that their bytes never depend on the clock.
EPOCH = 1767225600


def _block(kind, body):
    length = 12 + len(body)
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def _padded(data):
    return data + bytes(-len(data) % 4)


def pcapng(packets, key_log=b""):
    """The file as bytes. `packets` = (nanoseconds since the start, bytes, captured length or
    None for all), in the order to be written; `key_log` = TLS secrets to embed."""
    out = [
        _block(SECTION_HEADER, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
        _block(INTERFACE, struct.pack("<HHI", LINKTYPE_ETHERNET, 0, 0)
               + struct.pack("<HHB3x", OPTION_TSRESOL, 1, NANOSECONDS)
               + struct.pack("<HH", 0, 0)),
    ]
    if key_log:
        out.append(_block(DECRYPTION_SECRETS,
                          struct.pack("<II", TLS_KEY_LOG, len(key_log)) + _padded(key_log)))
    for time, data, captured in packets:
        stamp = EPOCH * 1_000_000_000 + time
        kept = data if captured is None else data[:captured]
        out.append(_block(ENHANCED_PACKET,
                          struct.pack("<IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF,
                                      len(kept), len(data)) + _padded(kept)))
    return b"".join(out)


def blocks(capture):
    """Yields (type, bytes of the whole block) of a file that pcapng() made."""
    at = 0
    while at < len(capture):
        kind, length = struct.unpack_from("<II", capture, at)
        yield kind, capture[at:at + length]
        at += length


def packet_times(capture):
    """The times of its packets in the order of the file, in nanoseconds since the start."""
    for kind, block in blocks(capture):
        if kind == ENHANCED_PACKET:
            high, low = struct.unpack_from("<II", block, 12)
            yield (high << 32 | low) - EPOCH * 1_000_000_000


def without_keys(capture):
    """The same file without its TLS secrets."""
    return b"".join(block for kind, block in blocks(capture) if kind != DECRYPTION_SECRETS)
