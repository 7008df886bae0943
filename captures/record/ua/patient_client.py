#!/usr/bin/python3
"""A caller over TCP that takes its final response from wherever it comes.

usage: patient_client.py LOCAL-IP SERVER-IP

Sends an INVITE, listens for the answer on its connection and, over TCP and UDP, on the port written
in its Via, and sends the ACK on the connection it opened itself, which proves that it stayed open.
"""
import select
import sys
import time

from sip_text import Reader, header_values, request, tcp_connection, tcp_listener, udp_socket

LISTEN_PORT = 5060


def final_over_tcp(sock):
    return Reader(sock).final_response()


def main():
    local, server = sys.argv[1:3]
    listener = tcp_listener(local, LISTEN_PORT)
    udp = udp_socket(local, LISTEN_PORT)
    caller = tcp_connection((local, 0), (server, 5060))
    uri = f"sip:service@{server};transport=tcp"
    via = f"SIP/2.0/TCP {local}:{LISTEN_PORT};branch=z9hG4bK-patient-"
    contact = f"sip:tester@{local}:{LISTEN_PORT};transport=tcp"
    caller.sendall(request("INVITE", uri, via + "1;rport", "patient-1", contact=contact))

    reader = Reader(caller)
    reader.final_response(at_least=100)
    ready = select.select([caller, listener, udp], [], [], 2)[0]
    if listener in ready:
        final = final_over_tcp(listener.accept()[0])
    elif udp in ready:
        final = udp.recv(65535)
    else:
        final = reader.final_response()
    time.sleep(0.1)
    to_tag = header_values(final, "To")[0].partition(";tag=")[2]
    caller.sendall(
        request("ACK", uri, via + "2;rport", "patient-1", cseq="1 ACK", to_tag=to_tag)
    )
    time.sleep(0.3)


if __name__ == "__main__":
    main()
