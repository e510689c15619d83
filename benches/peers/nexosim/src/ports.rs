//! The workload as NeXosim's documentation writes systems: models with ports, events between them.
//!
//! ```text
//!              mail             post
//! ┌─────────┐ ──────► ┌─────┐ ──────► ┌──────┐
//! │ senders │         │ hub │         │ site │ (one model for each)
//! └─────────┘ ◄────── └─────┘ ◄────── └──────┘
//!              returned         etrn
//! ```
//!
//! Those who write to a site are a model for each site, or one model that writes to all of them.

use std::collections::VecDeque;
use std::ops::Range;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{Output, QuerySource};
use nexosim::simulation::{EventKey, Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::workload::{Chance, Counts, PER_MESSAGE, TIME_OUT, Workload};

/// Runs it.
///
/// # Errors
///
/// As NeXosim has them.
pub(crate) fn simulate(workload: &Workload, grouping: Grouping) -> Result<Counts, SimulationError> {
    let hub_mailbox = Mailbox::new();
    let mut hub = Hub::new(workload.sites);
    let mut bench = SimInit::with_num_threads(1);
    for number in 0..workload.sites {
        let mailbox = Mailbox::new();
        let mut site = Site::new(workload, number);
        site.etrn.connect(Hub::etrn, &hub_mailbox);
        hub.queues[number].post.connect(Site::receive, &mailbox);
        bench = bench.add_model(site, mailbox, &format!("site-{number}"));
    }
    let sites_each = match grouping {
        Grouping::Each => 1,
        Grouping::All => workload.sites,
    };
    for first_site in (0..workload.sites).step_by(sites_each) {
        let mailbox = Mailbox::new();
        let sites = first_site..first_site + sites_each;
        let mut senders = Senders::new(workload, sites.clone());
        senders.mail.connect(Hub::accept, &hub_mailbox);
        for queue in &mut hub.queues[sites] {
            queue.returned.connect(Senders::take_back, &mailbox);
        }
        bench = bench.add_model(senders, mailbox, &format!("senders-{first_site}"));
    }
    let counts = QuerySource::new().connect(Hub::counts, &hub_mailbox).register(&mut bench);
    let mut simulation = bench.add_model(hub, hub_mailbox, "hub").init(MonotonicTime::EPOCH)?;
    simulation.step_until(workload.horizon())?;
    Ok(simulation.process_query(&counts, ())?)
}

/// Who writes to the sites.
#[derive(Clone, Copy)]
pub(crate) enum Grouping {
    /// A model of its own for each site.
    Each,
    /// One model for all.
    All,
}

/// A message on its way.
#[derive(Clone, Serialize, Deserialize)]
struct Mail {
    number: u64,
    site: usize,
}

/// Those who write: to each of their sites at random, at the same rate.
#[derive(Serialize, Deserialize)]
struct Senders {
    /// What they send -- output port.
    mail: Output<Mail>,
    sites: Range<usize>,
    chances: Vec<Chance>,
    mean_gap_s: f64,
    written: u64,
    taken_back: u64,
}

#[Model]
impl Senders {
    fn new(workload: &Workload, sites: Range<usize>) -> Senders {
        Senders {
            mail: Output::default(),
            chances: sites.clone().map(|site| workload.chance(site as u64)).collect(),
            sites,
            mean_gap_s: workload.mean_gap_s(),
            written: 0,
            taken_back: 0,
        }
    }

    /// Schedules the first message to each site.
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        for site in self.sites.clone() {
            self.schedule(site, cx);
        }
    }

    fn schedule(&mut self, site: usize, cx: &Context<Self>) {
        let gap = self.chances[site - self.sites.start].gap(self.mean_gap_s);
        cx.schedule_event(gap, schedulable!(Self::write), site).expect("in the future");
    }

    /// Someone writes to a site.
    #[nexosim(schedulable)]
    async fn write(&mut self, site: usize, cx: &Context<Self>) {
        self.schedule(site, cx);
        let number = self.written;
        self.written += 1;
        self.mail.send(Mail { number, site }).await;
    }

    /// A message that comes back -- input port.
    async fn take_back(&mut self, mail: Mail) {
        debug_assert!(mail.number < self.written);
        self.taken_back += 1;
    }
}

