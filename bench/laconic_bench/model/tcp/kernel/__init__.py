"""The model of TCP beside the TCP of this machine's kernel, over the same radio channel.

python -m laconic_bench.model.tcp.kernel
"""
