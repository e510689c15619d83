//! The workload as one model that schedules its own events: the least that NeXosim lets it cost.

use std::collections::VecDeque;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::QuerySource;
use nexosim::simulation::{EventKey, Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::workload::{Chance, Counts, PER_MESSAGE, TIME_OUT, Workload};

/// Runs it.
///
/// # Errors
///
/// As NeXosim has them.
pub(crate) fn simulate(workload: &Workload) -> Result<Counts, SimulationError> {
    let network = Network {
        sites: (0..workload.sites)
            .map(|site| Site {
                chance: workload.chance(site as u64),
                waiting: VecDeque::new(),
                line: Line::Idle,
            })
            .collect(),
        mean_gap_s: workload.mean_gap_s(),
        counts: Counts::default(),
    };
    let mailbox = Mailbox::new();
    let mut bench = SimInit::with_num_threads(1);
    let counts = QuerySource::new().connect(Network::counts, &mailbox).register(&mut bench);
    let mut simulation = bench.add_model(network, mailbox, "network").init(MonotonicTime::EPOCH)?;
    simulation.step_until(workload.horizon())?;
    Ok(simulation.process_query(&counts, ())?)
}

/// The hub, its senders and its hosts.
#[derive(Serialize, Deserialize)]
struct Network {
    sites: Vec<Site>,
    mean_gap_s: f64,
    counts: Counts,
}

/// A host, and the mail that waits for its call.
#[derive(Serialize, Deserialize)]
struct Site {
    chance: Chance,
    /// The cancellable time-out of each message, oldest first.
    waiting: VecDeque<EventKey>,
    line: Line,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Line {
    Idle,
    Busy,
}

#[Model]
impl Network {
    /// Schedules each site's first message and first call.
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        for (number, site) in self.sites.iter_mut().enumerate() {
            let gap = site.chance.gap(self.mean_gap_s);
            cx.schedule_event(gap, schedulable!(Self::arrive), number).expect("in the future");
            if Workload::calls(number) {
                let wait = site.chance.first_call();
                cx.schedule_event(wait, schedulable!(Self::call), number).expect("in the future");
            }
        }
    }

    /// A message for a site comes, and the next one is scheduled.
    #[nexosim(schedulable)]
    async fn arrive(&mut self, number: usize, cx: &Context<Self>) {
        let site = &mut self.sites[number];
        self.counts.accepted += 1;
        let time_out = cx.schedule_keyed_event(TIME_OUT, schedulable!(Self::give_back), number);
        site.waiting.push_back(time_out.expect("in the future"));
        let gap = site.chance.gap(self.mean_gap_s);
        cx.schedule_event(gap, schedulable!(Self::arrive), number).expect("in the future");
    }

    /// A site calls, and its next call is scheduled.
    #[nexosim(schedulable)]
    async fn call(&mut self, number: usize, cx: &Context<Self>) {
        let site = &mut self.sites[number];
        let wait = site.chance.next_call();
        cx.schedule_event(wait, schedulable!(Self::call), number).expect("in the future");
        if site.line == Line::Idle {
            site.send_next(number, cx);
        }
    }

    /// A message has gone over the line.
    #[nexosim(schedulable)]
    async fn sent(&mut self, number: usize, cx: &Context<Self>) {
        self.counts.delivered += 1;
        self.sites[number].send_next(number, cx);
    }

    /// The oldest message of a site has waited too long: the time-out is the same for all.
    #[nexosim(schedulable)]
    async fn give_back(&mut self, number: usize) {
        let _rung = self.sites[number].waiting.pop_front().expect("it has not been sent");
        self.counts.returned += 1;
    }

    /// How the mail ended -- replier.
    async fn counts(&mut self) -> Counts {
        self.counts
    }
}

impl Site {
    /// Puts the oldest message on the line.
    fn send_next(&mut self, number: usize, cx: &Context<Network>) {
        let Some(time_out) = self.waiting.pop_front() else {
            self.line = Line::Idle;
            return;
        };
        time_out.cancel();
        self.line = Line::Busy;
        cx.schedule_event(PER_MESSAGE, schedulable!(Network::sent), number).expect("in the future");
    }
}
