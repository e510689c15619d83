"""A hub that holds mail for dial-up hosts, simulated by SimPy: restante's workload for speed.

In: --style process|callbacks, --sites, --messages, --days, --seed. Out: one line of JSON with the
messages that were accepted, delivered, returned and still open at the end. It measures nothing itself,
and its random streams are not restante's: the counts agree but for chance.

Times are in seconds.
"""

import argparse
import json
import random
from collections import deque

import simpy

HOUR = 3600.0
DAY = 24 * HOUR
TIME_OUT = 48 * HOUR
PER_MESSAGE = 0.2


class Network:
    """The hub with its senders and hosts, as processes: each message is one, with its own time-out."""

    def __init__(self, env, sites, mean_gap, chance):
        self.env = env
        self.mean_gap = mean_gap
        self.chance = chance
        self.accepted = self.delivered = self.returned = 0
        # For each site the `fetched` events of the messages that wait, oldest first.
        self.waiting = [deque() for _ in range(sites)]
        self.is_sending = [False] * sites
        for site in range(sites):
            env.process(self.write(site))
            # Every tenth never calls.
            if site % 10 != 9:
                env.process(self.call(site))

    def write(self, site):
        """The senders: arrivals are Poisson."""
        while True:
            yield self.env.timeout(self.chance.expovariate(1 / self.mean_gap))
            self.env.process(self.message(site))

    def message(self, site):
        """Waits until it is fetched or its time is up."""
        self.accepted += 1
        fetched = self.env.event()
        self.waiting[site].append(fetched)
        yield fetched | self.env.timeout(TIME_OUT)
        queue = self.waiting[site]
        # The time-out is the same for all, so it is the oldest, or already on the line.
        if not fetched.triggered and queue and queue[0] is fetched:
            queue.popleft()
            self.returned += 1
            return
        if not fetched.triggered:
            yield fetched
        self.delivered += 1

    def call(self, site):
        """A host: within a day, then daily, give or take a tenth."""
        yield self.env.timeout(self.chance.uniform(0, DAY))
        while True:
            if not self.is_sending[site]:
                self.env.process(self.send(site))
            yield self.env.timeout(DAY * self.chance.uniform(0.9, 1.1))

    def send(self, site):
        """Everything that waits goes over the line, one after another."""
        self.is_sending[site] = True
        while self.waiting[site]:
            fetched = self.waiting[site].popleft()
            yield self.env.timeout(PER_MESSAGE)
            fetched.succeed()
        self.is_sending[site] = False


class CallbackNetwork:
    """The same with as little of SimPy as will do: timeouts and their callbacks, no process at all."""

    def __init__(self, env, sites, mean_gap, chance):
        self.env = env
        self.mean_gap = mean_gap
        self.chance = chance
        self.accepted = self.delivered = self.returned = 0
        # For each site the time-outs of the messages that wait, oldest first.
        self.waiting = [deque() for _ in range(sites)]
        self.is_sending = [False] * sites
        for site in range(sites):
            self.after(self.gap(), self.arrive, site)
            if site % 10 != 9:
                self.after(chance.uniform(0, DAY), self.call, site)

    def after(self, delay, step, site):
        timeout = self.env.timeout(delay, site)
        timeout.callbacks.append(step)
        return timeout

    def gap(self):
        return self.chance.expovariate(1 / self.mean_gap)

    def arrive(self, event):
        site = event.value
        self.accepted += 1
        self.waiting[site].append(self.after(TIME_OUT, self.give_back, site))
        self.after(self.gap(), self.arrive, site)

    def give_back(self, event):
        self.waiting[event.value].popleft()
        self.returned += 1

    def call(self, event):
        site = event.value
        if not self.is_sending[site]:
            self.send_next(site)
        self.after(DAY * self.chance.uniform(0.9, 1.1), self.call, site)

    def send_next(self, site):
        self.is_sending[site] = bool(self.waiting[site])
        if self.is_sending[site]:
            # SimPy cannot take a timeout back, but it can be told to do nothing.
            self.waiting[site].popleft().callbacks.clear()
            self.after(PER_MESSAGE, self.sent, site)

    def sent(self, event):
        self.delivered += 1
        self.send_next(event.value)


STYLES = {"process": Network, "callbacks": CallbackNetwork}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--style", choices=STYLES, default="process")
    parser.add_argument("--sites", type=int, default=1_000)
    parser.add_argument("--messages", type=int, default=50_000, help="as many as are expected")
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    env = simpy.Environment()
    horizon = arguments.days * DAY
    mean_gap = horizon * arguments.sites / arguments.messages
    network = STYLES[arguments.style](env, arguments.sites, mean_gap, random.Random(arguments.seed))
    env.run(until=horizon)
    counts = {name: getattr(network, name) for name in ("accepted", "delivered", "returned")}
    counts["open"] = network.accepted - network.delivered - network.returned
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
