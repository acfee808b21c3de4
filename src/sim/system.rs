//! What a system is to the loop that plays it.

use crate::record::{Copies, Departure, Observer, PersonTotals, SearchTraffic, ServerSample, SwarmTotals};
use crate::spec::FaultTarget;

use super::world::{Happening, World};

/// A system on its world: what it does when something happens in a person's life, on the network, or by its own events.
pub trait System<'a, O: Observer + 'a> {
    type Event: Copy;

    fn world(&mut self) -> &mut World<'a, O, Self::Event>;

    /// The person switches the machine on for the first time. Wishes made at this moment follow.
    fn arrived(&mut self, person: u32);

    /// The person, who is online, wants `people[person].wishes[nth]` from now on.
    fn wished(&mut self, person: u32, nth: usize);

    /// The person switches the machine off, and will come back with what it has.
    fn went_away(&mut self, person: u32);

    fn came_back(&mut self, person: u32);

    /// The person, who was online or away, is gone for good.
    fn left(&mut self, person: u32, how: Departure, was_online: bool);

    fn handle(&mut self, event: Self::Event);

    /// Whether the system is so large that it asks for memory ahead.
    fn fetches_ahead(&self) -> bool {
        false
    }

    /// This is going to happen soon: what it touches may be asked for. Called once at each nearness, at most, and only where
    /// the system fetches ahead.
    fn fetch_ahead(&self, _coming: &Happening<Self::Event>, _nearness: Nearness) {}

    /// A central part is switched off: what it was doing is lost.
    fn falls(&mut self, _part: FaultTarget) {}

    /// It is switched on again.
    fn recovers(&mut self, _part: FaultTarget) {}

    /// The flow with this tag has reached its milestone.
    fn flow_due(&mut self, tag: u32);

    /// What a sample says of the system beside the books.
    fn sample(&mut self) -> SystemSample;

    /// Checks every invariant, at whatever cost.
    fn check_now(&mut self);

    /// The run has ended: brings all accounts up to date and checks them.
    fn close(&mut self) -> Closing;

    /// What the system adds to a person's totals, after `close`.
    fn complete_totals(&mut self, totals: &mut PersonTotals);
}

/// How far an event is from the front of the queue: each step is long enough for memory to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nearness {
    Far,
    Nearer,
    Near,
    Next,
    Now,
}

impl Nearness {
    /// Each, and how many events come before.
    pub const ALL: [(Nearness, usize); 5] = [
        (Nearness::Far, 15),
        (Nearness::Nearer, 11),
        (Nearness::Near, 7),
        (Nearness::Next, 4),
        (Nearness::Now, 1),
    ];
}

/// The system's part of a sample.
pub struct SystemSample {
    pub copies: Option<Copies>,
    pub stored_bytes: u64,
    pub servers: Vec<ServerSample>,
}

/// The system's part of a run's totals. What was sent was received, is in flight or was lost.
pub struct Closing {
    pub received_bytes: u64,
    pub in_flight_bytes: u64,
    pub lost_bytes: u64,
    pub swarm: Option<SwarmTotals>,
    pub search: SearchTraffic,
    /// Accounts that do not balance; empty unless the simulator is wrong.
    pub violations: Vec<String>,
}
