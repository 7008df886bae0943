#!/usr/bin/python3
"""A server over UDP that answers to the right place, but with a wrong Via.

usage: wrong_via_server.py LOCAL-IP

The user part of the Request-URI chooses the fault; see FAULTS. Anything else is answered rightly.
"""
import socket
import sys

from sip_text import filled_via, header_values, response, udp_socket


def other_host(via):
    return via.replace("203.0.113.30", "198.51.100.99", 1)


def cut_branch(via):
    return via.replace("-cut-branch", "-cut", 1)


# The Via values returned, from the Via of the request and the source of its packet.
FAULTS = {
    "rport-off-by-one": lambda via, source: [filled_via(via, source, rport=source[1] + 1)],
    "received-of-another": lambda via, source: [filled_via(via, source, received="198.51.100.7")],
    "rport-echoed": lambda via, source: [via],
    "rport-without-received": lambda via, source: [via.replace(";rport", f";rport={source[1]}")],
    "other-sent-by": lambda via, source: [other_host(filled_via(via, source))],
    "cut-branch": lambda via, source: [cut_branch(filled_via(via, source))],
    "port-removed": lambda via, source: [filled_via(via, source).replace(":5060", "", 1)],
    "two-vias": lambda via, source: [
        filled_via(via, source),
        "SIP/2.0/UDP 203.0.113.99;branch=z9hG4bK-nobody",
    ],
}


def right(via, source):
    return [filled_via(via, source)]


def main():
    sock = udp_socket(sys.argv[1], 5060)
    while True:
        try:
            message, source = sock.recvfrom(65535)
        except socket.timeout:
            return
        user = message.split(b" ")[1].decode().partition(":")[2].partition("@")[0]
        via = header_values(message, "Via")[0]
        sock.sendto(response(message, "200 OK", FAULTS.get(user, right)(via, source)), source)


if __name__ == "__main__":
    main()
