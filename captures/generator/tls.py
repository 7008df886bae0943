"""TLS sessions in memory, with their secrets for the capture. Handshakes are random by nature: a
capture with TLS is made once and committed."""
import pathlib
import ssl
import tempfile

CERTIFICATES = pathlib.Path(__file__).resolve().parent.parent / "certificates"
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
# OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python has no name for: captures have their own time.
NO_CHECK_TIME = 0x200000
# Where the client random stands in the record of a ClientHello (RFC 5246 6.2.1, 7.4).
CLIENT_RANDOM = slice(11, 43)
OTHER = {"client": "server", "server": "client"}


def _context(side, options):
    """The settings of one end, from the options of a ladder line."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT if side == "client"
                             else ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = VERSIONS[options.get("tls", "1.2")]
    context.check_hostname = False
    context.load_verify_locations(CERTIFICATES / "ca.pem")
    context.verify_flags |= NO_CHECK_TIME
    if side == "client":
        certificate = options.get("client-cert")
        context.verify_mode = ssl.CERT_REQUIRED
        context.post_handshake_auth = "post-handshake" in options
    else:
        certificate = options.get("server-cert", "p2")
        context.verify_mode = ssl.CERT_OPTIONAL
        if "post-handshake" in options:  # the server may ask later, not in the handshake
            context.post_handshake_auth = True
        elif "no-request" in options:
            context.verify_mode = ssl.CERT_NONE
        if "no-ticket" in options:
            context.options |= ssl.OP_NO_TICKET
    if certificate:
        context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    return context


class TlsSession:
    """Both ends of one session. Certificates are named by their file without ".pem"; no client
    certificate = the server asks and gets an empty list. `original` = an earlier session that this
    one resumes."""

    def __init__(self, options, original=None):
        self._keys = options.get("keys", "all")
        self._random = None
        self._closed = set()
        if original:
            self._contexts, self._log = original._contexts, original._log
            original.read_tickets()
        else:
            self._contexts = {side: _context(side, options) for side in OTHER}
            self._log = tempfile.NamedTemporaryFile(prefix="ladder-keys")
            self._contexts["client"].keylog_filename = self._log.name
        self._ends = {}
        for side, context in self._contexts.items():
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            client = {} if side == "server" else {
                "server_hostname": options.get("sni"),
                "session": original._ends["client"][0].session if original else None}
            tls = context.wrap_bio(incoming, outgoing, server_side=side == "server", **client)
            self._ends[side] = (tls, incoming, outgoing)

    def key_log(self):
        """The lines of this session: all of them, or those of its application data only."""
        if self._keys == "none" or not self._random:
            return b""
        lines = pathlib.Path(self._log.name).read_bytes().splitlines(keepends=True)
        own = [line for line in lines if line.split()[1:2] == [self._random.hex().encode()]]
        if self._keys == "traffic":
            own = [line for line in own if b"_TRAFFIC_SECRET_" in line]
        return b"".join(own)

    def handshake(self):
        """Yields the flights (side, bytes)."""
        done = set()
        while len(done) < 2:
            for side in OTHER:
                tls = self._ends[side][0]
                try:
                    tls.do_handshake()
                    done.add(side)
                except ssl.SSLWantReadError:
                    pass
                data = self._pass_on(side)
                if data:
                    self._random = self._random or data[CLIENT_RANDOM]
                    yield side, data

    def read_tickets(self):
        """Lets the client see what the server sent behind the handshake (RFC 8446 4.6.1)."""
        self._read("client")

    def ask(self):
        """The server asks for a certificate after the handshake (RFC 8446 4.6.2): the flights."""
        tls = self._ends["server"][0]
        tls.verify_client_post_handshake()
        tls.do_handshake()
        yield "server", self._pass_on("server")
        self._read("client")
        yield "client", self._pass_on("client")
        self._read("server")

    def encode(self, side, data):
        """The records that carry `data` sent by `side`."""
        self._ends[side][0].write(data)
        records = self._pass_on(side)
        if OTHER[side] not in self._closed:
            self._ends[OTHER[side]][0].read(len(data))
        return records

    def close(self, side):
        """The closure alert of `side`."""
        self._closed.add(side)
        try:
            self._ends[side][0].unwrap()
        except ssl.SSLError:
            pass
        return self._pass_on(side)

    def alert(self, side):
        """A fatal alert of `side`, about a damaged record that nobody captured."""
        tls, incoming, _ = self._ends[side]
        incoming.write(b"\x17\x03\x03\x00\x20" + bytes(32))
        try:
            tls.read(1)
        except ssl.SSLError:
            pass
        return self._pass_on(side)

    def _read(self, side):
        try:
            self._ends[side][0].read(1)
        except ssl.SSLWantReadError:
            pass

    def _pass_on(self, side):
        data = self._ends[side][2].read()
        if data:
            self._ends[OTHER[side]][1].write(data)
        return data
