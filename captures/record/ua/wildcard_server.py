#!/usr/bin/python3
"""A server over UDP bound to 0.0.0.0 on a host with two addresses.

usage: wildcard_server.py [DELAY]

Answers every request with 200, rport and received filled, to where it came from (to the port in the
Via if rport was not asked for), `DELAY` seconds later. The source address is left to the kernel,
which takes the interface's primary address and not the one the request was sent to: the classic
fault RFC 3581 4 forbids with rport.
"""
import socket
import sys
import time

from sip_text import filled_via, header_values, response, udp_socket


def main():
    delay = float(sys.argv[1]) if len(sys.argv) > 1 else 0
    sock = udp_socket("0.0.0.0", 5060)
    while True:
        try:
            message, source = sock.recvfrom(65535)
        except socket.timeout:
            return
        via = header_values(message, "Via")[0]
        port = source[1] if ";rport" in via else int(via.split(";")[0].rpartition(":")[2])
        time.sleep(delay)
        sock.sendto(response(message, "200 OK", [filled_via(via, source)]), (source[0], port))


if __name__ == "__main__":
    main()
