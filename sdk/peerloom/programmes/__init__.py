"""The programme: one course or community with all its records, and the file that keeps it.

`peerloom.programmes.programme` holds the `Programme`; the modules beside it change it, ask it and
erase people from it, and each function gives a new one. `peerloom.programmes.files` reads and
writes it.
"""
