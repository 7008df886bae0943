#!/usr/bin/python3
"""A client over TCP that does not notice that its idle connection was closed.

usage: idle_client.py LOCAL-IP SERVER-IP SECONDS

Sends OPTIONS, is silent for so long, and sends the next OPTIONS on the same connection, whatever
the server has done with it meanwhile. If that fails it connects once more, for a third OPTIONS.
"""
import sys
import time

from sip_text import Reader, request, tcp_connection


def main():
    local, server, seconds = sys.argv[1:4]

    def options(sock, number):
        via = f"SIP/2.0/TCP {local}:{sock.getsockname()[1]};branch=z9hG4bK-idle-{number}"
        sock.sendall(request("OPTIONS", f"sip:{server};transport=tcp", via, f"idle-{number}"))
        try:
            return Reader(sock).message()
        except OSError:
            return None

    first = tcp_connection((local, 0), (server, 5060))
    options(first, 1)
    time.sleep(float(seconds))
    if options(first, 2) is None:
        time.sleep(0.2)
        options(tcp_connection((local, 0), (server, 5060)), 3)


if __name__ == "__main__":
    main()
