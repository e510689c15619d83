//! Every stream by its number, and which stream a message belongs to.

use super::slot::Slot;
use super::window::Window;
use crate::base::{Kind, MessageId};

/// The number of a stream; equal instants go by it. Mail comes before reports.
pub(super) type Stream = u32;

/// Streams of failed reports are numbered after all streams of mail.
const FAILED: Stream = 1 << 31;

/// The windows of all sources.
#[derive(Clone, Debug)]
pub(super) struct Streams {
    /// Mail to the first recipient, by source.
    mail: Vec<Window>,
    /// The failed reports about it, by source.
    failed: Vec<Window>,
}

impl Streams {
    /// Empty windows for so many sources.
    pub(super) fn new(sources: usize) -> Streams {
        Streams { mail: vec![Window::default(); sources], failed: vec![Window::default(); sources] }
    }

    /// The window that a message belongs to; none for one that is to stand by itself.
    pub(super) fn of(&self, message: MessageId) -> Option<&Window> {
        match (message.kind(), message.recipient()) {
            (Kind::Mail, 0) => self.mail.get(message.source() as usize),
            (Kind::Failed, 0) => self.failed.get(message.source() as usize),
            _ => None,
        }
    }

    /// As [`Streams::of`], to be changed.
    #[inline(always)]
    pub(super) fn of_mut(&mut self, message: MessageId) -> Option<&mut Window> {
        match (message.kind(), message.recipient()) {
            (Kind::Mail, 0) => self.mail.get_mut(message.source() as usize),
            (Kind::Failed, 0) => self.failed.get_mut(message.source() as usize),
            _ => None,
        }
    }

    /// The window of a stream that [`stream_of`] named.
    pub(super) fn get_mut(&mut self, stream: Stream) -> Option<&mut Window> {
        if stream < FAILED {
            self.mail.get_mut(stream as usize)
        } else {
            self.failed.get_mut((stream - FAILED) as usize)
        }
    }

    /// Reads the window of a source's mail, and its end.
    pub(super) fn touch(&self, source: u32) -> u64 {
        self.mail.get(source as usize).map_or(0, Window::touch)
    }

    /// Every open message of every window.
    pub(super) fn open_slots(&self) -> impl Iterator<Item = (MessageId, Slot)> {
        let mail = (0..).zip(&self.mail);
        let failed = (FAILED..).zip(&self.failed);
        mail.chain(failed).flat_map(|(stream, window)| {
            window.open_slots().map(move |(ordinal, slot)| (message_of(stream, ordinal), slot))
        })
    }

    /// Bytes on the heap.
    pub(super) fn size_bytes(&self) -> usize {
        let windows = self.mail.iter().chain(&self.failed).map(Window::size_bytes).sum::<usize>();
        windows + (self.mail.capacity() + self.failed.capacity()) * size_of::<Window>()
    }
}

/// The number of a message's stream.
pub(super) fn stream_of(message: MessageId) -> Stream {
    message.source() | if message.kind() == Kind::Mail { 0 } else { FAILED }
}

/// The message of a stream with this ordinal.
pub(super) fn message_of(stream: Stream, ordinal: u32) -> MessageId {
    let mail = MessageId::mail(stream & !FAILED, u64::from(ordinal));
    let mail = mail.expect("source and ordinal are parts of an id that was seen");
    if stream < FAILED { mail } else { mail.report(Kind::Failed) }
}
