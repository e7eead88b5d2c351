"""The model beside live runs of the same work: are its bytes and times true?

`python -m laconic_bench.calibration run` measures a link both ways and writes two results, `page`
makes docs/calibration.md of them. `agreement` decides what is compared, and whether it agrees.
"""
