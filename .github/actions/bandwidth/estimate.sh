#!/usr/bin/env bash
# Estimates what OCPP logs cost per month; writes the summary of the job and a JSON file.
# TRACES may hold patterns, so it is split and expanded on purpose.
set -uo pipefail

options=(--budget "$BUDGET_MB" --link "$LINK" --nat-timeout-seconds "$NAT_TIMEOUT_SECONDS")
[ -z "$DAYS" ] || options+=(--days "$DAYS")
for contender in $CONTENDERS; do
    options+=(--fail-over "$contender")
done

# A folder of its own: a job may use the action more than once.
folder="$(mktemp -d "${RUNNER_TEMP:-/tmp}/ocpp-bandwidth-XXXXXX")" || exit 2
json="$folder/estimate.json"
# Tables go to standard output, reasons and warnings to the other: the summary has both.
# shellcheck disable=SC2086
COLUMNS=120 laconic estimate $TRACES "${options[@]}" --json-file "$json" \
    >"$folder/tables" 2>"$folder/reasons" || code=$?
cat "$folder/tables"
cat "$folder/reasons" >&2
{
    echo "### What OCPP costs per month"
    echo '```'
    cat "$folder/tables" "$folder/reasons"
    echo '```'
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
[ ! -s "$json" ] || echo "json=$json" >>"${GITHUB_OUTPUT:-/dev/null}"
exit "${code:-0}"
