"""Workloads: made-up OCPP traffic in virtual time, with its entropy.

    python -m laconic_bench.workloads boda-site --days 7 --seed 1 --out week.jsonl

| workload | what it is |
|---|---|
| `boda-site` | the reference: 10 chargers on OCPP 1.6 of three makes, 2 swap cabinets on 2.1 |
| `chaji` | one charger on 1.6 that its owner shares, 4 sessions a day |
| `swap` | 4 swap cabinets on 2.1, 200 swaps a day |
| `depot` | 100 chargers on 1.6, 2.0.1 and 2.1 of six makes, 5 cabinets, sensible intervals |
| `bad-day` | the stations of `boda-site` on days on which everything happens |

Each is a module of its name; `chargers_16`, `chargers_2x` and `cabinets` hold the stations,
`device_model` what those of OCPP 2.x can be asked for, `trouble` what makes a day bad.

The same seed, days and start give the same trace. Every random draw is charged with its information
content at the resolution that is sent (`draws`); the sum is the floor that no lossless code can go
below on average. What can be derived costs nothing: power is voltage times current as sent, the
register counts the mean power of two readings, the state of charge follows the energy. A reading
with slow drift and noise is drawn from its distribution given the readings before it (`drift`).
Some draws are charged although a message may never show them: what was to happen after an outage,
after a fault or after the end, the arrival of a rider who is refused at a cabinet or finds a
charger out of order, a fault that comes while a rider plugs or at a connector that does not tell
its time, and the boot time of a make whose statuses have no time. They are below a thousandth of
the sum, on bad days a few hundredths.

Where the numbers come from. "Logs" are 31 recorded logs of real OCPP 1.6 chargers with 63,020
messages; "logs of 2.0.1" are those of software stations, as no physical one has published any;
"assumption" is what nobody has published for two-wheeler sites in East Africa.

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
| `chaji` | 4 sessions a day, 12 riders | its definition; assumption |
| `swap` | 50 swaps a day and cabinet, 150 riders, 300 batteries | its definition; assumption |
| `depot`: mix | 45 chargers on 1.6, 40 on 2.0.1, 15 on 2.1; 2 arrivals a day and free charger, 300 riders, 400 batteries | assumption |
| `depot`: intervals that the operator set | readings 120 s while charging, 3,600 s by the clock and of temperature; heartbeat 600 s; slots 900 s, their temperatures 600 s | assumption: what such a fleet needs, not the factory's settings |
| make Dracaena (2.0.1): keys by the alphabet, `offline` always, `evse` only in the first event, location with each sample, milliseconds, UUIDs | one make | logs of 2.0.1 (EVerest) |
| make Ficus (2.0.1): white space after the colon only, counters, ids made of Unix times | one make | logs: habits of 1.6 vendors |
| make Ficus: whole numbers with a multiplier, MeterValues by the clock while idle | one make | OCPP 2.0.1, J01 and J02; assumption |
| make Gardenia (2.1): StatusNotification as in 2.0.1, defaults told, temperature by a monitor | one make | OCPP 2.1, N; assumption |
| transaction from plug to plug, or from start to stop | two makes, one make | OCPP 2.0.1, TxStartPoint, TxStopPoint |
| GetBaseReport | after the first boot and with new firmware; 53 to 95 variables, 8 to 12 in a NotifyReport of 1 to 4 kB | OCPP 2.0.1, B07; logs: nothing above 4.1 kB |
| security event after a boot | StartupOfTheDevice, SettingSystemTime with its text | logs: SettingSystemTime |
| alerts in the `depot` | one in 20 days and charger on 2.x | assumption |
| faults and codes | 12 codes; a weak grid comes first; median 140 s | codes of the ChargeX consortium; logs: a station that flaps with UnderVoltage; else assumption |
| `bad-day`: power cuts, own restarts | 4 a day, 2 a day for a station | assumption |
| `bad-day`: loops of boots | one in 3 days and station, 10 boots on average | logs: 30 boots in 40 minutes |
| `bad-day`: faults | 5 a day and connector, 12 alerts a day and cabinet | assumption |
| `bad-day`: flapping | 1.5 times a day and connector, 3 times a cabinet; 30 times in a row, every 4 s | logs: 483 statuses in an hour; assumption |
| `bad-day`: polls of the whole configuration | every 300 s | assumption; a known habit of servers |
| `bad-day`: firmware update, log, reset, reports | once a day each, three reports; at fixed hours or 2 minutes after the next boot | OCPP 1.6, 5.8, 5.9, 5.14, 5.19; 2.1, B07, B12, L02, N01 |
"""  # noqa: E501
