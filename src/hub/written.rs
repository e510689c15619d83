//! A record as it lies in the spool.
//!
//! One byte says which record it is, then its fields follow in order, as `docs/spool-format.md` has them.
//! The numbers there are for good: a spool outlives the program that wrote it. What is new gets a new
//! number.

use super::names::RouteNames;
use super::octets::{Octets, Put};
use crate::base::{
    ByMode, DeliverBy, Instant, Kind, MessageId, Notify, Order, Priority, RouteId, Status, Target,
};
use crate::queue::{Record, Tried};

/// No route, as a number.
const NO_ROUTE: u32 = u32::MAX;

/// What the bytes of a record say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// A record of the queue's.
    Record(Record),
    /// Domains that have the next numbers.
    Domains(Vec<String>),
}

/// Why the bytes of a record say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// They are no record.
    Garbled,
    /// It is about the route of this number, which is not configured.
    NoRoute(u32),
}

/// Writes that these domains have the next numbers.
pub(super) fn write_domains(domains: &[String], bytes: &mut Vec<u8>) {
    bytes.put_u8(16);
    bytes.put_u32(domains.len() as u32);
    for domain in domains {
        bytes.put_text(domain);
    }
}

/// Writes a record.
pub(super) fn write(record: &Record, names: &RouteNames, bytes: &mut Vec<u8>) {
    let number = |route: RouteId| names.number(route);
    match *record {
        Record::Accepted { .. } => write_accepted(record, names, bytes),
        Record::Delivered { message } => begin(bytes, 2, message),
        Record::Deferred { message, attempts, status, next_try } => {
            begin(bytes, 3, message);
            bytes.put_u16(attempts);
            put_status(bytes, status);
            bytes.put_u64(next_try.map_or(u64::MAX, Instant::micros));
        }
        Record::Reported { about, kind, at, deadline, route, size_bytes, status, attempts } => {
            begin(bytes, 4, about);
            bytes.put_u8(kind as u8);
            bytes.put_u64(at.micros());
            bytes.put_u64(deadline.micros());
            bytes.put_u32(number(route));
            bytes.put_u32(size_bytes);
            put_status(bytes, status);
            bytes.put_u16(attempts);
        }
        Record::DeadLettered { message, at, status } => put_end(bytes, 5, message, at, status),
        Record::RouteFailed { route, at, status, tried, next_try } => {
            bytes.put_u8(6);
            bytes.put_u32(number(route));
            bytes.put_u64(at.micros());
            put_status(bytes, status);
            bytes.put_u8(tried as u8);
            bytes.put_u64(next_try.map_or(u64::MAX, Instant::micros));
        }
        Record::RouteAnswered { route } => {
            bytes.put_u8(7);
            bytes.put_u32(number(route));
        }
        Record::Ordered { order, target } => {
            bytes.put_u8(8);
            bytes.put_u8(order as u8);
            let (route, message) = match target {
                Target::All => (NO_ROUTE, None),
                Target::Route(route) => (number(route), None),
                Target::Message { route, message } => (number(route), Some(message)),
            };
            bytes.put_u32(route);
            bytes.put_u64(message.map_or(u64::MAX, MessageId::to_bits));
        }
        Record::Suppressed { message, at, status } => put_end(bytes, 9, message, at, status),
    }
}

fn write_accepted(record: &Record, names: &RouteNames, bytes: &mut Vec<u8>) {
    let &Record::Accepted {
        message,
        accepted_at,
        deadline,
        priority,
        size_bytes,
        route,
        sender,
        notify,
        release_at,
        deliver_by,
    } = record
    else {
        unreachable!("called for a record of this kind alone")
    };
    begin(bytes, 1, message);
    bytes.put_u64(accepted_at.micros());
    bytes.put_u64(deadline.micros());
    bytes.put_u8(priority as u8);
    bytes.put_u32(size_bytes);
    bytes.put_u32(names.number(route));
    bytes.put_u32(sender.map_or(NO_ROUTE, |sender| names.number(sender)));
    bytes.put_u8(notify.to_bits());
    let by_mode = deliver_by.map_or(0, |by| 1 + by.mode as u8);
    bytes.put_u8(u8::from(release_at.is_some()) | by_mode << 1);
    if let Some(release_at) = release_at {
        bytes.put_u64(release_at.micros());
    }
    if let Some(by) = deliver_by {
        bytes.put_u64(by.at.micros());
    }
}

fn begin(bytes: &mut Vec<u8>, tag: u8, message: MessageId) {
    bytes.put_u8(tag);
    bytes.put_u64(message.to_bits());
}

fn put_end(bytes: &mut Vec<u8>, tag: u8, message: MessageId, at: Instant, status: Status) {
    begin(bytes, tag, message);
    bytes.put_u64(at.micros());
    put_status(bytes, status);
}

fn put_status(bytes: &mut Vec<u8>, status: Status) {
    let [_, class, subject, detail] = (status.to_bits() as u32).to_be_bytes();
    bytes.extend_from_slice(&[class, subject, detail]);
}

