"""A real network with a bad link in it: the kernel's IP, UDP and NAT, and a radio of our own.

    site namespace --TUN-- relay --TUN-- NAT namespace --veth-- expander namespace

The relay delays, loses, limits, reorders and doubles IP packets as a `LinkProfile` says. The
kernel need not have netem, only network namespaces, TUN and, for the NAT, nftables and conntrack.
Everything stays inside namespaces that the network makes for itself. It needs root and Linux.
"""
