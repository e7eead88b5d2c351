#!/usr/bin/env bash
# Estimates what OCPP logs cost per month; writes the summary of the job and a JSON file.
# TRACES may hold patterns, so it is split and expanded on purpose.
set -uo pipefail

options=(--budget "$BUDGET_MB" --link "$LINK" --nat-timeout-seconds "$NAT_TIMEOUT_SECONDS")
[ -z "$DAYS" ] || options+=(--days "$DAYS")
for contender in $CONTENDERS; do
    options+=(--fail-over "$contender")
done

json="${RUNNER_TEMP:-/tmp}/ocpp-bandwidth.json"
# shellcheck disable=SC2086
text="$(COLUMNS=120 laconic estimate $TRACES "${options[@]}" --json-file "$json")" || code=$?
printf '%s\n' "$text"
{
    echo "### What OCPP costs per month"
    echo '```'
    printf '%s\n' "$text"
    echo '```'
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
echo "json=$json" >>"${GITHUB_OUTPUT:-/dev/null}"
exit "${code:-0}"
