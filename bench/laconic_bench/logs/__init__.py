"""Reads OCPP logs as they are: traces, lines of programs, JSON lines, CSV.

    source -> lines or table -> findings -> ways -> records -> merge

`source` opens a file; `lines` and `table` find the messages in it, with what the log says about
each (`found`); `ways` finds out who has sent them. A line that cannot be read is a `BadLine`, never
an exception. Memory is bounded: one message, and the first few hundred of a file.
"""
