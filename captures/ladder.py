#!/usr/bin/python3
"""Makes captures from ladders.

A ladder is a text file that reads like the figures of an RFC (see generator/syntax.md). Each of its
cases becomes one pcapng file, byte for byte the same on every machine, except those with TLS, whose
handshakes are random: they are made once, committed, and only replaced with --new-tls.
"""
import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from generator.ladder_file import LadderError, read_ladder  # noqa: E402
from generator.play import play  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ladders", nargs="+", metavar="FILE.ladder", type=pathlib.Path)
    parser.add_argument("-o", metavar="DIR", type=pathlib.Path, dest="directory",
                        help="write the captures there instead of beside the ladder")
    parser.add_argument("--check", action="store_true",
                        help="write nothing; fail if a capture is missing or differs")
    parser.add_argument("--new-tls", action="store_true", help="make captures with TLS anew, too")
    return parser.parse_args()


def main():
    options = arguments()
    wrong = 0
    for ladder in options.ladders:
        try:
            cases = read_ladder(ladder)
            for case in cases:
                wrong += not handle(case, (options.directory or ladder.parent), options)
        except (LadderError, OSError, UnicodeDecodeError) as error:
            print(error, file=sys.stderr)
            return 2
    return 1 if wrong else 0


def handle(case, directory, options):
    """Writes or checks the capture of one case; False if the check fails."""
    path = directory / f"{case.stem}.pcapng"
    if options.check:
        if not path.exists():
            print(f"{path}: missing", file=sys.stderr)
            return False
        if not case.uses_tls and path.read_bytes() != play(case).capture:
            print(f"{path}: differs from its ladder", file=sys.stderr)
            return False
        return True
    if case.uses_tls and path.exists() and not options.new_tls:
        return True
    path.write_bytes(play(case).capture)
    return True


if __name__ == "__main__":
    sys.exit(main())
