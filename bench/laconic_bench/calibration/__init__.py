"""The model beside live runs of the same work: are its bytes and times true?

`python -m laconic_bench.calibration run` measures a link live, `page` makes docs/calibration.md of
the results. `spread` has the model play the same, `agreement` decides whether figures agree.
"""
