#!/usr/bin/python3
"""A server over TCP that answers an INVITE where it should not.

usage: misrouting_server.py LOCAL-IP connection|udp

Sends 100 on the connection of the request, and then the 200, though that connection is still open,
  connection  on a new connection to the address and port written in the Via
  udp         as a UDP datagram to them
(RFC 3261 18.2.2 b1 wants it on the connection of the request.)
"""
import sys
import time

from sip_text import (Reader, filled_via, header_values, response, tcp_connection, tcp_listener,
                      udp_socket)


def main():
    local, how = sys.argv[1:3]
    listener = tcp_listener(local, 5060)
    udp = udp_socket(local, 5060)
    connection, source = listener.accept()
    connection.settimeout(3)
    reader = Reader(connection)
    invite = reader.message()
    via = header_values(invite, "Via")[0]
    vias = [filled_via(via, source)]
    host, port = via.split(";")[0].split()[1].split(":")
    connection.sendall(response(invite, "100 Trying", vias))
    time.sleep(0.3)
    answer = response(invite, "200 OK", vias)
    if how == "udp":
        udp.sendto(answer, (host, int(port)))
    else:
        back = tcp_connection((local, 0), (host, int(port)))
        back.sendall(answer)
    reader.message()
    time.sleep(0.2)


if __name__ == "__main__":
    main()
