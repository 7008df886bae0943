"""A WebSocket client, as much of RFC 6455 and RFC 7118 as the recordings need."""
import base64
import os

TEXT = 1
CLOSE = 8


class WebSocket:
    """A connected socket with messages in WebSocket frames, for use in place of the socket."""

    def __init__(self, sock, host):
        self.sock = sock
        self.data = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET / HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Protocol: sip",
            "Sec-WebSocket-Version: 13",
            "",
            "",
        ]
        sock.sendall("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self.data:
            self._more()
        head, _, self.data = self.data.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise ConnectionError(f"no WebSocket: {head}")

    def _more(self):
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError("closed inside a frame")
        self.data += data

    def _take(self, count):
        while len(self.data) < count:
            self._more()
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def _send(self, opcode, payload):
        # RFC 6455 5.3: what a client sends is masked.
        mask = os.urandom(4)
        length = len(payload)
        head = bytes([0x80 | opcode])
        if length < 126:
            head += bytes([0x80 | length])
        else:
            head += bytes([0x80 | 126]) + length.to_bytes(2, "big")
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        self.sock.sendall(head + mask + masked)

    def settimeout(self, seconds):
        self.sock.settimeout(seconds)

    def sendall(self, message):
        self._send(TEXT, message)

    def recv(self, _):
        """The payload of the next frame; empty at the end. Servers' frames are not masked."""
        opcode, length = self._take(2)
        if length == 126:
            length = int.from_bytes(self._take(2), "big")
        payload = self._take(length)
        return b"" if opcode & 15 == CLOSE else payload

    def close(self):
        """RFC 6455 7.1: the closing handshake, then the connection."""
        self._send(CLOSE, (1000).to_bytes(2, "big"))
        self.recv(0)
        self.sock.close()
