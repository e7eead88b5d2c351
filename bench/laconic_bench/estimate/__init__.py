"""What an OCPP log costs per month on a metered link, what of it costs most, what to change.

    logs -> exchanges -> month (counted) ----> estimate
                     \\-> timeline -> costs --/     \\
                      \\-> advice -> changed, costed again

All of a log is counted; its newest part is played over each contender in virtual time (`costs`).
"""
