"""SMTP in several processes, for machines with more cores (`smtp.processes`).

The processes listen on one port (SO_REUSEPORT: the kernel deals the connections out) and write
into one store. All else stays in the process that was started, which starts the others, watches
them, starts one that dies anew, and stops them; when it is killed they see its end of the link
closed and stop by themselves.

    link    the lines that go to and fro between it and each of the others
    member  one process as it is seen from outside
    fleet   all of them
    child   what runs in each: the program with the role smtp alone
"""

from __future__ import annotations
