"""What the daemon tells Prometheus: counts, ages and states, read when it is asked. No names, no words, no labels of
people; even a household counts only as one.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ritualsd.core.events import E
from ritualsd.daemon.health import Pulse
from ritualsd.daemon.tally import BUCKETS_S, Tally
from ritualsd.ports import Clock
from ritualsd.ports.households import Registry

DELIVERIES = {
    "sent": E.DELIVERY_SENT, "retry": E.DELIVERY_RETRY, "failed": E.DELIVERY_FAILED, "unknown": E.DELIVERY_UNKNOWN,
}  # fmt: skip
TROUBLE = {
    "plugin_failures": (E.PLUGIN_FAILED, "Calls into a plugin that failed or took too long."),
    "plugins_tripped": (E.PLUGIN_TRIPPED, "Plugins that were left alone for a while after failures."),
    "beat_failures": (E.BEAT_FAILED, "Beats, or parts of one, that failed."),
    "store_failures": (E.STORE_FAILED, "Times the ledger could not be used."),
}


class Watched(Collector):
    """Everything that is told, collected anew each time."""

    def __init__(self, tally: Tally, pulse: Pulse, registry: Registry, clock: Clock) -> None:
        self._tally, self._pulse, self._registry, self._clock = tally, pulse, registry, clock

    def text(self) -> bytes:
        """The page as Prometheus reads it. Raises StoreError."""
        page = CollectorRegistry(auto_describe=False)
        page.register(self)
        return generate_latest(page)

    def describe(self) -> list[Metric]:
        """Nothing: registering must not read the ledger."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield from self._deliveries()
        yield self._lateness()
        yield from self._households()
        events = self._tally.events()
        for name, (event, told) in TROUBLE.items():
            yield CounterMetricFamily(f"ritualsd_{name}", told, value=events[event])
        age_s = self._pulse.age_s(self._clock.monotonic())
        if age_s is not None:
            yield GaugeMetricFamily("ritualsd_beat_age_seconds", "Since a beat last finished.", value=age_s)

    def _deliveries(self) -> Iterator[Metric]:
        ended = CounterMetricFamily("ritualsd_attempts", "Attempts that ended so, since the start.", labels=["outcome"])
        events = self._tally.events()
        for outcome, event in DELIVERIES.items():
            ended.add_metric([outcome], events[event])
        yield ended
        waiting = GaugeMetricFamily("ritualsd_deliveries", "Deliveries that are not over, by state.", labels=["state"])
        queue = {"pending": 0, "sending": 0}
        for (state, _), times in self._registry.waiting().items():
            queue[state] = queue.get(state, 0) + times
        for state, times in queue.items():
            waiting.add_metric([state], times)
        yield waiting
        overdue = sum(self._registry.overdue(self._clock.now()).values())
        yield GaugeMetricFamily("ritualsd_queue_length", "Deliveries whose time has come.", value=overdue)

    def _lateness(self) -> Metric:
        within, seconds = self._tally.lateness()
        found = HistogramMetricFamily(
            "ritualsd_lateness_seconds", "From when an attempt was due until its outcome was on record."
        )
        found.add_metric([], [(str(each), within[place]) for place, each in enumerate((*BUCKETS_S, "+Inf"))], seconds)
        return found

    def _households(self) -> Iterator[Metric]:
        census = self._registry.census()
        if not census.households:
            return
        found = GaugeMetricFamily("ritualsd_households", "Households, by what became of their file.", labels=["state"])
        for state in ("loaded", "refused", "waiting"):
            found.add_metric([state], getattr(census, state))
        yield found
        yield GaugeMetricFamily("ritualsd_rituals", "Rituals in force in all households.", value=census.rituals)
