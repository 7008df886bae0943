"""TLS sessions in memory, with their secrets for the capture. Handshakes are random by nature: a
capture with TLS is made once and committed."""
import pathlib
import ssl
import tempfile

CERTIFICATES = pathlib.Path(__file__).resolve().parent.parent / "certificates"
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class TlsSession:
    """Both ends of one session. Certificates are named by their file without ".pem"; no client
    certificate = the server asks and gets an empty list."""

    def __init__(self, version, client_certificate, server_certificate):
        self._log = tempfile.NamedTemporaryFile(prefix="ladder-keys")
        self._ends = {}
        for side, protocol, certificate in (
                ("client", ssl.PROTOCOL_TLS_CLIENT, client_certificate),
                ("server", ssl.PROTOCOL_TLS_SERVER, server_certificate)):
            context = ssl.SSLContext(protocol)
            context.minimum_version = context.maximum_version = VERSIONS[version]
            context.check_hostname = False
            context.load_verify_locations(CERTIFICATES / "ca.pem")
            context.verify_mode = ssl.CERT_OPTIONAL if side == "server" else ssl.CERT_REQUIRED
            if certificate:
                context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
            if side == "client":
                context.keylog_filename = self._log.name
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = context.wrap_bio(incoming, outgoing, server_side=side == "server")
            self._ends[side] = (tls, incoming, outgoing)

    def key_log(self):
        return pathlib.Path(self._log.name).read_bytes()

    def handshake(self):
        """Yields the flights (side, bytes)."""
        done = set()
        while len(done) < 2:
            for side in ("client", "server"):
                tls = self._ends[side][0]
                try:
                    tls.do_handshake()
                    done.add(side)
                except ssl.SSLWantReadError:
                    pass
                data = self._pass_on(side)
                if data:
                    yield side, data

    def encode(self, side, data):
        """The records that carry `data` sent by `side`."""
        self._ends[side][0].write(data)
        records = self._pass_on(side)
        self._ends["server" if side == "client" else "client"][0].read(len(data))
        return records

    def close(self, side):
        """The closure alert of `side`."""
        try:
            self._ends[side][0].unwrap()
        except ssl.SSLWantReadError:
            pass
        return self._pass_on(side)

    def _pass_on(self, side):
        data = self._ends[side][2].read()
        if data:
            self._ends["server" if side == "client" else "client"][1].write(data)
        return data
