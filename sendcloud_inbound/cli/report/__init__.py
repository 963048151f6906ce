"""The report of `run --report`: all that the sandbox saw, as a page, mail, JSON and JUnit XML.

folder.py     the directory: whose files are ours, safe names
writing.py    the whole of it
reading.py    the sandbox read out through its API; mail and listings written meanwhile
values.py     what that gives
page.py       index.html
junit.py      findings.xml
"""
