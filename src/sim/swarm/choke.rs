//! Rechoking: when a peer decides whom to upload to, and what the decision sets in motion.

use crate::protocol::bittorrent::choker::{Candidate, Round, Verdict};
use crate::record::{ChokeReason, Message, Observer, Record, UnchokeReason};
use crate::spec::ClientSpec;
use crate::strategy;
use crate::units::SimDuration;

use super::Swarm;
use super::events::Event;
use super::state::{Directions, Flag, Half, NONE};
use super::transfers::Phase;

/// A transfer without a choke, a block or a rate for so long is forgotten.
const FORGET_AFTER: SimDuration = SimDuration::from_whole_secs(40);

impl<O: Observer> Swarm<'_, O> {
    /// The timer of the choker, every 10 s or as the client has it.
    pub(super) fn rechoke_by_timer(&mut self, peer: u32) {
        if !self.is_online(peer) {
            return;
        }
        self.charge_control(peer);
        self.directions[peer].iter_mut().for_each(|directions| directions.grow_old(self.world.now));
        self.look_for_overdue_blocks(peer);
        if self.peers[peer as usize].rounds.is_none() {
            self.begin_timer_round(peer);
        }
        self.forget_old_transfers(peer);
        if self.peers[peer as usize].receiving == 0 {
            self.reconsider_waiting(peer);
        }
        self.schedule_round(peer);
    }

    /// A neighbour's interest changed; the message takes one latency. One rechoke serves all news of a moment.
    pub(super) fn reconsider_soon(&mut self, peer: u32, because_of: u32) {
        if !self.is_online(peer)
            || self.peers[peer as usize].reconsidering
            || !self.client(peer).rechokes_on_interest
            || !strategy::uploads(self.behavior(peer))
        {
            return;
        }
        let state = &mut self.peers[peer as usize];
        state.reconsidering = true;
        let session = state.session;
        let now = self.world.now;
        let heard = if peer == because_of {
            now
        } else {
            self.leaves_at(because_of, now) + self.latency(peer, because_of)
        };
        self.world.push(heard, Event::Reconsider { peer, session });
    }

    pub(super) fn reconsider(&mut self, peer: u32) {
        self.peers[peer as usize].reconsidering = false;
        if self.is_online(peer) {
            if self.peers[peer as usize].rounds.is_some() {
                self.choke_uninterested(peer);
            } else {
                self.rechoke(peer, false, false);
            }
        }
    }

    /// Decides and carries out; says whether the optimistic slot was given anew by a choker with clocks of its own.
    pub(super) fn rechoke(&mut self, peer: u32, regular: bool, rotate: bool) -> bool {
        let behavior = self.behavior(peer);
        if !strategy::uploads(behavior) {
            return false;
        }
        let client = self.client(peer);
        let (state, torrent) = (&self.peers[peer as usize], self.torrent(peer));
        let round = Round {
            now: self.world.now,
            as_seed: self.glances[peer as usize].is_seed,
            regular,
            rotate,
            number: state.round,
            unchoked_since: state.unchoked_since,
            pieces: torrent.geometry.pieces,
            piece_bytes: torrent.file.piece.0,
        };
        let mut candidates = std::mem::take(&mut self.candidates);
        self.list_candidates(peer, &mut candidates);
        for candidate in &mut candidates {
            self.measure(peer, candidate);
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        strategy::rechoke(behavior, client, round, &candidates, &mut self.world.chance, &mut scratch);
        for (candidate, verdict) in candidates.iter().zip(&scratch.verdicts) {
            self.carry_out(peer, candidate, *verdict);
        }
        let state = &mut self.peers[peer as usize];
        if let Some(last) = scratch.turn_after {
            self.order[peer].rotate_left(last + 1);
        }
        if regular {
            state.unchoked_since = 0;
        } else if round.as_seed {
            let new =
                candidates.iter().zip(&scratch.verdicts).filter(|(c, v)| !c.unchoked && v.unchoke.is_ok());
            state.unchoked_since += new.count() as u32;
        }
        let rotated = scratch.rotated;
        self.candidates = candidates;
        self.scratch = scratch;
        rotated
    }

    /// Lists the neighbours in the order of the connection list, with what the peer's own end of each connection tells and a glance
    /// at the other.
    fn list_candidates(&self, peer: u32, candidates: &mut Vec<Candidate>) {
        let shown = self.shown_to_all(peer);
        let knows_pieces = self.glances[peer as usize].is_seed || self.peers[peer as usize].rounds.is_some();
        let (halves, directions, now) = (&self.halves[peer], &self.directions[peer], self.world.now);
        candidates.clear();
        candidates.extend(self.order[peer].iter().map(|&slot| {
            let half = &halves[usize::from(slot)];
            Candidate {
                slot,
                interested: self.is_drawn_by(half.other, shown, peer, slot),
                unchoked: !half.has(Flag::AmChoking),
                optimistic: half.has(Flag::Optimistic),
                newcomer: half.has(Flag::Newcomer),
                changed_at: directions[usize::from(slot)].changed_at(now),
                pieces: if knows_pieces { self.glances[half.other as usize].complete } else { 0 },
                ..Candidate::default()
            }
        }));
    }

    /// Adds what its transfers tell of a candidate. Reading a rate moves its window on, as in mainline, so that silence counts; but a
    /// seed's choice goes by a window of its own, which is not for those at the other end to move.
    fn measure(&mut self, peer: u32, candidate: &mut Candidate) {
        let client = self.client(peer);
        let slot = usize::from(candidate.slot);
        let directions = self.directions[peer][slot];
        let Directions { down, up, .. } = directions;
        let is_seed = self.glances[peer as usize].is_seed;
        let measured = directions.measured(is_seed);
        if measured != NONE {
            self.count_arrived(measured);
            let flow = &mut self.transfers[measured];
            if is_seed {
                flow.measure.update(self.world.now, 0, client.seed_rate_window);
            } else if !self.glances[flow.from as usize].is_seed {
                flow.measure.update(self.world.now, 0, client.rate_window);
            }
            candidate.rate = flow.measure.rate(self.world.now);
        }
        let turn = self.peers[peer as usize].rounds.as_mut().map(|rounds| *rounds.turn(slot));
        candidate.snubbing = !is_seed && turn.is_none() && self.is_silent(client, directions, candidate.rate);
        if let Some(turn) = turn {
            (candidate.unchoked_at, candidate.optimistic_at) = (turn.unchoked, turn.optimistic);
            if down != NONE {
                self.count_arrived(down);
                candidate.received_in_round = self.details(down).received_in_round;
            }
        }
        if (is_seed || turn.is_some()) && up != NONE {
            self.count_arrived(up);
            let flow = &self.transfers[up];
            candidate.has_requests = flow.outstanding() > 1;
            candidate.sent_since_unchoke = flow.sent_since_unchoke;
            candidate.sent_in_round = self.transfers.details(up).map_or(0, |details| details.sent_in_round);
        }
    }

    /// Whether the neighbour has sent nothing for too long (Cohen 2003, anti-snubbing). Who has only just come, has unchoked us or was asked
    /// for something has that long from then.
    fn is_silent(&self, client: &ClientSpec, directions: Directions, rate: f64) -> bool {
        let Some(patience) = client.snub_after else { return false };
        let now = self.world.now;
        let heard = match directions.down {
            NONE => directions.heard_at(now),
            down => self.transfers[down].last_block,
        };
        now.since(heard) >= patience || (rate == 0.0 && client.takes_strangers_for_snubs())
    }

    fn carry_out(&mut self, peer: u32, candidate: &Candidate, verdict: Verdict) {
        let slot = usize::from(candidate.slot);
        if verdict.optimistic != candidate.optimistic {
            self.halves[peer][slot].set(Flag::Optimistic, verdict.optimistic);
            if verdict.optimistic
                && let Some(rounds) = &mut self.peers[peer as usize].rounds
            {
                rounds.turn(slot).optimistic = self.world.now;
            }
        }
        match (candidate.unchoked, verdict.unchoke) {
            (false, Ok(reason)) => self.unchoke(peer, slot, reason, verdict.rank, candidate.rate),
            (true, Err(reason)) => self.choke(peer, slot, reason, verdict.rank, candidate.rate),
            (true, Ok(reason)) => self.keep(peer, slot, reason, verdict.rank, candidate.rate),
            (false, Err(_)) => {}
        }
    }

    pub(super) fn unchoke(&mut self, peer: u32, slot: usize, reason: UnchokeReason, rank: u32, rate: f64) {
        self.halves[peer][slot].set(Flag::AmChoking, false);
        self.directions[peer][slot].touch(self.world.now);
        let half = self.halves[peer][slot];
        if let Some(rounds) = &mut self.peers[peer as usize].rounds {
            rounds.turn(slot).unchoked = self.world.now;
        }
        if self.directions[peer][slot].up == NONE {
            self.open_transfer((peer, slot as u16), (half.other, half.mirror));
        }
        let transfer = self.directions[peer][slot].up;
        self.flush(transfer);
        let flow = &mut self.transfers[transfer];
        flow.reason = reason;
        flow.unchoked = true;
        flow.sent_since_unchoke = 0;
        let generation = flow.generation;
        let neighbour = self.who(half.other);
        self.world.note(Record::Unchoked { peer: self.who(peer), neighbour, reason, rank, rate });
        self.say(peer, half.other, Message::Unchoke { reason });
        let arrives = self.leaves_at(peer, self.world.now) + self.latency(peer, half.other);
        self.world.push(arrives, Event::UnchokeArrives { transfer, generation });
    }

    pub(super) fn choke(&mut self, peer: u32, slot: usize, reason: ChokeReason, rank: u32, rate: f64) {
        self.halves[peer][slot].set(Flag::AmChoking, true);
        self.directions[peer][slot].touch(self.world.now);
        let half = self.halves[peer][slot];
        let transfer = self.directions[peer][slot].up;
        self.transfers[transfer].unchoked = false;
        let generation = self.transfers[transfer].generation;
        let neighbour = self.who(half.other);
        self.world.note(Record::Choked { peer: self.who(peer), neighbour, reason, rank, rate });
        self.say(peer, half.other, Message::Choke);
        let arrives = self.leaves_at(peer, self.world.now) + self.latency(peer, half.other);
        self.world.push(arrives, Event::ChokeArrives { transfer, generation });
    }

    /// Unchoked before and after; only the reason may be another.
    fn keep(&mut self, peer: u32, slot: usize, reason: UnchokeReason, rank: u32, rate: f64) {
        let up = self.directions[peer][slot].up;
        if self.transfers[up].reason == reason {
            return;
        }
        self.flush(up);
        self.transfers[up].reason = reason;
        let neighbour = self.who(self.halves[peer][slot].other);
        self.world.note(Record::Rereasoned { peer: self.who(peer), neighbour, reason, rank, rate });
    }

    /// What was asked of a neighbour that unchoked us and has owed us blocks for too long is free for others, except the block on the wire.
    fn look_for_overdue_blocks(&mut self, peer: u32) {
        let Some(patience) = self.client(peer).snub_after else { return };
        let mut freed = false;
        let may_owe = |half: &Half, directions: &Directions| {
            directions.down != NONE
                && !half.has(Flag::PeerChoking)
                && !self.transfers[directions.down].overdue
        };
        for slot in self.slots_where(peer, may_owe).into_iter().map(usize::from) {
            let (half, down) = (self.halves[peer][slot], self.directions[peer][slot].down);
            if !self.is_owed(down, patience) {
                continue;
            }
            self.transfers[down].overdue = true;
            let neighbour = self.who(half.other);
            self.world.note(Record::Overdue { peer: self.who(peer), neighbour, overdue: true });
            let keep = usize::from(self.transfers[down].phase == Phase::Flowing);
            self.release_requests(down, keep, |_, _| false);
            self.withdraw_if_empty(down);
            self.end_reservations(peer, half.other);
            freed = true;
        }
        if freed {
            self.wake_idle(peer);
        }
    }

    /// Whether blocks that were asked for have not come for so long.
    fn is_owed(&mut self, transfer: u32, patience: SimDuration) -> bool {
        let (now, flow) = (self.world.now, &self.transfers[transfer]);
        if flow.queue.is_empty() || now.since(flow.last_block) < patience {
            return false;
        }
        self.count_arrived(transfer);
        now.since(self.transfers[transfer].last_block) >= patience
    }

    /// Gives back transfers from this peer that were choked long ago and whose rate no longer matters.
    fn forget_old_transfers(&mut self, peer: u32) {
        let now = self.world.now;
        let is_old = |half: &Half, directions: &Directions| {
            directions.up != NONE
                && half.has(Flag::AmChoking)
                && now.since(directions.changed_at(now)) > FORGET_AFTER
        };
        for slot in self.slots_where(peer, is_old).into_iter().map(usize::from) {
            let (half, directions) = (self.halves[peer][slot], self.directions[peer][slot]);
            let flow = &self.transfers[directions.up];
            let told = self.halves[half.other][usize::from(half.mirror)].has(Flag::PeerChoking);
            let quiet = flow.phase == Phase::Idle && flow.queue.is_empty() && told;
            if quiet && now.since(flow.last_block.max(directions.changed_at(now))) > FORGET_AFTER {
                let transfer = directions.up;
                self.flush(transfer);
                self.close_transfer(transfer);
            }
        }
    }
}
