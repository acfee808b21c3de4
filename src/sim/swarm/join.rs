//! The way in: the metainfo file from the web server, then the tracker, then neighbours to dial.

use crate::net::{LinkId, Network};
use crate::protocol::bittorrent::{allowed_fast, bitfield};
use crate::record::{AnnounceEvent, Message, Observer, Party, Record};
use crate::spec::{FaultTarget, SwarmSpec};
use crate::units::{PersonIndex, Rate, SimDuration};
use crate::workload::Holdings;

use super::state::{NONE, Presence};
use super::{Event, METAINFO, Swarm};
use crate::sim::station::{self, Station};

/// How long a client waits before it tries a central part again that did not answer.
const RETRY: SimDuration = SimDuration::from_whole_secs(30);

/// The web server and the tracker as machines: a line, a queue, and answers under way.
pub struct Central {
    web_uplink: Option<LinkId>,
    pub web_clients: u32,
    pub web_fetches: u64,
    pub web_refused: u64,
    pub desk: Station,
    /// Answers on their way, by the number in their event.
    answers: Vec<Vec<PersonIndex>>,
    free_answers: Vec<u32>,
}

impl Central {
    pub fn new(spec: &SwarmSpec, net: &mut Network) -> Central {
        Central {
            web_uplink: spec.web_server.as_ref().map(|server| net.add_link(server.upload)),
            web_clients: 0,
            web_fetches: 0,
            web_refused: 0,
            // The tracker serves one announce after another.
            desk: Station::new(1, None),
            answers: Vec::new(),
            free_answers: Vec::new(),
        }
    }

    fn blank_answer(&mut self) -> u32 {
        self.free_answers.pop().unwrap_or_else(|| {
            self.answers.push(Vec::new());
            (self.answers.len() - 1) as u32
        })
    }
}

