"""Files, client settings and variables go in; one frozen Settings and its complaints come out.

`schema` is the list of every setting, `layers` decides who wins, `trust` what a repository may
ask for. Imported before the server answers `initialize`, so parsers and platformdirs load late.
"""
