"""Turns ladders (readable text) into exact pcapng files. See ../ladder.py and syntax.md."""
