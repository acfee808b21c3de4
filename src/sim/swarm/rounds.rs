//! The clocks of libtorrent's choker: a regular round, an optimistic slot with a time of its own, and what happens to
//! slots between rounds.
//!
//! Everything happens at ticks of one second (`session_impl::on_tick`): a round that somebody's leaving or loss of interest
//! brings forward is at the next tick, and the following one a whole interval later.

use crate::protocol::bittorrent::choker;
use crate::record::{ChokeReason, Observer, UnchokeReason};
use crate::spec::{Choker, SeedChoker};
use crate::strategy;
use crate::units::{SimDuration, SimTime};

use super::Swarm;
use super::events::Event;
use super::state::{Directions, Flag, NONE};
use super::transfers::Details;

const TICK: SimDuration = SimDuration::from_whole_secs(1);
const NEVER: SimTime = SimTime(u64::MAX);

/// When the next rounds are, and since when each neighbour waits. Only a `FixedSlots` client has it.
pub struct Rounds {
    regular_due: SimTime,
    optimistic_due: SimTime,
    /// One a slot of the peer's halves.
    turns: Vec<Turn>,
}

/// The last times of one neighbour.
#[derive(Clone, Copy)]
pub struct Turn {
    /// It was unchoked, or it connected.
    pub unchoked: SimTime,
    /// It got an optimistic slot; zero: never.
    pub optimistic: SimTime,
}

impl Rounds {
    pub fn turn(&mut self, slot: usize) -> &mut Turn {
        &mut self.turns[slot]
    }
}

