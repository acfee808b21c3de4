//! Choosing among suppliers takes time where the client pings them first.

use crate::protocol::supplier_choice::{self, Candidate, Pong, Step};
use crate::record::Observer;
use crate::spec::SupplierChoice;
use crate::units::{PersonIndex, SimDuration};

use super::fetch::Fetches;
use super::world::World;

/// How long a client waits for pongs.
const PING_TIMEOUT: SimDuration = SimDuration::from_whole_secs(5);

/// The suppliers that one wish knows of and has not asked.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    list: Vec<Candidate>,
    /// So many, at the head of the list, have been pinged and the pongs are due.
    pinged: usize,
}

/// What the client does next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    Ask(u32),
    /// It has sent so many pings, of which so many are answered; it waits so long and decides then.
    Wait {
        time: SimDuration,
        pings: u32,
        pongs: u32,
    },
    /// Everybody has been asked.
    Nobody,
}

impl Candidates {
    pub fn add(&mut self, supplier: PersonIndex, speed: u32) {
        self.list.push(Candidate { supplier, speed, pong: None });
    }

    /// Suppliers that have not been asked.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn clear(&mut self) {
        self.list.clear();
        self.pinged = 0;
    }

    /// Whom `person` asks next; called again after the time to wait.
    pub fn turn<O: Observer, E: Copy>(
        &mut self,
        choice: SupplierChoice,
        person: u32,
        world: &mut World<'_, O, E>,
        fetches: &Fetches<'_>,
    ) -> Turn {
        self.take_pongs(person, world, fetches);
        match supplier_choice::next(choice, &mut self.list, &mut world.chance) {
            Step::Ask(supplier) => Turn::Ask(supplier.0),
            Step::Nobody => Turn::Nobody,
            Step::Ping(some) => {
                self.pinged = some;
                let answers = |candidate: &&Candidate| pong(person, candidate, world, fetches).is_some();
                let pinged = &self.list[..some];
                let pongs = pinged.iter().filter(answers).count();
                let last = pinged.iter().map(|other| world.round_trip(person, other.supplier.0)).max();
                // Somebody who does not answer is waited for to the end.
                let time = if pongs == some { last.unwrap_or(SimDuration::ZERO) } else { PING_TIMEOUT };
                Turn::Wait { time, pings: some as u32, pongs: pongs as u32 }
            }
        }
    }

    /// Whoever was pinged, is there and is near enough has answered; the others are no candidates any more.
    fn take_pongs<O: Observer, E: Copy>(
        &mut self,
        person: u32,
        world: &World<'_, O, E>,
        fetches: &Fetches<'_>,
    ) {
        if self.pinged == 0 {
            return;
        }
        let untouched = self.list.split_off(std::mem::take(&mut self.pinged));
        for candidate in &mut self.list {
            candidate.pong = pong(person, candidate, world, fetches);
        }
        self.list.retain(|candidate| candidate.pong.is_some());
        self.list.extend(untouched);
    }
}

/// What a ping of the candidate tells; `None`: nothing, in time.
fn pong<O: Observer, E: Copy>(
    person: u32,
    candidate: &Candidate,
    world: &World<'_, O, E>,
    fetches: &Fetches<'_>,
) -> Option<Pong> {
    let supplier = candidate.supplier.0;
    let round_trip = world.round_trip(person, supplier);
    let answers = world.is_online(supplier) && round_trip <= PING_TIMEOUT;
    answers.then(|| Pong { round_trip, load: fetches.source(supplier).load() })
}
