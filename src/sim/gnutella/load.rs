//! What messages load on people's lines, since each servent's last round.
//!
//! A message has a segment of its own, with the headers of IP and TCP.

use crate::sim::control::HEADERS;
use crate::units::PersonIndex;

/// Bytes sent and received since the last round, by servent, and how many messages there were in all.
#[derive(Debug)]
pub struct Loads {
    /// Empty where only payload is charged.
    bytes: Vec<(u64, u64)>,
    pub messages: Messages,
}

/// What was sent was received or lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    pub sent: u64,
    pub received: u64,
    pub lost: u64,
}

impl Loads {
    pub fn new(servents: usize, charged: bool) -> Loads {
        Loads { bytes: vec![(0, 0); if charged { servents } else { 0 }], messages: Messages::default() }
    }

    /// So many messages of `bytes` together go from one to another.
    pub fn send(&mut self, from: PersonIndex, to: PersonIndex, messages: u64, bytes: u64) {
        self.sends(from, messages, bytes);
        self.receives(to, messages, bytes);
    }

    /// Messages to somebody who is not there any more.
    pub fn lose(&mut self, from: PersonIndex, messages: u64, bytes: u64) {
        self.sends(from, messages, bytes);
        self.messages.lost += messages;
    }

    pub fn sends(&mut self, from: PersonIndex, messages: u64, bytes: u64) {
        self.messages.sent += messages;
        if let Some(load) = self.bytes.get_mut(from.at()) {
            load.0 += bytes + messages * HEADERS;
        }
    }

    pub fn receives(&mut self, to: PersonIndex, messages: u64, bytes: u64) {
        self.messages.received += messages;
        if let Some(load) = self.bytes.get_mut(to.at()) {
            load.1 += bytes + messages * HEADERS;
        }
    }

    /// The bytes that the servent has sent and received since this was last called; `None`: lines are not charged.
    pub fn take(&mut self, servent: PersonIndex) -> Option<(u64, u64)> {
        self.bytes.get_mut(servent.at()).map(std::mem::take)
    }
}
