//! The joint between queue and spool: nothing that rests on a record is told before the record is kept.
//!
//! In: what the queue is told, mail with its envelope and its body, and the word that what was to be stored
//! is stored or cannot be. Out: the queue's effects in the order of duty, and [`Outgoing`], which
//! [`store`] brings to rest in one piece. After a restart ([`Recovered`]) every deadline is the one that was
//! set, what expired meanwhile is returned at the first input, and no flush goes on by itself.
//!
//! It has no clock, opens no file by itself and starts no thread: its driver says when it is, and decides
//! where and when [`store`] runs. While that runs the hub takes further inputs; what they bring is stored
//! together the next time, so that the slower the disk, the larger the groups.
//!
//! A store that fails once is not asked again. The hub is latched from then on: mail is refused with 4yz,
//! calls are answered with 458, nothing is acknowledged and nothing is begun, until it is started anew from
//! what was stored. Its driver raises the alarm.
//!
//! Hub time goes on over a restart by as much as the wall clock did ([`Clocks`](crate::base::Clocks) lie in
//! the spool), so the driver stores both clocks whenever the wall clock was set, and every minute or so.

mod envelope;
mod joint;
mod names;
mod octets;
mod outgoing;
mod recovery;
mod report;
mod store;
mod written;

pub use envelope::{Addressee, Content, Envelope, Letter, Returns};
pub use joint::Hub;
pub use outgoing::Outgoing;
pub use recovery::{Recovered, StartError};
pub use report::Host;
pub use store::{Mail, mail, store};
