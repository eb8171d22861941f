"""The closed vocabulary of log events. Fields are ids, labels, counts and codes: never words, never a URL."""

from __future__ import annotations

from enum import StrEnum


class E(StrEnum):
    DAEMON_STARTED = "daemon.started"
    DAEMON_READY = "daemon.ready"
    DAEMON_STOPPING = "daemon.stopping"
    DAEMON_STOPPED = "daemon.stopped"
    BEAT_FAILED = "beat.failed"
    CLOCK_STEPPED = "clock.stepped"
    CONFIG_LOADED = "config.loaded"
    CONFIG_REFUSED = "config.refused"
    PLAN_DONE = "plan.done"
    OCCURRENCE_MISSED = "occurrence.missed"
    OCCURRENCE_ENDED = "occurrence.ended"
    OCCURRENCE_READY = "occurrence.ready"
    DELIVERY_SENDING = "delivery.sending"
    DELIVERY_SENT = "delivery.sent"
    DELIVERY_RETRY = "delivery.retry"
    DELIVERY_WAITS = "delivery.waits"
    DELIVERY_FAILED = "delivery.failed"
    DELIVERY_UNKNOWN = "delivery.unknown"
    DELIVERY_RECOVERED = "delivery.recovered"
    CHANNEL_FAILING = "channel.failing"
    CHANNEL_BACK = "channel.back"
    PLUGIN_STATUS = "plugin.status"
    PLUGIN_FAILED = "plugin.failed"
    PLUGIN_TRIPPED = "plugin.tripped"
    WEB_LISTENING = "web.listening"
    WEB_FAILED = "web.failed"
    WORKER_STARTED = "worker.started"
    WORKER_KILLED = "worker.killed"
    STORE_FAILED = "store.failed"
    ALARM_FAILED = "alarm.pass_failed"
    THREAD_FAILED = "thread.failed"
