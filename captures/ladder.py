#!/usr/bin/python3
"""Makes captures from ladders.

A ladder is a text file that reads like the figures of an RFC (see generator/syntax.md). Each of its
cases becomes one pcapng file, byte for byte the same on every machine, except those with TLS, whose
handshakes are random: they are made once, committed, and only replaced with --new-tls. Beside such
a capture stands the same without its keys, NAME-nokeys.pcapng.
"""
import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from generator.ladder_file import LadderError, read_ladder  # noqa: E402
from generator.pcapng import without_keys  # noqa: E402
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
    parser.add_argument("--only-tls", action="store_true", help="leave captures without TLS alone")
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
    """Writes or checks the captures of one case; False if the check fails."""
    path = directory / f"{case.stem}.pcapng"
    if options.only_tls and not case.uses_tls:
        return True
    if options.check:
        return check(case, path)
    if not case.uses_tls or not path.exists() or options.new_tls:
        path.write_bytes(play(case).capture)
    if case.uses_tls:
        keyless(path).write_bytes(without_keys(path.read_bytes()))
    return True


def keyless(path):
    return path.with_name(f"{path.stem}-nokeys.pcapng")


def check(case, path):
    for wanted in [path, keyless(path)] if case.uses_tls else [path]:
        if not wanted.exists():
            print(f"{wanted}: missing", file=sys.stderr)
            return False
    if case.uses_tls:
        differs = keyless(path), without_keys(path.read_bytes())
    else:
        differs = path, play(case).capture
    if differs[0].read_bytes() != differs[1]:
        print(f"{differs[0]}: differs from its ladder", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
