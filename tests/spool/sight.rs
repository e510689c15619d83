//! All that can be seen of a spool, in a form that can be compared.

use std::collections::BTreeMap;

use restante::base::{Clocks, Kind, MessageId};
use restante::spool::{Contents, OpenError, Records, Settings, Spool, Volume};

/// A record: its number, the message it is about, its bytes.
pub(crate) type Seen = (u64, Option<MessageId>, Vec<u8>);

/// What a spool shows of itself and of some messages.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Sight {
    pub(crate) clocks: Option<Clocks>,
    pub(crate) records: Vec<Seen>,
    pub(crate) dead: Vec<Seen>,
    pub(crate) envelopes: BTreeMap<MessageId, Vec<u8>>,
    pub(crate) bodies: BTreeMap<MessageId, Vec<u8>>,
}

pub(crate) fn id(ordinal: u64, recipient: usize) -> MessageId {
    MessageId::mail(5, ordinal).and_then(|id| id.to(recipient)).expect("small")
}

/// The report of a failure about a message.
pub(crate) fn failed(ordinal: u64, recipient: usize) -> MessageId {
    id(ordinal, recipient).report(Kind::Failed)
}

pub(crate) fn open<V: Volume>(volume: &V) -> Spool {
    Spool::open(volume, Settings::default()).expect("the spool opens")
}

pub(crate) fn refused<V: Volume>(volume: &V) -> OpenError {
    Spool::open(volume, Settings::default()).expect_err("the spool does not open")
}

fn seen(records: &Records) -> Vec<Seen> {
    records.iter().map(|(number, message, record)| (number, message, record.to_vec())).collect()
}

/// The body of a message, put together from its pieces.
pub(crate) fn body(spool: &Spool, message: MessageId) -> Option<Vec<u8>> {
    let body = spool.body(message).expect("readable")?;
    let size_bytes = body.size_bytes();
    let mut whole = Vec::new();
    for piece in body {
        let piece = piece.expect("readable");
        assert!((1..=64 << 10).contains(&piece.len()), "a piece of {} bytes", piece.len());
        whole.extend_from_slice(&piece);
    }
    assert_eq!(whole.len() as u64, size_bytes);
    Some(whole)
}

pub(crate) fn sight(spool: &Spool, messages: impl IntoIterator<Item = MessageId>) -> Sight {
    let contents: Contents = spool.read().expect("readable");
    let records = seen(contents.records());
    assert_eq!(contents.last_number(), records.last().map_or(0, |(number, ..)| *number));
    let mut sight = Sight {
        clocks: contents.clocks,
        records,
        dead: seen(&spool.dead_letters().expect("readable")),
        ..Sight::default()
    };
    for message in messages {
        if let Some(envelope) = spool.envelope(message).expect("readable") {
            sight.envelopes.insert(message, envelope);
        }
        if let Some(body) = body(spool, message) {
            sight.bodies.insert(message, body);
        }
    }
    sight
}