impl<O: Observer> Swarm<'_, O> {
    /// The person becomes a member: with what it brings along, and on the way to the metainfo file and the tracker.
    pub(super) fn join(&mut self, peer: u32) {
        let person = &self.world.people[peer as usize];
        self.take_holdings(peer);
        self.peers[peer as usize].presence = Presence::Joining;
        self.reconsider_waiting(peer);
        match self.central.web_uplink {
            // Whoever brings pieces along has had the metainfo file before.
            Some(_) if person.holds == Holdings::Nothing => self.ask_for_metainfo(peer),
            _ => self.announce(peer, AnnounceEvent::Started),
        }
    }

    /// Fills the peer's sets of pieces with what it brings.
    fn take_holdings(&mut self, peer: u32) {
        let pieces = self.geometry.pieces;
        let have = self.sets.have_mut(peer);
        match &self.world.people[peer as usize].holds {
            Holdings::Nothing => {}
            Holdings::Everything => bitfield::fill(have, pieces),
            Holdings::Files(_) => todo!("files of a catalogue"),
            Holdings::Pieces(held) => held.iter().for_each(|&piece| bitfield::insert(have, piece)),
        }
        let mine: Vec<u64> = have.to_vec();
        self.sets.announced_mut(peer).copy_from_slice(&mine);
        let fresh = self.sets.fresh_mut(peer);
        bitfield::fill(fresh, pieces);
        fresh.iter_mut().zip(&mine).for_each(|(fresh, mine)| *fresh &= !mine);
        for piece in bitfield::ones(&mine) {
            self.copies[piece as usize] += 1;
        }
        let complete = bitfield::count(&mine);
        let client = self.client(peer);
        let state = &mut self.peers[peer as usize];
        state.complete = complete;
        self.world.books.add_progress(
            self.world.people[peer as usize].class.at(),
            complete.into(),
            pieces.into(),
        );
        self.glances[peer as usize].is_seed = complete == pieces;
        if client.allowed_fast > 0 {
            let address = allowed_fast::synthetic_ip(PersonIndex(peer));
            let infohash = &self.file.infohash;
            let set = allowed_fast::allowed_fast_set(address, infohash, pieces, client.allowed_fast);
            state.allowed_fast = set.into_iter().map(|piece| piece.0).collect();
            self.glances[peer as usize].asks_while_choked = complete < state.allowed_fast.len() as u32;
        }
    }

    /// One round trip opens the connection; the request then takes one way.
    fn ask_for_metainfo(&mut self, peer: u32) {
        let one_way = self.world.latency(peer, NONE);
        self.say_to(Party::Peer(PersonIndex(peer)), Party::WebServer, Message::GetMetainfo);
        self.world.push(self.world.now + one_way.times(3), Event::MetainfoRequested { peer });
    }

    /// The file goes out as a flow over the server's line; its bytes are seen at their arrival, one latency later.
    pub(super) fn send_metainfo(&mut self, peer: u32) {
        if self.peers[peer as usize].presence != Presence::Joining {
            return;
        }
        if self.world.is_down(FaultTarget::WebServer) {
            self.central.web_refused += 1;
            let retry = self.world.now + RETRY;
            return self.world.push(retry, Event::MetainfoRequested { peer });
        }
        let uplink = self.central.web_uplink.expect("only a web server is asked for the file");
        let size = self.file.metainfo_size.as_f64();
        let downlink = self.peers[peer as usize].downlink;
        let route = self.world.core_route(NONE, peer);
        let flow = self.world.net.start(self.world.now, uplink, route, downlink, Rate::UNLIMITED, size);
        self.world.net.set_tag(flow, METAINFO | peer);
        self.peers[peer as usize].metainfo_flow = Some(flow);
        self.central.web_clients += 1;
    }

    pub(super) fn metainfo_arrives(&mut self, peer: u32) {
        self.drop_metainfo_flow(peer);
        self.central.web_fetches += 1;
        self.say_to(Party::WebServer, Party::Peer(PersonIndex(peer)), Message::Metainfo);
        self.world.note(Record::MetainfoFetched { peer: PersonIndex(peer) });
        self.announce(peer, AnnounceEvent::Started);
    }

    /// Ends the peer's fetch of the metainfo file, if there is one.
    pub(super) fn drop_metainfo_flow(&mut self, peer: u32) {
        if let Some(flow) = self.peers[peer as usize].metainfo_flow.take() {
            self.world.net.stop(self.world.now, flow);
            self.central.web_clients -= 1;
        }
    }

    /// HTTP over TCP: a round trip to open, one way for the request.
    pub(super) fn announce(&mut self, peer: u32, event: AnnounceEvent) {
        let one_way = self.world.latency(peer, NONE);
        self.peers[peer as usize].announced_at = self.world.now;
        self.say_to(Party::Peer(PersonIndex(peer)), Party::Tracker, Message::Announce { event });
        self.world.push(self.world.now + one_way.times(3), Event::TrackerHears { peer, event });
    }

    /// An announce joins the tracker's queue.
    pub(super) fn tracker_hears(&mut self, peer: u32, event: AnnounceEvent) {
        if self.world.is_down(FaultTarget::Tracker) {
            self.central.desk.refuse();
            if event == AnnounceEvent::Started && self.peers[peer as usize].presence == Presence::Joining {
                let retry = self.world.now + RETRY;
                self.world.push(retry, Event::TrackerHears { peer, event });
            }
            return;
        }
        let work = station::work(self.spec.tracker.service, &mut self.world.chance);
        let ticket =
            self.central.desk.accept(self.world.now, work).expect("the tracker's queue has no bound");
        self.world.push(ticket.done, Event::TrackerServes { peer, event });
    }

    pub(super) fn tracker_serves(&mut self, peer: u32, event: AnnounceEvent) {
        self.central.desk.complete(self.world.now, 0);
        self.tracker.expire(self.world.now, self.spec.tracker.expiry);
        let answer = self.central.blank_answer();
        let list = &mut self.central.answers[answer as usize];
        list.clear();
        self.tracker.announce(self.world.now, PersonIndex(peer), event, &mut self.world.chance, list);
        if event == AnnounceEvent::Stopped {
            self.central.free_answers.push(answer);
            return;
        }
        let back = self.world.now + self.world.latency(NONE, peer);
        self.world.push(back, Event::TrackerAnswers { peer, answer });
    }

    pub(super) fn tracker_answers(&mut self, peer: u32, answer: u32) {
        let list = std::mem::take(&mut self.central.answers[answer as usize]);
        let count = list.len() as u32;
        match self.peers[peer as usize].presence {
            Presence::Joining => {
                self.enter_swarm(peer, count);
                self.dial(peer, &list);
                self.reconsider_waiting(peer);
            }
            Presence::Online => {
                self.note_answer(peer, count);
                self.dial(peer, &list);
            }
            Presence::Absent | Presence::Vanished | Presence::Gone => {}
        }
        self.central.answers[answer as usize] = list;
        self.central.free_answers.push(answer);
    }

    fn note_answer(&mut self, peer: u32, peers: u32) {
        self.say_to(Party::Tracker, Party::Peer(PersonIndex(peer)), Message::Peers { count: peers });
        self.world.note(Record::Announced { peer: PersonIndex(peer), peers });
    }

    /// The first answer makes a member of the swarm; its timers run from a phase of its own.
    fn enter_swarm(&mut self, peer: u32, peers: u32) {
        self.peers[peer as usize].presence = Presence::Online;
        self.note_answer(peer, peers);
        let client = self.client(peer);
        let phase = (client.rechoke_every.as_secs() * self.world.chance.unit() * 1e9) as u64;
        self.world.push(self.world.now + SimDuration(phase), Event::Rechoke { peer });
        self.world.push(self.world.now + client.connections.check_every, Event::TrackerTimer { peer });
    }

    /// Asks again when there are too few neighbours or the interval is over.
    pub(super) fn look_for_peers(&mut self, peer: u32) {
        if !self.is_online(peer) {
            return;
        }
        let client = self.client(peer);
        let state = &self.peers[peer as usize];
        let overdue = self.world.now.since(state.announced_at) >= self.spec.tracker.interval;
        if overdue || u32::from(state.connections) < client.connections.min_peers {
            self.announce(peer, AnnounceEvent::Periodic);
        }
        self.world.push(self.world.now + client.connections.check_every, Event::TrackerTimer { peer });
    }
}
