#!/usr/bin/python3
"""A caller over TCP that loses its connection while the call rings.

usage: closing_client.py LOCAL-IP SERVER-IP fin|rst [rport] [deaf]

Sends an INVITE, waits for 180, closes its connection (with FIN, or with RST), and then waits on the
port written in its Via for the rest of the call (RFC 3261 18.1.1 and 18.2.2). A final response is
acknowledged where the INVITE went (17.1.1.2), so on a new connection. With `rport` its Via asks for
rport. With `deaf` nobody listens on the port in its Via.
"""
import select
import socket
import struct
import sys
import time

from sip_text import Reader, header_values, request, tcp_connection, tcp_listener

LISTEN_PORT = 5070


def main():
    local, server, how = sys.argv[1:4]
    asked = ";rport" if "rport" in sys.argv[4:] else ""
    via = f"SIP/2.0/TCP {local}:{LISTEN_PORT};branch=z9hG4bK-{how}-1{asked}"
    uri = f"sip:service@{server}"
    call_id = f"closing-{how}-1"

    deaf = "deaf" in sys.argv[4:]
    listener = None if deaf else tcp_listener(local, LISTEN_PORT)
    caller = tcp_connection((local, 0), (server, 5060))
    contact = f"sip:tester@{local}:{LISTEN_PORT};transport=tcp"
    caller.sendall(request("INVITE", uri, via, call_id, contact=contact))
    Reader(caller).final_response(at_least=180)
    time.sleep(0.1)
    if how == "rst":
        # Lingering for zero seconds makes close() send RST instead of FIN.
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    caller.close()

    if deaf:
        time.sleep(1)
        return
    if not select.select([listener], [], [], 2)[0]:
        return
    called_back, _ = listener.accept()
    called_back.settimeout(2)
    final = Reader(called_back).final_response()
    if final:
        to_tag = header_values(final, "To")[0].partition(";tag=")[2]
        again = tcp_connection((local, 0), (server, 5060))
        again.sendall(request("ACK", uri, via, call_id, cseq="1 ACK", to_tag=to_tag))
        time.sleep(0.2)


if __name__ == "__main__":
    main()
