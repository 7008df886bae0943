"""WebSocket (RFC 6455) with the SIP subprotocol (RFC 7118): upgrade and frames."""
import base64
import hashlib
import struct

TEXT, CLOSE = 1, 8
_KEY = base64.b64encode(b"a ladder's nonce")
_MASK = bytes.fromhex("37fa213d")


def upgrade_request(host):
    return (f"GET / HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {_KEY.decode()}\r\nSec-WebSocket-Protocol: sip\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n").encode()


def upgrade_answer():
    digest = hashlib.sha1(_KEY + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n"
            "Sec-WebSocket-Protocol: sip\r\n\r\n").encode()


def frame(payload, masked, opcode=TEXT):
    """One unfragmented frame; only clients mask (RFC 6455 5.1)."""
    head = bytes([0x80 | opcode])
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
