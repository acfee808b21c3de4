//! Choosing among suppliers takes time where the client pings them first.

use crate::protocol::supplier_choice::{self, Candidate, Pong, Step};
use crate::record::Observer;
use crate::spec::SupplierChoice;
use crate::units::{PersonIndex, SimDuration};

use super::fetch::Fetches;
use super::world::World;

/// How long a client waits for pongs.
const PING_TIMEOUT: SimDuration = SimDuration::from_whole_secs(2);

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
                let answer_after = |candidate: &Candidate| match candidate.supplier.0 {
                    supplier if world.is_online(supplier) => world.round_trip(person, supplier),
                    _ => PING_TIMEOUT,
                };
                let last = self.list[..some].iter().map(answer_after).max();
                let online = |candidate: &&Candidate| world.is_online(candidate.supplier.0);
                Turn::Wait {
                    time: last.unwrap_or(SimDuration::ZERO).min(PING_TIMEOUT),
                    pings: some as u32,
                    pongs: self.list[..some].iter().filter(online).count() as u32,
                }
            }
        }
    }

    /// Whoever was pinged and is there has answered; the others are no candidates any more.
    fn take_pongs<O: Observer, E: Copy>(
        &mut self,
        person: u32,
        world: &World<'_, O, E>,
        fetches: &Fetches<'_>,
    ) {
        let pinged = std::mem::take(&mut self.pinged);
        for candidate in &mut self.list[..pinged] {
            let supplier = candidate.supplier.0;
            candidate.pong = Some(Pong {
                round_trip: world.round_trip(person, supplier),
                load: fetches.source(supplier).load(),
            });
        }
        self.list.retain(|candidate| candidate.pong.is_none() || world.is_online(candidate.supplier.0));
    }
}
