//! Belonging to the overlay: bootstrap from the host cache, links, rounds of pings, goodbyes and silence.

use crate::protocol::gnutella::descriptor::{PING, PONG, routing_table};
use crate::protocol::gnutella::overlay::Kind;
use crate::record::{DisconnectReason, Observer, Record};
use crate::units::{PersonIndex, SimDuration};

use super::{Event, Gnutella};
use crate::sim::world::NONE;

/// Pongs that answer a ping, from the neighbour's cache (0.6 draft, section 2.2.4.1).
const PONGS: u64 = 10;
/// Links that a servent tries to open between two rounds.
const TRIES: u32 = 10;
/// A connection to somebody who is not there is given up after this.
const DIAL_TIMEOUT: SimDuration = SimDuration::from_whole_secs(10);

impl<O: Observer> Gnutella<'_, O> {
    /// The program starts: it can be asked for files, and turns to the host cache to find others.
    pub(super) fn switch_on(&mut self, person: u32) {
        self.folders.comes(person, self.world.catalogue);
        self.fetches.open_source(person);
        if self.overlay.has_vanished(PersonIndex(person)) {
            // Its old connections are dead; whoever still thought otherwise learns it now.
            self.notice_vanished(person);
        }
        let state = &mut self.servents[person as usize];
        state.session += 1;
        (state.dialling, state.tries) = (0, 0);
        let session = state.session;
        // A connection to the cache and its answer: two round trips.
        let known = self.world.now + self.world.round_trip(person, NONE).times(2);
        self.world.push(known, Event::HostsKnown { servent: person, session });
        // Everybody's rounds have a phase of their own; nobody knows whom to ping before.
        let phase = SimDuration((self.world.chance.unit() * self.spec.ping_every.0 as f64) as u64);
        self.world.push(known + phase, Event::Round { servent: person, session });
    }

    /// The program ends, with a goodbye or without.
    pub(super) fn switch_off(&mut self, person: u32, vanishes: bool) {
        self.folders.goes(person, self.world.catalogue);
        self.fetches.close_source(&mut self.world, person, vanishes);
        if self.loads.take(PersonIndex(person)).is_some() {
            // What it sent in this session is nothing to the next.
            self.world.take_off_lines(person, 0.0, 0.0, f64::INFINITY);
        }
        let state = &mut self.servents[person as usize];
        state.session += 1;
        let session = state.session;
        if vanishes {
            self.overlay.vanish(PersonIndex(person));
            let noticed = self.world.now + self.silence();
            self.world.push(noticed, Event::Noticed { servent: person, session });
        } else {
            self.lose_links(person, DisconnectReason::NeighbourLeft);
        }
    }

    pub(super) fn notice_vanished(&mut self, person: u32) {
        self.lose_links(person, DisconnectReason::TimedOut);
    }

    /// All links of a servent end; those who had opened one look for another.
    fn lose_links(&mut self, person: u32, reason: DisconnectReason) {
        let mut lost = std::mem::take(&mut self.lost);
        self.overlay.remove(PersonIndex(person), &mut lost);
        for loss in lost.drain(..) {
            let gone = PersonIndex(person);
            self.world.note(Record::Disconnected { peer: loss.at, neighbour: gone, reason });
            if loss.opened && self.world.is_online(loss.at.0) {
                self.look_for_links(loss.at.0);
            }
        }
        self.lost = lost;
    }

    pub(super) fn hosts_known(&mut self, servent: u32) {
        self.list(servent);
        self.look_for_links(servent);
    }

    /// The host cache hears of the servent.
    fn list(&mut self, servent: u32) {
        if self.rules.is_listed(PersonIndex(servent)) {
            self.hosts.hear(self.world.now, PersonIndex(servent));
        }
    }

    /// Dials as many others as links are missing.
    fn look_for_links(&mut self, servent: u32) {
        let own = PersonIndex(servent);
        let state = self.servents[servent as usize];
        let present = self.overlay.opened(own) as u32 + state.dialling;
        for _ in present..state.opens {
            if self.servents[servent as usize].tries == TRIES {
                return;
            }
            let overlay = &self.overlay;
            let known = |other| other == own || overlay.are_linked(own, other);
            let target = match self.rules.appointed(own) {
                Some(other) => Some(other).filter(|&other| !known(other)),
                None => self.hosts.draw(self.world.now, &mut self.world.chance, known),
            };
            let Some(PersonIndex(target)) = target else { return };
            self.dial(servent, target);
        }
    }

    fn dial(&mut self, servent: u32, target: u32) {
        let state = &mut self.servents[servent as usize];
        state.dialling += 1;
        state.tries += 1;
        let session = state.session;
        // One round trip for TCP, one for CONNECT and OK (0.4, section 2).
        let through = self.world.now + self.world.round_trip(servent, target).times(2);
        self.world.push(through, Event::Connect { from: servent, to: target, session });
    }

    /// The link exists if the other is there and takes it; otherwise the servent tries somebody else.
    pub(super) fn connect(&mut self, from: u32, to: u32) {
        let (opener, other) = (PersonIndex(from), PersonIndex(to));
        if !self.world.is_online(to) {
            let session = self.servents[from as usize].session;
            self.world.push(self.world.now + DIAL_TIMEOUT, Event::DialFailed { servent: from, session });
            return;
        }
        self.servents[from as usize].dialling -= 1;
        let accepted = self.rules.accepts(&self.overlay, other, opener);
        let Some(kind) = accepted.filter(|_| !self.overlay.are_linked(opener, other)) else {
            return self.look_for_links(from);
        };
        self.overlay.link(opener, other, self.world.latency(from, to), kind);
        self.world.note(Record::Connected { from: opener, to: other });
        match kind {
            Kind::Equal => self.linked(to),
            Kind::Leaf => {
                self.send_routing_table(from, to);
                self.linked(to);
            }
        }
        self.linked(from);
    }

    pub(super) fn dial_failed(&mut self, servent: u32) {
        self.servents[servent as usize].dialling -= 1;
        self.look_for_links(servent);
    }

    /// A leaf tells its new ultrapeer the words of its files.
    fn send_routing_table(&mut self, leaf: u32, ultrapeer: u32) {
        let (messages, bytes) = routing_table(self.search.words_shared(PersonIndex(leaf)));
        self.traffic.bytes += bytes;
        self.loads.send(PersonIndex(leaf), PersonIndex(ultrapeer), messages, bytes);
    }

    /// Once in `ping_every`: pings all neighbours, who answer with others that they know of; shows the host cache that it lives;
    /// replaces links that are missing; and lays the load of the last round on its lines.
    pub(super) fn round(&mut self, servent: u32) {
        let own = PersonIndex(servent);
        self.list(servent);
        let known = PONGS.min(self.hosts.len() as u64);
        for &link in self.overlay.links(own) {
            self.traffic.pings += 1;
            self.traffic.bytes += PING;
            if link.is_silent() {
                self.loads.lose(own, 1, PING);
                continue;
            }
            self.loads.send(own, link.to, 1, PING);
            self.loads.send(link.to, own, known, known * PONG);
            self.traffic.pongs += known;
            self.traffic.bytes += known * PONG;
        }
        self.servents[servent as usize].tries = 0;
        self.look_for_links(servent);
        let seconds = self.spec.ping_every.as_secs();
        if let Some((up, down)) = self.loads.take(own) {
            self.world.take_off_lines(servent, up as f64 / seconds, down as f64 / seconds, f64::INFINITY);
        }
        let session = self.servents[servent as usize].session;
        self.world.push(self.world.now + self.spec.ping_every, Event::Round { servent, session });
    }
}
