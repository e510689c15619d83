//! What may happen to a queue, drawn at random: a setting, and a list of things done one after the
//! other.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use restante::base::{Priority, Status};
use restante::queue::Phase;

use crate::world::{NODES, ROUTES};

/// How a queue is set up.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) connections: u32,
    pub(crate) grace_minutes: u64,
    pub(crate) ladder: Ladder,
    /// Whether records are acknowledged before anything else happens.
    pub(crate) persist_at_once: bool,
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
        recipients: Vec<u32>,
    },
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

/// What is heard of a connection. It may come out of turn.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    /// What fits: the greeting, or the last word on the message in transfer.
    GoesOn(Status),
    Greets,
    Goes(Phase),
    Says(Status),
    Drops,
}

pub(crate) type Script = Vec<(Wait, Act)>;

pub(crate) fn setup() -> impl Strategy<Value = Setup> {
    let ladder = prop_oneof![Just(Ladder::None), Just(Ladder::Even), Just(Ladder::Rising)];
    let grace = prop_oneof![Just(0_u64), Just(2), Just(20)];
    (1..=3_u32, grace, ladder, any::<bool>()).prop_map(|drawn| {
        let (connections, grace_minutes, ladder, persist_at_once) = drawn;
        Setup { connections, grace_minutes, ladder, persist_at_once }
    })
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
    let submit = (priority, option::weighted(0.6, 0..ROUTES), vec(0..ROUTES, 1..=3));
    prop_oneof![
        4 => submit.prop_map(|(priority, sender, recipients)| {
            Act::Submit { priority, sender, recipients }
        }),
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
    prop_oneof![
        12 => reply.clone().prop_map(Word::GoesOn),
        1 => Just(Word::Greets),
        2 => phase.prop_map(Word::Goes),
        1 => reply.prop_map(Word::Says),
        2 => Just(Word::Drops),
    ]
}
