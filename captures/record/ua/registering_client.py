#!/usr/bin/python3
"""A user agent that registers over a connection and answers the requests that come back over it.

usage: registering_client.py LOCAL-IP SERVER-IP tcp|tls|ws|wss USER [--outbound] [--alias]
                             [--contact-port PORT] [--requests N]

INVITE is answered with 180 and 486, anything else with 200. It listens on no port.
--outbound      registers by RFC 5626, with instance and reg-id
--alias         its Vias ask for connection reuse (RFC 5923), as some stacks always do
--contact-port  port in its Contact, if another than the source port
--requests      unregister and close after so many requests, ACK not counted
"""
import argparse
import ssl
import time

from sip_text import Reader, header_values, request, response, tcp_connection
from web_socket import WebSocket

PORTS = {"tcp": 5060, "tls": 5061, "ws": 80, "wss": 443}
INSTANCE = "urn:uuid:5a3b8c1e-0000-4000-8000-000000000030"


class Client:
    def __init__(self, args):
        self.args = args
        sock = tcp_connection((args.local, 0), (args.server, PORTS[args.transport]))
        port = sock.getsockname()[1]
        if args.transport in ("tls", "wss"):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            sock = context.wrap_socket(sock, server_hostname="example.net")
        if args.transport in ("ws", "wss"):
            sock = WebSocket(sock, "example.net")
            # RFC 7118 5: a browser does not know its address.
            self.sent_by = host = f"{args.user}.invalid"
        else:
            self.sent_by = f"{args.local}:{port}"
            host = f"{args.local}:{args.contact_port or port}"
        # RFC 7118 5.2: the URI parameter is ws for both.
        self.uri = f"sip:{args.user}@{host};transport={args.transport.replace('wss', 'ws')}"
        self.sock = sock
        self.reader = Reader(sock)

    def register(self, number, expires):
        via = f"SIP/2.0/{self.args.transport.upper()} {self.sent_by}"
        via += f";branch=z9hG4bK-{self.args.user}-{number};rport"
        via += ";alias" if self.args.alias else ""
        contact = f"Contact: <{self.uri}>;expires={expires}"
        more = []
        if self.args.outbound:
            contact = f"Contact: <{self.uri};ob>;expires={expires}"
            contact += f';+sip.instance="<{INSTANCE}>";reg-id=1'
            more = ["Supported: path, outbound"]
        self.sock.sendall(
            request("REGISTER", "sip:example.net", via, f"{self.args.user}-register",
                    cseq=f"{number} REGISTER", aor=f"sip:{self.args.user}@example.net",
                    more=[contact, *more])
        )
        self.reader.final_response()

    def answer_next(self):
        """Answers the next request that is no ACK; False at the end of the stream."""
        while True:
            message = self.reader.message()
            if message is None:
                return False
            method = header_values(message, "CSeq")[0].split()[1]
            if method != "ACK":
                break
        if method == "INVITE":
            self.sock.sendall(response(message, "180 Ringing"))
            time.sleep(0.05)
            self.sock.sendall(response(message, "486 Busy Here"))
            self.reader.message()
        else:
            self.sock.sendall(response(message, "200 OK"))
        return True


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("local")
    arguments.add_argument("server")
    arguments.add_argument("transport", choices=PORTS)
    arguments.add_argument("user")
    arguments.add_argument("--outbound", action="store_true")
    arguments.add_argument("--alias", action="store_true")
    arguments.add_argument("--contact-port", type=int)
    arguments.add_argument("--requests", type=int)
    args = arguments.parse_args()

    client = Client(args)
    client.sock.settimeout(10)
    client.register(1, 60)
    answered = 0
    while answered != args.requests:
        if not client.answer_next():
            return
        answered += 1
    time.sleep(0.1)
    client.register(2, 0)
    time.sleep(0.1)
    client.sock.close()


if __name__ == "__main__":
    main()
