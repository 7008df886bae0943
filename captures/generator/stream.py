"""A connection over TCP with what lies between it and SIP: TLS, WebSocket, both or nothing."""
from . import websocket
from .tcp import TcpConnection
from .tls import TlsSession

PING, PONG = b"\r\n\r\n", b"\r\n"
FLIGHT = 1_000_000  # nanoseconds between the flights of a TLS or WebSocket handshake


class TcpStream:
    """One connection of a ladder. `resumed` = the TcpStream whose TLS session it resumes."""

    def __init__(self, network, event, resumed=None):
        self.kind = event.kind
        self.tcp = TcpConnection(network, event.number, event.src, event.dst)
        self.held = {event.src: [], event.dst: []}
        self.joined = {event.src: b"", event.dst: b""}
        self.tls = None
        if self.kind in ("tls", "wss") and not {"refused", "unanswered"} & set(event.options):
            self.tls = TlsSession(event.options, resumed and resumed.tls)

    def end(self, side):
        return self.tcp.client if side == "client" else self.tcp.server

    def side(self, end):
        return "client" if end == self.tcp.client else "server"

    def open(self, time, options, link):
        """The handshakes of all layers; without the one of TCP if it was before the capture."""
        answer = next((word for word in ("unanswered", "refused") if word in options), "accepted")
        packets = [] if "no-syn" in options else self.tcp.open(time, answer, link)
        if answer != "accepted":
            return packets
        for side, data in self._handshakes(options):
            time += FLIGHT
            self.tcp.send(time, self.end(side), data)
        return packets

    def before_capture(self, options):
        """The handshakes of all layers were before the capture began."""
        for side, data in self._handshakes(options):
            self.tcp.skip(self.end(side), data)

    def _handshakes(self, options):
        if self.tls:
            yield from self.tls.handshake()
        if self.kind in ("ws", "wss"):
            request = websocket.upgrade_request(str(self.tcp.server),
                                                options.get("request-protocol", "sip"))
            yield "client", self._encrypted("client", request)
            answer = websocket.upgrade_answer(options.get("answer-protocol", "sip"))
            yield "server", self._encrypted("server", answer)

    def _encrypted(self, side, data):
        return self.tls.encode(side, data) if self.tls else data

    def encode(self, src, data, options=None):
        """The bytes on the connection that carry `data`; those of a joined message come with the
        next one."""
        options, side = options or {}, self.side(src)
        data, self.joined[src] = self.joined[src] + data, b""
        if "join" in options:
            self.joined[src] = data
            return b""
        if self.kind in ("ws", "wss"):
            data = b"".join(websocket.message(piece, side == "client", options.get("frames", 1))
                            for piece in websocket.parts(data, options.get("pieces", 1)))
        return self._encrypted(side, data)

    def close(self, time, src, link):
        """What the layers above TCP say before the connection ends."""
        side = self.side(src)
        data = b""
        if self.kind in ("ws", "wss"):
            data = self._encrypted(side, websocket.close(side == "client"))
        elif self.tls:
            data = self.tls.close(side)
        return self.tcp.send(time, src, data, link=link)

    def alert(self, time, src, link):
        """A fatal TLS alert."""
        if not self.tls:
            raise ValueError("only TLS has alerts")
        return self.tcp.send(time, src, self.tls.alert(self.side(src)), link=link)

    def ask(self, time):
        """The server asks for the client's certificate after the handshake, and gets it."""
        packets = []
        for side, data in self.tls.ask():
            packets += self.tcp.send(time, self.end(side), data)
            time += FLIGHT
        return packets