/// What holds the mail.
#[derive(Serialize, Deserialize)]
struct Hub {
    queues: Vec<Queue>,
    counts: Counts,
}

/// The mail for one site.
#[derive(Default, Serialize, Deserialize)]
struct Queue {
    /// What goes to the site -- output port.
    post: Output<Mail>,
    /// What was not fetched in time -- output port.
    returned: Output<Mail>,
    /// Each message with its cancellable time-out, oldest first.
    waiting: VecDeque<(Mail, EventKey)>,
    /// The message that is on the line.
    sending: Option<Mail>,
}

#[Model]
impl Hub {
    fn new(sites: usize) -> Hub {
        Hub { queues: (0..sites).map(|_| Queue::default()).collect(), counts: Counts::default() }
    }

    /// Mail to be held -- input port.
    async fn accept(&mut self, mail: Mail, cx: &Context<Self>) {
        self.counts.accepted += 1;
        let time_out = cx.schedule_keyed_event(TIME_OUT, schedulable!(Self::give_back), mail.site);
        let time_out = time_out.expect("in the future");
        self.queues[mail.site].waiting.push_back((mail, time_out));
    }

    /// The oldest message for a site has waited too long: the time-out is the same for all.
    #[nexosim(schedulable)]
    async fn give_back(&mut self, site: usize) {
        let queue = &mut self.queues[site];
        let (mail, _rung) = queue.waiting.pop_front().expect("it has not been sent");
        self.counts.returned += 1;
        queue.returned.send(mail).await;
    }

    /// A site asks for its mail -- input port.
    async fn etrn(&mut self, site: usize, cx: &Context<Self>) {
        let queue = &mut self.queues[site];
        if queue.sending.is_none() {
            queue.send_next(site, cx);
        }
    }

    /// A message has gone over the line.
    #[nexosim(schedulable)]
    async fn sent(&mut self, site: usize, cx: &Context<Self>) {
        let queue = &mut self.queues[site];
        let mail = queue.sending.take().expect("one is on the line");
        self.counts.delivered += 1;
        queue.send_next(site, cx);
        queue.post.send(mail).await;
    }

    /// How the mail ended -- replier port.
    async fn counts(&mut self) -> Counts {
        self.counts
    }
}

impl Queue {
    /// Puts the oldest message on the line, if there is one.
    fn send_next(&mut self, site: usize, cx: &Context<Hub>) {
        let Some((mail, time_out)) = self.waiting.pop_front() else { return };
        time_out.cancel();
        self.sending = Some(mail);
        cx.schedule_event(PER_MESSAGE, schedulable!(Hub::sent), site).expect("in the future");
    }
}

/// A host that calls once a day, or never.
#[derive(Serialize, Deserialize)]
struct Site {
    /// Its ETRN -- output port.
    etrn: Output<usize>,
    number: usize,
    chance: Chance,
    received: u64,
}

#[Model]
impl Site {
    fn new(workload: &Workload, number: usize) -> Site {
        let chance = workload.chance((workload.sites + number) as u64);
        Site { etrn: Output::default(), number, chance, received: 0 }
    }

    /// Schedules the first call.
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        if Workload::calls(self.number) {
            let wait = self.chance.first_call();
            cx.schedule_event(wait, schedulable!(Self::call), ()).expect("in the future");
        }
    }

    /// Calls the hub, and schedules the next call.
    #[nexosim(schedulable)]
    async fn call(&mut self, (): (), cx: &Context<Self>) {
        let wait = self.chance.next_call();
        cx.schedule_event(wait, schedulable!(Self::call), ()).expect("in the future");
        self.etrn.send(self.number).await;
    }

    /// Mail from the hub -- input port.
    async fn receive(&mut self, mail: Mail) {
        debug_assert_eq!(mail.site, self.number);
        self.received += 1;
    }
}
