//! A wish under way, and where its time goes.

use crate::record::WishTotals;
use crate::units::{FileIndex, PersonIndex, SimTime};

/// What a wish is waiting for; the names are those of `WishTotals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    Finding,
    Waiting,
    Transferring,
    /// Its person is away: this time counts nowhere.
    Paused,
}

#[derive(Clone, Debug)]
pub struct WishClock {
    pub totals: WishTotals,
    span: Span,
    since: SimTime,
}

impl WishClock {
    pub fn new(person: u32, file: FileIndex, now: SimTime) -> WishClock {
        WishClock { totals: WishTotals::new(PersonIndex(person), file, now), span: Span::Finding, since: now }
    }

    pub fn span(&self) -> Span {
        self.span
    }

    /// From now on the time counts as `span`.
    pub fn enter(&mut self, now: SimTime, span: Span) {
        let passed = now.since(self.since);
        match self.span {
            Span::Finding => self.totals.finding += passed,
            Span::Waiting => self.totals.waiting += passed,
            Span::Transferring => self.totals.transferring += passed,
            Span::Paused => {}
        }
        self.span = span;
        self.since = now;
    }
}
