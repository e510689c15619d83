//! What may happen to a queue, drawn at random: a setting, and a list of things done one after the
//! other.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use restante::base::{ByMode, Kind, Notify, Order, Priority, Span, Status};
use restante::queue::{Extensions, Phase};

use crate::world::{NODES, ROUTES};

/// How a queue is set up.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) connections: u32,
    pub(crate) grace_minutes: u64,
    pub(crate) ladder: Ladder,
    pub(crate) terms: Settings,
    /// How many messages may wait, none kept for reports but three of them.
    pub(crate) messages: u32,
    /// Whether records are acknowledged before anything else happens.
    pub(crate) persist_at_once: bool,
}

/// What a reload changes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Settings {
    /// Short time-outs, no delay notices.
    Plain,
    /// Time-outs half as long, notices soon.
    Hasty,
    /// Longer time-outs, notices late.
    Patient,
    /// A policy that is refused.
    Bad,
}

/// The waits between tries.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ladder {
    None,
    Even,
    Rising,
}

/// The time before a thing is done.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wait {
    Nothing,
    Micro,
    Minutes(u64),
    /// Until the next thing is due.
    Due,
    /// Until a microsecond before that.
    BeforeDue,
}

/// A thing done.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Submit {
        priority: Priority,
        sender: Option<u32>,
        recipients: Vec<(u32, Notify)>,
        /// Minutes until its release.
        release: Option<u64>,
        /// Minutes until its by-time.
        by: Option<(u64, ByMode)>,
    },
    Order {
        order: Order,
        target: Meant,
    },
    Reload(Settings),
    Etrn {
        client: u32,
        node: usize,
    },
    /// A word about a connection that was bid.
    Line {
        which: usize,
        word: Word,
    },
    /// A word about a connection that is over, or never was.
    Stale {
        which: usize,
        word: Word,
    },
    /// An acknowledgement of all records but the last few.
    Persist {
        back: usize,
    },
    Restart,
    Wake,
}

/// What an order is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meant {
    All,
    /// A route, which may not be there.
    Route(u32),
    /// One of the messages that wait.
    Message(usize),
    /// One that does not wait there.
    Stranger(u32),
}

/// What is heard of a connection. It may come out of turn.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    /// What fits: the greeting, or the last word on the message in transfer.
    GoesOn(Status, Extensions),
    Greets(Extensions),
    Goes(Phase),
    Says(Status),
    Drops(Status),
}

pub(crate) type Script = Vec<(Wait, Act)>;

pub(crate) fn setup() -> impl Strategy<Value = Setup> {
    let ladder = prop_oneof![Just(Ladder::None), Just(Ladder::Even), Just(Ladder::Rising)];
    let grace = prop_oneof![Just(0_u64), Just(2), Just(20)];
    let messages = prop_oneof![Just(u32::MAX), Just(6), Just(12)];
    let drawn = (1..=3_u32, grace, ladder, settings(), messages, any::<bool>());
    drawn.prop_map(|(connections, grace_minutes, ladder, terms, messages, persist_at_once)| Setup {
        connections,
        grace_minutes,
        ladder,
        terms,
        messages,
        persist_at_once,
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    prop_oneof![Just(Settings::Plain), Just(Settings::Hasty), Just(Settings::Patient)]
}

fn notify() -> impl Strategy<Value = Notify> {
    let kinds =
        vec(prop_oneof![Just(Kind::Failed), Just(Kind::Delayed), Just(Kind::Relayed)], 0..3);
    let given = kinds.prop_map(|kinds| kinds.into_iter().fold(Notify::NEVER, Notify::with));
    prop_oneof![3 => Just(Notify::ABSENT), 2 => given]
}

fn order() -> impl Strategy<Value = Act> {
    let target = prop_oneof![
        1 => Just(Meant::All),
        4 => (0..=ROUTES).prop_map(Meant::Route),
        4 => any::<usize>().prop_map(Meant::Message),
        1 => (0..=ROUTES).prop_map(Meant::Stranger),
    ];
    let order = (0..Order::ALL.len()).prop_map(|number| Order::ALL[number]);
    (order, target).prop_map(|(order, target)| Act::Order { order, target })
}

/// Scripts without a restart.
pub(crate) fn script() -> impl Strategy<Value = Script> {
    vec((wait(), act()), 1..250)
}

/// Scripts with restarts among the rest.
pub(crate) fn script_with_restarts() -> impl Strategy<Value = Script> {
    vec((wait(), prop_oneof![30 => act(), 1 => Just(Act::Restart)]), 1..250)
}

fn wait() -> impl Strategy<Value = Wait> {
    prop_oneof![
        20 => Just(Wait::Nothing),
        1 => Just(Wait::Micro),
        4 => (1..=3_u64).prop_map(Wait::Minutes),
        3 => Just(Wait::Due),
        1 => Just(Wait::BeforeDue),
        1 => (4..=20_u64).prop_map(Wait::Minutes),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let priority =
        prop_oneof![Just(Priority::Urgent), Just(Priority::Normal), Just(Priority::NonUrgent)];
    let mode = prop_oneof![Just(ByMode::Return), Just(ByMode::Notify)];
    let submit = (
        priority,
        option::weighted(0.6, 0..ROUTES),
        vec((0..ROUTES, notify()), 1..=3),
        option::weighted(0.2, 0..15_u64),
        option::weighted(0.3, (0..50_u64, mode)),
    );
    prop_oneof![
        4 => submit.prop_map(|(priority, sender, recipients, release, by)| {
            Act::Submit { priority, sender, recipients, release, by }
        }),
        2 => order(),
        1 => prop_oneof![5 => settings(), 1 => Just(Settings::Bad)].prop_map(Act::Reload),
        3 => (1..=2_u32, 0..NODES.len()).prop_map(|(client, node)| Act::Etrn { client, node }),
        10 => (any::<usize>(), word()).prop_map(|(which, word)| Act::Line { which, word }),
        1 => (any::<usize>(), word()).prop_map(|(which, word)| Act::Stale { which, word }),
        3 => (0..3_usize).prop_map(|back| Act::Persist { back }),
        1 => Just(Act::Wake),
    ]
}

fn word() -> impl Strategy<Value = Word> {
    let phase = prop_oneof![
        Just(Phase::Connect),
        Just(Phase::Greeting),
        Just(Phase::Command),
        Just(Phase::Data),
        Just(Phase::FinalDot),
    ];
    let reply = prop_oneof![
        3 => Just(Status::DELIVERED),
        3 => Just(Status::new(4, 2, 2)),
        1 => Just(Status::new(5, 1, 1)),
    ];
    let least = option::of((0..20_u64).prop_map(Span::from_minutes));
    let offers =
        (any::<bool>(), least).prop_map(|(dsn, deliver_by)| Extensions { dsn, deliver_by });
    let loss = prop_oneof![3 => Just(Status::BAD_CONNECTION), 1 => Just(Status::NO_DOMAIN)];
    prop_oneof![
        12 => (reply.clone(), offers.clone()).prop_map(|(says, offers)| Word::GoesOn(says, offers)),
        1 => offers.prop_map(Word::Greets),
        2 => phase.prop_map(Word::Goes),
        1 => reply.prop_map(Word::Says),
        2 => loss.prop_map(Word::Drops),
    ]
}
