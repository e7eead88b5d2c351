"""Each module has a test module of its name, or a reason why not."""

from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]

PACKAGES: Final = {
    "codec": ROOT / "codec" / "laconic_codec",
    "gateway": ROOT / "gateway" / "laconic_gateway",
    "bench": ROOT / "bench" / "laconic_bench",
}
"""Folder under tests/ that has the test modules, and the package."""

TESTED_ELSEWHERE: Final = {
    "gateway/edge/storage/engine.py": "a protocol: the type checkers compare `Outbox` with it",
    "codec/limits.py": "numbers only; tests/codec/test_readme.py and the tests of who obeys them",
    "codec/elements.py": "tests/codec/test_messages.py",
    "codec/errors.py": "classes only; raised in the tests of messages, items and frame",
    "codec/adaptive/slots.py": "tests/codec/adaptive/test_templates.py",
    "codec/adaptive/walk.py": "tests/codec/adaptive/test_shapes.py",
    "codec/registry/build_page.py": "tests/codec/registry/test_build.py",
    "codec/registry/export.py": "tests/codec/test_vectors.py",
    "codec/registry/trained.py": "tests/codec/test_registry.py",
    "codec/registry/build_schemas.py": "tests/codec/registry/test_build.py",
    "codec/registry/build_shapes.py": "tests/codec/registry/test_build.py",
    "codec/registry/shapes.py": "generated; tests/codec/registry/test_skeletons.py",
    "codec/registry/tables.py": "generated; tests/codec/test_registry.py",
    "codec/registry/vocabulary/device_model.py": "data only; tests/codec/test_registry.py",
    "codec/registry/vocabulary/faults.py": "data only; tests/codec/test_registry.py",
    "codec/registry/vocabulary/frequent.py": "data only; tests/codec/test_registry.py",
    "codec/registry/vocabulary/settings_16.py": "data only; tests/codec/test_registry.py",
    "codec/registry/vocabulary/values.py": "data only; tests/codec/test_registry.py",
    "codec/training/chargers.py": "tests/codec/training/test_samples.py",
    "codec/training/dice.py": "tests/codec/training/test_samples.py",
    "codec/training/instances.py": "tests/codec/training/test_samples.py",
    "codec/training/large.py": "tests/codec/training/test_samples.py",
    "codec/training/meters.py": "tests/codec/training/test_samples.py",
    "codec/training/settings.py": "data only; tests/codec/training/test_samples.py",
    "codec/training/texts.py": "tests/codec/training/test_samples.py",
    "codec/training/typical.py": "data only; tests/codec/training/test_samples.py",
    "gateway/cli/bench.py": "test_compare_command.py and test_report_command.py of bench/results",
    "gateway/cli/codec.py": "tests/bench/codec_stats/test_command.py",
    "gateway/cli/config_check.py": "tests/gateway/cli/test_config.py",
    "gateway/cli/estimate.py": "tests/bench/estimate/test_command.py",
    "gateway/cli/journal.py": "tests/gateway/cli/test_journal_actions.py",
    "gateway/cli/options.py": "types only",
    "gateway/cli/quarantine.py": "tests/gateway/cli/test_quarantine_actions.py",
    "gateway/cli/traffic.py": "tests/gateway/inspect/test_command.py, tests/whole/test_usage.py",
    "gateway/errors.py": "classes only",
    "gateway/expander.py": "tests/whole, as a process",
    "gateway/site.py": "tests/whole, as a process",
    "gateway/site_actions.py": "tests/whole, as a process",
    "gateway/site_files.py": "tests/whole, as a process",
    "gateway/config/chargers.py": "tests/gateway/config/test_config.py",
    "gateway/config/checks.py": "tests/gateway/config/test_error_messages.py",
    "gateway/config/common.py": "tests/gateway/config/test_config.py",
    "gateway/config/docs.py": "tests/test_docs.py",
    "gateway/config/expander.py": "tests/gateway/config/test_config.py",
    "gateway/config/link.py": "tests/gateway/config/test_config.py",
    "gateway/config/problem.py": "tests/gateway/config/test_error_messages.py",
    "gateway/config/schema.py": "tests/gateway/config/test_wrong_values.py",
    "gateway/config/site.py": "tests/gateway/config/test_config.py",
    "gateway/core/coap/events.py": "types only",
    "gateway/core/coap/peer.py": "the tests of requester, responder and endpoint",
    "gateway/core/expander/arrival.py": "tests/gateway/core/expander/test_association.py",
    "gateway/core/expander/held.py": "tests/gateway/core/expander/test_association.py",
    "gateway/core/expander/command_desk.py": "tests/gateway/core/expander/test_lane_commands.py",
    "gateway/core/expander/csms_policy.py": "settings only",
    "gateway/core/expander/dispatch.py": "tests/gateway/core/expander/test_expander.py",
    "gateway/core/expander/io.py": "types only",
    "gateway/core/expander/own_commands.py": "tests/gateway/core/expander/test_late_answers.py",
    "gateway/core/expander/own_requests.py": "test_expander_downlink.py beside test_expander.py",
    "gateway/core/expander/site_sender.py": "tests/gateway/core/expander/test_association.py",
    "gateway/core/expander/sites.py": "tests/gateway/core/expander/test_expander.py",
    "gateway/core/expander/speaker.py": "tests/gateway/core/expander/test_lane.py",
    "gateway/core/expander/to_site.py": "types only",
    "gateway/core/expander/turn.py": "tests/gateway/core/expander/test_delivery.py",
    "gateway/core/notes.py": "types only",
    "gateway/core/site/contact.py": "tests/gateway/core/site/test_uplink.py",
    "gateway/core/site/epoch.py": "tests/gateway/core/site/test_uplink.py",
    "gateway/core/site/flights.py": "tests/gateway/core/site/test_uplink_frames.py",
    "gateway/core/site/frame_reader.py": "tests/gateway/core/site/test_uplink_frames.py",
    "gateway/core/site/frame_sender.py": "tests/gateway/core/site/test_uplink_frames.py",
    "gateway/core/site/io.py": "types only",
    "gateway/core/site/sendings.py": "types only",
    "gateway/core/site/upstream.py": "tests/gateway/core/site/test_site.py",
    "gateway/edge/chargers/refusals.py": "tables only; tests/gateway/edge/chargers/test_server.py",
    "gateway/edge/link/durable.py": "tests/gateway/edge/link/test_sequence.py",
    "gateway/edge/link/connection.py": "tests/gateway/edge/link/test_stream_server.py",
    "gateway/edge/link/shell.py": "the tests of datagrams, carriers and stream_server",
    "gateway/edge/metrics/counters.py": "data only; tests/gateway/edge/test_metrics.py",
    "gateway/edge/metrics/definition.py": "a type only",
    "gateway/edge/metrics/gauges.py": "data only; tests/gateway/edge/test_metrics.py",
    "gateway/edge/storage/journal_view.py": "tests/gateway/cli/test_journal_actions.py",
    "gateway/edge/storage/outbox_repair.py": "tests/gateway/edge/storage/test_outbox_damage.py",
    "gateway/edge/storage/journal_state.py": "tests/gateway/edge/storage/test_journal_crashes.py",
    "gateway/edge/storage/usage_tables.py": "tests/gateway/edge/storage/test_usage.py",
    "gateway/edge/storage/outbox_tables.py": "tests/gateway/edge/storage/test_outbox.py",
    "gateway/inspect/cbor_walk.py": "tests/gateway/inspect/test_cbor_view.py",
    "gateway/inspect/frame_header.py": "tests/gateway/inspect/test_reader.py",
    "gateway/inspect/item_view.py": "tests/gateway/inspect/test_reader.py",
    "gateway/inspect/json_view.py": "tests/gateway/inspect/test_command.py",
    "gateway/inspect/text.py": "tests/gateway/inspect/test_command.py",
    "gateway/inspect/view.py": "types only",
    "bench/calibration/page.py": "tests/bench/calibration/test_command.py",
    "bench/charger_2x.py": "the tests of its kinds, station_201 and swap_cabinet",
    "bench/codec_stats/settings.py": "types only",
    "bench/codec_stats/table.py": "tests/bench/codec_stats/test_command.py",
    "bench/contenders/coap.py": "tests/bench/model/coap/test_by_message.py",
    "bench/contenders/entrant.py": "types only",
    "bench/contenders/tcp.py": "tests/bench/suite/test_job.py",
    "bench/cores.py": "what the machine has; tests/bench/storage_figures/test_command.py",
    "bench/estimate/outcome.py": "tests/bench/estimate/test_command.py",
    "bench/estimate/pricing.py": "tests/bench/estimate/test_estimate.py",
    "bench/estimate/table.py": "tests/bench/estimate/test_command.py",
    "bench/estimate/warnings.py": "tests/bench/estimate/test_estimate.py",
    "bench/footprint.py": "prints times, which no test asserts",
    "bench/latency/csms.py": "tests/bench/latency/test_measure.py",
    "bench/latency/lanes.py": "tests/bench/latency/test_measure.py",
    "bench/link_figures/page.py": "tests/bench/link_figures/test_command.py",
    "bench/live_run/broker.py": "tests/bench/live_run/test_play.py",
    "bench/live_run/carrier.py": "tests/bench/live_run/test_play.py",
    "bench/live_run/csms.py": "tests/bench/live_run/test_play.py",
    "bench/live_run/laconic.py": "tests/bench/live_run/test_play.py",
    "bench/live_run/mqtt.py": "tests/bench/live_run/test_play.py",
    "bench/live_run/mqtt_client.py": "tests/bench/live_run/test_play.py",
    "bench/live_run/ocppj.py": "tests/bench/live_run/test_play.py",
    "bench/live_run/world.py": "types only",
    "bench/model/carrier.py": "protocols: the type checkers compare the carriers with them",
    "bench/model/coap/batcher.py": "tests/bench/model/coap/test_batches.py",
    "bench/model/coap/courier.py": "tests/bench/model/coap/test_by_message.py",
    "bench/model/coap/end.py": "tests/bench/model/coap/test_by_message.py",
    "bench/model/coap/keepalive.py": "tests/bench/model/coap/test_by_message.py",
    "bench/model/laconic/cloud.py": "tests/bench/model/laconic/test_carrier.py",
    "bench/model/laconic/site.py": "tests/bench/model/laconic/test_carrier.py",
    "bench/model/keepalives.py": "tests/bench/model/tcp/test_settings.py",
    "bench/model/interrupted.py": "tests/bench/model/test_power_cuts.py",
    "bench/model/timeline.py": "a protocol: the type checkers compare both kinds of time with it",
    "bench/model/tcp/connected.py": "tests/bench/model/tcp/test_carriers.py",
    "bench/model/tcp/end.py": "tests/bench/model/tcp/test_connection.py",
    "bench/model/tcp/http_lane.py": "tests/bench/model/tcp/test_carriers.py",
    "bench/model/tcp/kernel/seen.py": "tests/bench/model/tcp/kernel/test_played.py",
    "bench/model/tcp/mqtt_session.py": "tests/bench/model/tcp/test_carriers.py",
    "bench/model/tcp/segment.py": "tests/bench/model/tcp/test_connection.py",
    "bench/model/tcp/sender.py": "tests/bench/model/tcp/test_connection.py",
    "bench/model/tcp/session.py": "tests/bench/model/tcp/test_carriers.py",
    "bench/model/tcp/soap_carrier.py": "tests/bench/model/tcp/test_carriers.py",
    "bench/model/tcp/transport.py": "tests/bench/model/tcp/test_carriers.py",
    "bench/model/tcp/websocket_session.py": "tests/bench/model/tcp/test_carriers.py",
    "bench/logs/found.py": "types only; all tests of tests/bench/logs",
    "bench/notebook.py": "data only",
    "bench/radio/channel.py": "tests/bench/live/test_lane.py, which is a channel with a queue",
    "bench/results/comparison_text.py": "tests/bench/results/test_compare_command.py",
    "bench/results/page_style.py": "tests/bench/results/test_html_page.py",
    "bench/results/price.py": "tests/bench/results/test_cost_plot.py",
    "bench/results/report_tables.py": "tests/bench/results/test_html_page.py",
    "bench/results/result_tree.py": "tests/bench/results/test_result_file.py",
    "bench/storage_figures/cores.py": "tests/bench/storage_figures/test_command.py",
    "bench/storage_figures/disk_sections.py": "tests/bench/storage_figures/test_command.py",
    "bench/storage_figures/effort.py": "numbers only",
    "bench/storage_figures/hundred_chargers.py": "tests/bench/storage_figures/test_command.py",
    "bench/storage_figures/journal_sections.py": "tests/bench/storage_figures/test_command.py",
    "bench/storage_figures/life_sections.py": "tests/bench/storage_figures/test_command.py",
    "bench/storage_figures/many_csms.py": "tests/bench/storage_figures/test_csms_gone.py",
    "bench/storage_figures/site_world.py": "tests/bench/storage_figures/test_outage.py",
    "bench/storage_figures/stored_ends.py": "tests/bench/storage_figures/test_outage.py",
    "bench/storage_figures/stores.py": "tests/bench/storage_figures/test_damage.py",
    "bench/storage_figures/virtual_files.py": "tests/bench/storage_figures/test_outage.py",
    "bench/storage_figures/watched_vfs.py": "tests/bench/storage_figures/test_writes.py",
    "bench/suite/links.py": "tests/bench/suite/test_command.py and test_run.py",
    "bench/suite/tables.py": "tests/bench/suite/test_table.py",
    "bench/suite/versions.py": "tests/bench/suite/test_run.py",
    "bench/suite/watch.py": "tests/bench/suite/test_job.py",
    "bench/units.py": "numbers only",
    "bench/virtual/coap_link.py": "all of tests/gateway/core/coap runs on it",
    "bench/virtual/failing_disk.py": "tests/whole/test_powercut.py",
    "bench/virtual/jumping_loop.py": "tests/bench/test_charger.py, which runs on it",
    "bench/virtual/nat.py": "tests/gateway/core/test_idle_month.py",
    "bench/virtual/nat_cloud.py": "tests/gateway/core/test_idle_month.py",
    "bench/virtual/nat_site.py": "tests/gateway/core/test_idle_month.py",
    "bench/virtual/nat_world.py": "tests/gateway/core/test_idle_month.py",
    "bench/virtual/process.py": "tests/gateway/core/test_world.py and test_idle_month.py",
    "bench/virtual/schedule.py": "tests/gateway/core/test_world.py and test_idle_month.py",
    "bench/workloads/chargers_16/reports.py": "tests/bench/workloads/chargers_16/test_connector.py",
    "bench/workloads/chargers_2x/reports.py": "tests/bench/workloads/chargers_2x/test_evse.py",
    "bench/workloads/chargers_2x/transaction.py": "tests/bench/workloads/chargers_2x/test_evse.py",
    "bench/workloads/habits.py": "numbers only",
    "bench/workloads/reading.py": "a type only",
    "bench/workloads/site.py": "numbers only; the tests of those who obey them",
    "bench/world.py": "tests/bench/test_demo.py, which runs it with the services and without",
}
"""Modules without a test module of their own, and what tests them instead."""


def _modules() -> dict[str, Path]:
    return {
        f"{part}/{path.relative_to(package).as_posix()}": path
        for part, package in PACKAGES.items()
        for path in sorted(package.rglob("*.py"))
        if path.name not in ("__init__.py", "__main__.py")
    }


MODULES: Final = _modules()


def _test_module(name: str) -> Path:
    module = Path(name)
    return ROOT / "tests" / module.parent / f"test_{module.name}"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_has_a_test_module_or_a_reason(name: str) -> None:
    assert _test_module(name).exists() or name in TESTED_ELSEWHERE, (
        f"write {_test_module(name).relative_to(ROOT)}, "
        f"or say in TESTED_ELSEWHERE what tests {name}"
    )


@pytest.mark.parametrize("name", TESTED_ELSEWHERE)
def test_a_reason_is_still_needed(name: str) -> None:
    assert name in MODULES, f"{name} is gone: take it off the list"
    assert not _test_module(name).exists(), f"{name} has a test module: take it off the list"
