"""Workloads: made-up OCPP traffic in virtual time, with its entropy.

    python -m laconic_bench.workloads boda-site --days 7 --seed 1 --out week.jsonl

The same seed, days and start give the same trace. Every random draw is charged with its information
content at the resolution that is sent (`draws`); the sum is the floor that no lossless code can go
below on average. What can be derived costs nothing: power is voltage times current as sent, the
register counts the mean power of two readings, the state of charge follows the energy. A reading
with slow drift and noise is drawn from its distribution given the readings before it (`drift`).
Four kinds of draws are charged although a message may never show them: what was to happen after an
outage or after the end, the arrival of a rider who is refused at a cabinet, and the boot time of a
make whose statuses have no time. They are below a thousandth of the sum.

Where the numbers come from. "Logs" are 31 recorded logs of real OCPP 1.6 chargers with 63,020
messages; "assumption" is what nobody has published for two-wheeler sites in East Africa.

| what | value | from |
|---|---|---|
| key order, white space, number and time formats, message ids | one set for each make | logs: each habit is that of some vendor |
| samples in a MeterValues | 5, 6, 7 | logs: 1 to 20, most 5 to 11 |
| interval of MeterValues | 10, 30, 60 s | logs: 5 to 900 s |
| samples 0 to 2 s late, clock-aligned 900 s | one make | logs |
| heartbeat | 240 s, spared by one make while it talks | logs: 30 to 650 s |
| answer of the CSMS, of a charger | median 24 ms, 140 ms | logs: 0 to 34 ms and more, 120 to 170 ms |
| answer to GetConfiguration | 26 keys, 1.9 kB | logs: 1.2 kB, p95 3.3 kB |
| transaction ids of 1.6 | a counter shared by many sites | logs: counters and Unix times |
| sessions | 2.75 a day and charger, median stay 45 min | assumption |
| swaps | 45 a day and cabinet | assumption |
| bikes and packs | 60 to 72 V, 1.8 to 4 kWh, 620 to 1,500 W | data sheets of such bikes |
| riders | 60, Zipf; 25 % start by telephone, 2 % are refused | assumption |
| batteries | 120; 35 % come back by way of another site | assumption |
| mains | 231 to 240 V over the day, drift 2 V in 15 min, noise 0.25 V | assumption, after long low-voltage feeders |
| power cuts, own restarts | every 12 days, every 25 days for a station | assumption; utilities report more cuts |
| slots | TransactionEvent every 900 s, temperature every 300 s, six in one stream message | OCPP 2.1, S04 and N11; intervals are assumptions |
"""  # noqa: E501
