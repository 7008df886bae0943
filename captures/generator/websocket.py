"""WebSocket (RFC 6455) with the SIP subprotocol (RFC 7118): upgrade and frames."""
import base64
import hashlib
import struct

CONTINUATION, TEXT, CLOSE = 0, 1, 8
_KEY = base64.b64encode(b"a ladder's nonce")
_MASK = bytes.fromhex("37fa213d")


def _subprotocol(name):
    return "" if name == "none" else f"Sec-WebSocket-Protocol: {name}\r\n"


def upgrade_request(host, protocol="sip"):
    """`protocol` "none" leaves the subprotocol out."""
    return (f"GET / HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {_KEY.decode()}\r\n{_subprotocol(protocol)}"
            "Sec-WebSocket-Version: 13\r\n\r\n").encode()


def upgrade_answer(protocol="sip"):
    digest = hashlib.sha1(_KEY + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n"
            f"{_subprotocol(protocol)}\r\n").encode()


def parts(data, count):
    """`data` in `count` pieces of about the same length."""
    step = -(-len(data) // count)
    return [data[start:start + step] for start in range(0, len(data), step)]


def message(payload, masked, frames=1):
    """One WebSocket message in `frames` frames (RFC 6455 5.4)."""
    pieces = parts(payload, frames)
    return b"".join(frame(piece, masked, CONTINUATION if number else TEXT,
                          number == len(pieces) - 1) for number, piece in enumerate(pieces))


def frame(payload, masked, opcode=TEXT, final=True):
    """One frame; only clients mask (RFC 6455 5.1)."""
    head = bytes([(0x80 if final else 0) | opcode])
    bit = 0x80 if masked else 0
    if len(payload) < 126:
        head += bytes([bit | len(payload)])
    else:
        head += bytes([bit | 126]) + struct.pack("!H", len(payload))
    if not masked:
        return head + payload
    return head + _MASK + bytes(byte ^ _MASK[i % 4] for i, byte in enumerate(payload))


def close(masked):
    return frame(struct.pack("!H", 1000), masked, CLOSE)
