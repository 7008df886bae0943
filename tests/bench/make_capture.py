#!/usr/bin/python3
"""Writes a capture with so many SIP messages, for measuring.

usage: make_capture.py KIND MESSAGES FILE

KIND: udp; tcp-few (20 connections), tcp-many (one for each call); mix (nine packets of RTP for each
message over UDP); tls (20 connections, the keys in the file: pcapng). The same numbers give the same
file, but for tls.
"""
import sys

from traffic import tcp_few, tcp_many, tls, udp, write_capture, write_tls

MEDIA = 9  # packets of RTP for each message of a mix
KINDS = {
    "udp": lambda path, count: write_capture(path, udp(count)),
    "mix": lambda path, count: write_capture(path, udp(count, MEDIA), 500 / (1 + MEDIA)),
    "tcp-few": lambda path, count: write_capture(path, tcp_few(count)),
    "tcp-many": lambda path, count: write_capture(path, tcp_many(count)),
    "tls": lambda path, count: write_tls(path, tls(count)),
}

if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in KINDS or not sys.argv[2].isdigit():
        sys.exit(__doc__)
    KINDS[sys.argv[1]](sys.argv[3], int(sys.argv[2]))
