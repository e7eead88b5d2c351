"""Results of the benchmark: the file, the comparison of two, the page and the tables of the docs.

`result` has the values and `result_file` reads and writes them; what measures makes `Result`s and
calls `result_file.write`.
"""
