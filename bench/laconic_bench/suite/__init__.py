"""`laconic bench run`: contenders on a workload over a link, in virtual time.

`job` plays one contender, in a process of its own (`pool`); `command` does the rest.
"""