/// Reads what [`write()`] or [`write_domains`] wrote.
pub(super) fn read(bytes: &[u8], names: &RouteNames) -> Result<Written, Unreadable> {
    let mut reading = Reading { octets: Octets::new(bytes), names, unknown_route: None };
    let written = reading.written();
    match (reading.unknown_route, written) {
        (Some(number), _) => Err(Unreadable::NoRoute(number)),
        (None, Some(written)) if reading.octets.is_empty() => Ok(written),
        (None, _) => Err(Unreadable::Garbled),
    }
}

struct Reading<'a> {
    octets: Octets<'a>,
    names: &'a RouteNames,
    unknown_route: Option<u32>,
}

impl Reading<'_> {
    fn written(&mut self) -> Option<Written> {
        let record = match self.octets.u8()? {
            1 => self.accepted()?,
            2 => Record::Delivered { message: self.message()? },
            3 => Record::Deferred {
                message: self.message()?,
                attempts: self.octets.u16()?,
                status: self.status()?,
                next_try: self.time()?,
            },
            4 => Record::Reported {
                about: self.message()?,
                kind: self.one_of(Kind::ALL)?,
                at: self.instant()?,
                deadline: self.instant()?,
                route: self.route()?,
                size_bytes: self.octets.u32()?,
                status: self.status()?,
                attempts: self.octets.u16()?,
            },
            5 => Record::DeadLettered {
                message: self.message()?,
                at: self.instant()?,
                status: self.status()?,
            },
            6 => Record::RouteFailed {
                route: self.route()?,
                at: self.instant()?,
                status: self.status()?,
                tried: self.one_of([Tried::AllThatWait, Tried::OneMessage])?,
                next_try: self.time()?,
            },
            7 => Record::RouteAnswered { route: self.route()? },
            8 => self.ordered()?,
            9 => Record::Suppressed {
                message: self.message()?,
                at: self.instant()?,
                status: self.status()?,
            },
            16 => return self.domains(),
            _ => return None,
        };
        Some(Written::Record(record))
    }

    fn accepted(&mut self) -> Option<Record> {
        let message = self.message()?;
        let accepted_at = self.instant()?;
        let deadline = self.instant()?;
        let priority = self.one_of(Priority::ALL)?;
        let size_bytes = self.octets.u32()?;
        let route = self.route()?;
        let sender = match self.octets.u32()? {
            NO_ROUTE => None,
            number => Some(self.known(number)),
        };
        let notify = Notify::from_bits(self.octets.u8()?);
        let asked = self.octets.u8()?;
        let release_at = if asked & 1 == 1 { Some(self.instant()?) } else { None };
        let mode = match asked >> 1 {
            0 => None,
            1 => Some(ByMode::Return),
            2 => Some(ByMode::Notify),
            _ => return None,
        };
        let deliver_by = match mode {
            Some(mode) => Some(DeliverBy { at: self.instant()?, mode }),
            None => None,
        };
        Some(Record::Accepted {
            message,
            accepted_at,
            deadline,
            priority,
            size_bytes,
            route,
            sender,
            notify,
            release_at,
            deliver_by,
        })
    }

    fn ordered(&mut self) -> Option<Record> {
        let order = self.one_of(Order::ALL)?;
        let route = self.octets.u32()?;
        let message = self.octets.u64()?;
        let target = match (route, message) {
            (NO_ROUTE, _) => Target::All,
            (route, u64::MAX) => Target::Route(self.known(route)),
            (route, bits) => {
                Target::Message { route: self.known(route), message: MessageId::from_bits(bits) }
            }
        };
        Some(Record::Ordered { order, target })
    }

    fn domains(&mut self) -> Option<Written> {
        let count = self.octets.u32()?;
        let domains = (0..count).map(|_| self.octets.text().map(str::to_owned)).collect();
        Option::map(domains, Written::Domains)
    }

    fn message(&mut self) -> Option<MessageId> {
        self.octets.u64().map(MessageId::from_bits)
    }

    fn instant(&mut self) -> Option<Instant> {
        self.octets.u64().map(Instant::from_micros)
    }

    /// An instant that may be none, if it can be read at all.
    #[expect(clippy::option_option, reason = "whether it was said, if it can be read at all")]
    fn time(&mut self) -> Option<Option<Instant>> {
        let micros = self.octets.u64()?;
        Some((micros != u64::MAX).then_some(Instant::from_micros(micros)))
    }

    fn status(&mut self) -> Option<Status> {
        let [class, subject, detail] = [self.octets.u8()?, self.octets.u8()?, self.octets.u8()?];
        (class != 0).then(|| Status::new(class, subject, detail))
    }

    fn one_of<T: Copy, const COUNT: usize>(&mut self, all: [T; COUNT]) -> Option<T> {
        all.get(usize::from(self.octets.u8()?)).copied()
    }

    fn route(&mut self) -> Option<RouteId> {
        self.octets.u32().map(|number| self.known(number))
    }

    /// The route of a number; one that is not configured is noted, and another stands for it meanwhile.
    fn known(&mut self, number: u32) -> RouteId {
        self.names.route(number).unwrap_or_else(|| {
            self.unknown_route.get_or_insert(number);
            RouteId(0)
        })
    }
}
