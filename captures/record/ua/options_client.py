#!/usr/bin/python3
"""Sends OPTIONS over UDP, one for each user name given, and takes any answer.

usage: options_client.py LOCAL-IP SERVER-IP [--port PORT] [--via-port PORT] [--rport] [--ttl TTL]
                         [--leave SECONDS] USER...

--via-port  port written in the Via, if another than the source port
--ttl       TTL of the packets
--leave     close the socket so many seconds after the last request instead of waiting for answers
"""
import argparse
import socket
import time

from sip_text import request, udp_socket


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("local")
    arguments.add_argument("server")
    arguments.add_argument("--port", type=int, default=5060)
    arguments.add_argument("--via-port", type=int)
    arguments.add_argument("--rport", action="store_true")
    arguments.add_argument("--ttl", type=int)
    arguments.add_argument("--leave", type=float)
    arguments.add_argument("users", nargs="+")
    args = arguments.parse_args()

    sock = udp_socket(args.local, args.port)
    sock.settimeout(0.3)
    if args.ttl:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, args.ttl)
    for user in args.users:
        via = f"SIP/2.0/UDP {args.local}:{args.via_port or args.port};branch=z9hG4bK-{user}"
        via += ";rport" if args.rport else ""
        sock.sendto(
            request("OPTIONS", f"sip:{user}@{args.server}", via, user), (args.server, 5060)
        )
        if args.leave is not None:
            time.sleep(args.leave)
            continue
        try:
            sock.recv(65535)
        except OSError:
            pass  # Nothing, or an ICMP error: both are what some recordings want to show.
        time.sleep(0.05)


if __name__ == "__main__":
    main()
