"""Python in the page: what lets a reader run, edit and stop the cells of the built book.

``files`` fetches and verifies Pyodide, ``names`` tells which earlier cells a cell needs, ``runner``
runs cells in the reader's browser, ``stand_ins`` answers there for Jupyter's own packages,
``sphinx_ext`` puts it all among the files of the book, and ``js`` is what the page itself does.
"""
