#!/usr/bin/python3
"""A client over TCP whose messages do not begin and end with segments.

usage: segment_client.py LOCAL-IP SERVER-IP

On one connection: two OPTIONS in one segment; one OPTIONS over three segments, cut in the start
line and in a header; a double CRLF (the keep-alive of RFC 5626 4.4.1) alone; and a double CRLF and
an OPTIONS in one segment.
"""
import sys
import time

from sip_text import Reader, request, tcp_connection


def main():
    local, server = sys.argv[1:3]
    sock = tcp_connection((local, 0), (server, 5060))
    reader = Reader(sock)

    def options(number):
        via = f"SIP/2.0/TCP {local}:5060;branch=z9hG4bK-segment-{number}"
        return request("OPTIONS", f"sip:{server};transport=tcp", via, f"segment-{number}")

    sock.sendall(options(1) + options(2))
    reader.message()
    reader.message()
    whole = options(3)
    for part in (whole[:12], whole[12:90], whole[90:]):
        sock.sendall(part)
        time.sleep(0.05)
    reader.message()
    sock.sendall(b"\r\n\r\n")
    time.sleep(0.2)
    sock.sendall(b"\r\n\r\n" + options(4))
    reader.message()
    time.sleep(0.1)
    sock.close()


if __name__ == "__main__":
    main()
