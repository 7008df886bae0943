#!/usr/bin/python3
"""Writes a capture of N SIP messages over UDP for measuring: calls of many phones through one proxy.

usage: make_capture.py MESSAGES FILE

Each call is INVITE, 100, 180, 200, ACK, BYE, 200: seven messages in three transactions; every phone
has its own address and keeps its port. Addresses, times and branches are computed, so that the same
number gives the same file.
"""
import itertools
import struct
import sys

SERVER_IP = bytes((192, 0, 2, 2))
PHONES = 5000


def checksum(header):
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(number, protocol, source, target, payload):
    """One Ethernet frame with an IPv4 packet; source and target are address bytes."""
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), number & 0xFFFF, 0x4000, 64,
                     protocol, 0, source, target)
    ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
    return b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0" + ip + payload


def packet(number, source, target, payload):
    """One Ethernet frame; source and target are (address bytes, port). UDP without checksum."""
    udp = struct.pack(">HHHH", source[1], target[1], 8 + len(payload), 0) + payload
    return frame(number, 17, source[0], target[0], udp)


def write_capture(path, frames, apart=500):
    """A pcap file of frames that come at intervals of so many microseconds."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for number, data in enumerate(frames):
            microseconds = number * apart
            out.write(struct.pack("<IIII", 1767225600 + microseconds // 1000000,
                                  microseconds % 1000000, len(data), len(data)) + data)


def message(start, call, phone, cseq, via, to_tag=""):
    text = (f"{start}\r\nVia: {via}\r\nMax-Forwards: 70\r\n"
            f"From: \"Phone {phone}\" <sip:{phone}@example.com>;tag=f{call}\r\n"
            f"To: <sip:{phone + 1}@example.com>{to_tag}\r\n"
            f"Call-ID: {call:08x}-9f31-4c5e@phone{phone}.example.com\r\nCSeq: {cseq}\r\n"
            "User-Agent: bench/1.0\r\nContent-Length: 0\r\n\r\n")
    return text.encode()


def call_messages(call):
    """(from the phone?, bytes) of one call."""
    phone = call % PHONES
    address = f"10.1.{phone >> 8}.{phone & 255}"
    uri = f"sip:{phone + 1}@example.com"
    tag = f";tag=t{call}"

    def via(step, answered):
        filled = f"=5060;received={address}" if answered else ""
        return f"SIP/2.0/UDP {address}:5060;rport{filled};branch=z9hG4bK{call:08x}{step}"

    for request, cseq, step, answers in (
            (f"INVITE {uri} SIP/2.0", "1 INVITE", "a", ("100 Trying", "180 Ringing", "200 OK")),
            (f"ACK {uri} SIP/2.0", "1 ACK", "b", ()),
            (f"BYE {uri} SIP/2.0", "2 BYE", "c", ("200 OK",))):
        yield True, message(request, call, phone, cseq, via(step, False),
                            "" if step == "a" else tag)
        for answer in answers:
            yield False, message(f"SIP/2.0 {answer}", call, phone, cseq, via(step, True), tag)


def call_frames(count):
    """That many frames of calls."""
    number = 0
    for call in itertools.count():
        phone = call % PHONES
        client = (bytes((10, 1, phone >> 8, phone & 255)), 5060)
        server = (SERVER_IP, 5060)
        for forward, payload in call_messages(call):
            if number == count:
                return
            yield packet(number, *((client, server) if forward else (server, client)), payload)
            number += 1


def main():
    write_capture(sys.argv[2], call_frames(int(sys.argv[1])))


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    main()
