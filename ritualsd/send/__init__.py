"""The sender: puts one message on one channel through Apprise, in processes that can be killed.

It decides nothing about retries, and never lets Apprise, a URL or a provider's words into the daemon. Loads nothing
by itself: import `ritualsd.send.pool` where it is needed.
"""