impl<O: Observer> Swarm<'_, O> {
    /// The client's clock began at some moment before it joined; its ticks are counted from there.
    pub(super) fn start_clock(&mut self, peer: u32) {
        let client = self.client(peer);
        if client.limiter_tick.is_some() || client.choker == Choker::FixedSlots {
            let ahead = (TICK.0 as f64 * self.world.chance.unit()) as u64;
            self.peers[peer as usize].clock = ahead;
        }
    }

    /// The first tick of the peer's clock after a moment.
    pub(super) fn next_tick(&self, peer: u32, tick: SimDuration, after: SimTime) -> SimTime {
        let ahead = self.peers[peer as usize].clock;
        SimTime((after.0 + ahead) / tick.0 * tick.0 + tick.0 - ahead)
    }

    /// When a message that the peer writes at that moment leaves: a client that limits its rates itself sends at the
    /// next tick of its limiter (`bandwidth_manager::update_quotas`).
    pub(super) fn leaves_at(&self, peer: u32, written: SimTime) -> SimTime {
        self.client(peer).limiter_tick.map_or(written, |tick| self.next_tick(peer, tick, written))
    }

    /// The client's clocks start with it; the first round waits for the first connection.
    pub(super) fn start_rounds(&mut self, peer: u32) {
        if self.client(peer).choker != Choker::FixedSlots {
            return;
        }
        let now = self.world.now;
        let optimistic_due = now + self.client(peer).optimistic_every;
        let rounds = Rounds { regular_due: NEVER, optimistic_due, turns: Vec::new() };
        self.peers[peer as usize].rounds = Some(Box::new(rounds));
        self.schedule_tick(peer);
    }

    fn schedule_tick(&mut self, peer: u32) {
        let state = &self.peers[peer as usize];
        let rounds = state.rounds.as_ref().expect("it has clocks");
        let (at, session) = (rounds.regular_due.min(rounds.optimistic_due), state.session);
        self.world.push(at, Event::ChokerTick { peer, session });
    }

    /// A neighbour has connected.
    pub(super) fn begin_turns(&mut self, peer: u32, slot: usize) {
        let now = self.world.now;
        let Some(rounds) = &mut self.peers[peer as usize].rounds else { return };
        let fresh = Turn { unchoked: now, optimistic: SimTime::ZERO };
        if slot == rounds.turns.len() {
            rounds.turns.push(fresh);
        } else {
            rounds.turns[slot] = fresh;
        }
        if rounds.regular_due == NEVER {
            self.bring_round_forward(peer, false);
        }
    }

    /// The next regular round is at the next tick, and the optimistic one too if its slot fell free.
    pub(super) fn bring_round_forward(&mut self, peer: u32, optimistic_too: bool) {
        let tick = self.next_tick(peer, TICK, self.world.now);
        let Some(rounds) = &mut self.peers[peer as usize].rounds else { return };
        let before = rounds.regular_due.min(rounds.optimistic_due);
        rounds.regular_due = rounds.regular_due.min(tick);
        if optimistic_too {
            rounds.optimistic_due = rounds.optimistic_due.min(tick);
        }
        if tick < before {
            self.schedule_tick(peer);
        }
    }

    /// A tick for which a round was due when it was scheduled; it may have been brought forward meanwhile.
    pub(super) fn choker_tick(&mut self, peer: u32) {
        if !self.is_online(peer) {
            return;
        }
        let (now, client) = (self.world.now, self.client(peer));
        let rounds = self.peers[peer as usize].rounds.as_ref().expect("it has clocks");
        let (regular, rotate) = (now >= rounds.regular_due, now >= rounds.optimistic_due);
        if !regular && !rotate {
            return;
        }
        let rotated = self.rechoke(peer, regular, rotate);
        let alone = self.peers[peer as usize].connections == 0;
        let rounds = self.peers[peer as usize].rounds.as_mut().expect("it has clocks");
        if regular {
            rounds.regular_due = if alone { NEVER } else { now + client.rechoke_every };
        }
        if rotated || rotate {
            rounds.optimistic_due = now + client.optimistic_every;
        }
        if regular {
            self.begin_round(peer);
        }
        if self.slots_in_use(peer) > client.regular_slots + client.optimistic_slots {
            // An optimistic unchoke beside slots that were all filled between rounds.
            self.bring_round_forward(peer, false);
        }
        self.schedule_tick(peer);
    }

    /// Bytes are counted anew.
    fn begin_round(&mut self, peer: u32) {
        for slot in self.slots(peer) {
            let Directions { down, up, .. } = self.directions[peer][slot];
            if down != NONE {
                self.details(down).received_in_round = 0;
            }
            if up != NONE {
                self.details(up).sent_in_round = 0;
            }
        }
    }

    /// What only clients with such clocks, a slow start or a limiter keep of a transfer.
    pub(super) fn details(&mut self, transfer: u32) -> &mut Details {
        self.transfers.details(transfer).expect("a client that needs the details has them kept")
    }

    fn slots_in_use(&self, peer: u32) -> u32 {
        let halves = &self.halves[peer];
        halves.iter().filter(|half| !half.is_free() && !half.has(Flag::AmChoking)).count() as u32
    }

    /// Its word that it is interested is here: it gets a slot at once if one is free (`maybe_unchoke_this_peer`).
    pub(super) fn hear_interest(&mut self, peer: u32, neighbour: u32) {
        let Some(slot) = self.slot_of(peer, neighbour) else { return };
        let client = self.client(peer);
        let free = self.slots_in_use(peer) < client.regular_slots + client.optimistic_slots;
        let choked = self.halves[peer][slot].has(Flag::AmChoking);
        if free
            && choked
            && self.is_online(peer)
            && self.is_interested(neighbour, peer, slot as u16)
            && strategy::uploads(self.behavior(peer))
        {
            let as_seed = self.glances[peer as usize].is_seed;
            let reason = if as_seed { UnchokeReason::Seed } else { UnchokeReason::Regular };
            self.unchoke(peer, slot, reason, 0, 0.0);
        }
    }

    /// Who is no longer interested is choked at once, and the next round is brought forward (`choke_this_peer`).
    pub(super) fn choke_uninterested(&mut self, peer: u32) {
        let mut optimistic = false;
        for slot in self.slots(peer) {
            let half = self.halves[peer][slot];
            if half.is_free()
                || half.has(Flag::AmChoking)
                || self.is_interested(half.other, peer, slot as u16)
            {
                continue;
            }
            optimistic |= half.has(Flag::Optimistic);
            self.halves[peer][slot].set(Flag::Optimistic, false);
            self.choke(peer, slot, ChokeReason::NotInterested, 0, 0.0);
        }
        self.bring_round_forward(peer, optimistic);
    }

    /// A round of the timer that all other chokers have.
    pub(super) fn begin_timer_round(&mut self, peer: u32) {
        let rotate = self.moves_on(peer, self.world.now);
        if rotate {
            self.rotate_list(peer);
        }
        self.rechoke(peer, true, rotate);
        if rotate {
            for half in self.halves[peer].iter_mut() {
                half.set(Flag::Newcomer, false);
            }
        }
        self.peers[peer as usize].round += 1;
    }

    /// Whether the optimistic slot moves on in the timer round of that moment, which is noted.
    fn moves_on(&mut self, peer: u32, at: SimTime) -> bool {
        let every = self.client(peer).optimistic_every;
        let state = &mut self.peers[peer as usize];
        // The first round fills the slots; turning an empty list is no harm.
        let moves_on = at.since(state.optimistic_since) >= every || state.round == 0;
        if moves_on {
            state.optimistic_since = at;
        }
        moves_on
    }

    /// The next round of the timer, an interval from now; without a neighbour there is nothing to do in it, and it waits for one. Most
    /// seeds of a large catalogue are so nearly always.
    pub(super) fn schedule_round(&mut self, peer: u32) {
        let next = self.world.now + self.client(peer).rechoke_every;
        let state = &mut self.peers[peer as usize];
        if state.connections == 0 && state.charged == [0.0; 3] {
            state.paused_round = Some(next);
        } else {
            let session = state.session;
            self.world.push(next, Event::Rechoke { peer, session });
        }
    }

    /// A neighbour has connected: the timer goes on in its old beat, and those that fell out are counted.
    pub(super) fn resume_rounds(&mut self, peer: u32) {
        let Some(mut next) = self.peers[peer as usize].paused_round.take() else { return };
        while next < self.world.now {
            if self.peers[peer as usize].rounds.is_none() {
                self.moves_on(peer, next);
                self.peers[peer as usize].round += 1;
            }
            next = next + self.client(peer).rechoke_every;
        }
        let session = self.peers[peer as usize].session;
        self.world.push(next, Event::Rechoke { peer, session });
    }

    fn rotate_list(&mut self, peer: u32) {
        let client = self.client(peer);
        // Mainline 4.0 turns a seed's list as the seed's choker says.
        let by_choker = self.glances[peer as usize].is_seed && client.seed_choker == SeedChoker::Rotation;
        if !client.optimistic.goes_by_list() || by_choker {
            return;
        }
        let mut order = self.order[peer].to_vec();
        choker::rotate_list(&mut order, |&slot| {
            let half = &self.halves[peer][usize::from(slot)];
            half.has(Flag::AmChoking) && self.is_interested(half.other, peer, slot)
        });
        self.order[peer].copy_from_slice(&order);
    }
}
