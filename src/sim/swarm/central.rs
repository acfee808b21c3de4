//! The central parts: the metainfo file from the web server, then the tracker, which names neighbours to dial.

use std::collections::BTreeMap;

use crate::net::{FlowId, LinkId, Network};
use crate::record::{AnnounceEvent, Message, Observer, Party, Record};
use crate::sim::fetch::wire_bytes;
use crate::sim::station::{self, Station};
use crate::spec::{FaultTarget, SwarmSpec};
use crate::units::{FileIndex, MemberIndex, SimDuration};
use crate::workload::Catalogue;

use super::events::Event;
use super::state::{NONE, Presence};
use super::{METAINFO, Swarm};

/// How long a client waits before it tries a central part again that did not answer.
const RETRY: SimDuration = SimDuration::from_whole_secs(30);

/// The web server and the tracker as machines: a line, a queue, and answers under way.
pub struct Central {
    pub web_uplink: Option<LinkId>,
    /// Fetches of the metainfo file under way, by peer.
    fetching: BTreeMap<u32, FlowId>,
    pub web_fetches: u64,
    pub web_refused: u64,
    /// Bytes of all metainfo files.
    pub web_stored: u64,
    /// What has left on the line, but for the fetches under way.
    web_sent: MetainfoSent,
    pub desk: Station,
    /// Answers on their way, by the number in their event.
    answers: Vec<Vec<MemberIndex>>,
    free_answers: Vec<u32>,
}

/// Bytes of metainfo files that have left: on the line, and without headers.
#[derive(Clone, Copy, Default)]
pub struct MetainfoSent {
    pub on_line: f64,
    pub payload: f64,
}

impl MetainfoSent {
    fn add(&mut self, on_line: f64, size: u64, whole_on_line: f64) {
        self.on_line += on_line;
        self.payload += size as f64 * (on_line / whole_on_line);
    }
}

impl Central {
    pub fn new(spec: &SwarmSpec, catalogue: &Catalogue, net: &mut Network) -> Central {
        let metainfo_size = |file| catalogue.file(FileIndex(file)).metainfo_size.0;
        Central {
            web_uplink: spec.web_server.as_ref().map(|server| net.add_link(server.upload)),
            fetching: BTreeMap::new(),
            web_fetches: 0,
            web_refused: 0,
            web_stored: (0..catalogue.len()).map(metainfo_size).sum(),
            web_sent: MetainfoSent::default(),
            // The tracker serves one announce after another.
            desk: Station::new(1, None),
            answers: Vec::new(),
            free_answers: Vec::new(),
        }
    }

    /// Who is fetching the metainfo file at present.
    pub fn web_clients(&self) -> u32 {
        self.fetching.len() as u32
    }

    fn blank_answer(&mut self) -> u32 {
        self.free_answers.pop().unwrap_or_else(|| {
            self.answers.push(Vec::new());
            (self.answers.len() - 1) as u32
        })
    }
}

impl<O: Observer> Swarm<'_, O> {
    /// One round trip opens the connection; the request then takes one way.
    pub(super) fn ask_for_metainfo(&mut self, peer: u32) {
        let one_way = self.world.latency(self.members.person(peer), NONE);
        self.say_to(Party::Peer(self.who(peer)), Party::WebServer, Message::GetMetainfo);
        let session = self.peers[peer as usize].session;
        self.world.push(self.world.now + one_way.times(3), Event::MetainfoRequested { peer, session });
    }

    /// The file goes out as a flow over the server's line; its bytes are seen at their arrival, one latency later.
    pub(super) fn send_metainfo(&mut self, peer: u32) {
        if self.peers[peer as usize].presence != Presence::Joining {
            return;
        }
        if self.world.is_down(FaultTarget::WebServer) {
            return self.metainfo_refused(peer);
        }
        let uplink = self.central.web_uplink.expect("only a web server is asked for the file");
        let size = self.metainfo_bytes(peer);
        let to = (self.members.person(peer), self.peers[peer as usize].downlink);
        let flow = self.world.send((NONE, uplink), to, size, METAINFO | peer);
        self.central.fetching.insert(peer, flow);
    }

    fn metainfo_refused(&mut self, peer: u32) {
        self.central.web_refused += 1;
        let (retry, session) = (self.world.now + RETRY, self.peers[peer as usize].session);
        self.world.push(retry, Event::MetainfoRequested { peer, session });
    }

    fn metainfo_size(&self, peer: u32) -> u64 {
        self.torrent(peer).file.metainfo_size.0
    }

    /// Bytes on the line.
    fn metainfo_bytes(&self, peer: u32) -> f64 {
        wire_bytes(&self.world, self.metainfo_size(peer))
    }

    pub(super) fn metainfo_arrives(&mut self, peer: u32) {
        self.drop_metainfo_flow(peer);
        self.central.web_fetches += 1;
        self.peers[peer as usize].has_metainfo = true;
        self.say_to(Party::WebServer, Party::Peer(self.who(peer)), Message::Metainfo);
        self.world.note(Record::MetainfoFetched { peer: self.who(peer) });
        self.announce(peer, AnnounceEvent::Started);
    }

    /// Ends the peer's fetch of the metainfo file, if there is one.
    pub(super) fn drop_metainfo_flow(&mut self, peer: u32) {
        if let Some(flow) = self.central.fetching.remove(&peer) {
            let sent = self.world.net.stop(self.world.now, flow);
            let (size, whole) = (self.metainfo_size(peer), self.metainfo_bytes(peer));
            self.central.web_sent.add(sent, size, whole);
        }
    }

    /// What has left on the web server's line so far.
    pub(super) fn web_sent(&mut self) -> MetainfoSent {
        let mut sent = self.central.web_sent;
        for (&peer, &flow) in &self.central.fetching {
            let whole = self.metainfo_bytes(peer);
            let on_line = whole - self.world.net.remaining(self.world.now, flow);
            sent.add(on_line, self.metainfo_size(peer), whole);
        }
        sent
    }

    /// Who was fetching the metainfo file tries again.
    pub(super) fn web_server_falls(&mut self) {
        let fetching: Vec<u32> = self.central.fetching.keys().copied().collect();
        for peer in fetching {
            self.drop_metainfo_flow(peer);
            self.metainfo_refused(peer);
        }
    }

    /// HTTP over TCP: a round trip to open, one way for the request.
    pub(super) fn announce(&mut self, peer: u32, event: AnnounceEvent) {
        let one_way = self.world.latency(self.members.person(peer), NONE);
        self.peers[peer as usize].announced_at = self.world.now;
        self.count_announce(peer);
        self.say_to(Party::Peer(self.who(peer)), Party::Tracker, Message::Announce { event });
        let session = self.peers[peer as usize].session;
        self.world.push(self.world.now + one_way.times(3), Event::TrackerHears { peer, event, session });
    }

    /// Whether the tracker has been told in this session that the peer has come, or is about to hear it.
    pub(super) fn has_announced(&self, peer: u32) -> bool {
        let state = &self.peers[peer as usize];
        let has_to_fetch = self.central.web_uplink.is_some() && !state.has_metainfo;
        state.presence == Presence::Online || (state.presence == Presence::Joining && !has_to_fetch)
    }

    /// An announce joins the tracker's queue.
    pub(super) fn tracker_hears(&mut self, peer: u32, event: AnnounceEvent, session: u16) {
        if self.world.is_down(FaultTarget::Tracker) {
            self.central.desk.refuse();
            return self.announce_again(peer, event, session);
        }
        let work = station::work(self.spec.tracker.service, &mut self.world.chance);
        let ticket =
            self.central.desk.accept(self.world.now, work).expect("the tracker's queue has no bound");
        self.world.push(ticket.done, Event::TrackerServes { peer, event, session, epoch: ticket.epoch });
    }

    /// No answer comes: who is not in the swarm yet tries once more.
    fn announce_again(&mut self, peer: u32, event: AnnounceEvent, session: u16) {
        let joins = self.peers[peer as usize].presence == Presence::Joining;
        if event == AnnounceEvent::Started && joins && self.is_current(peer, session) {
            let retry = self.world.now + RETRY;
            self.count_announce(peer);
            self.world.push(retry, Event::TrackerHears { peer, event, session });
        }
    }

    /// The tracker takes the announce down in the list of its torrent, and names others from there.
    pub(super) fn tracker_serves(&mut self, peer: u32, event: AnnounceEvent, session: u16, epoch: u32) {
        if !self.central.desk.complete(self.world.now, epoch) {
            return self.announce_again(peer, event, session);
        }
        let answer = self.central.blank_answer();
        let list = &mut self.central.answers[answer as usize];
        list.clear();
        let torrent = &mut self.torrents[self.sets.torrent(peer)];
        let member = MemberIndex(peer - torrent.first_member);
        torrent.tracker.expire(self.world.now, self.spec.tracker.expiry);
        torrent.tracker.announce(self.world.now, member, event, &mut self.world.chance, list);
        if event == AnnounceEvent::Stopped {
            self.central.free_answers.push(answer);
            return;
        }
        let back = self.world.now + self.world.latency(NONE, self.members.person(peer));
        self.world.push(back, Event::TrackerAnswers { peer, answer, session });
    }

    pub(super) fn tracker_answers(&mut self, peer: u32, answer: u32, session: u16) {
        let list = std::mem::take(&mut self.central.answers[answer as usize]);
        let count = list.len() as u32;
        if self.is_current(peer, session) {
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
        }
        self.central.answers[answer as usize] = list;
        self.central.free_answers.push(answer);
    }

    fn note_answer(&mut self, peer: u32, peers: u32) {
        self.say_to(Party::Tracker, Party::Peer(self.who(peer)), Message::Peers { count: peers });
        self.world.note(Record::Announced { peer: self.who(peer), peers });
        if peers > 0 {
            self.has_found(peer);
        }
    }

    /// The first answer makes a member of the swarm; its timers run from a phase of its own.
    fn enter_swarm(&mut self, peer: u32, peers: u32) {
        self.peers[peer as usize].presence = Presence::Online;
        self.note_answer(peer, peers);
        self.start_clock(peer);
        self.start_rounds(peer);
        let client = self.client(peer);
        let session = self.peers[peer as usize].session;
        let phase = (client.rechoke_every.as_secs() * self.world.chance.unit() * 1e9) as u64;
        self.world.push(self.world.now + SimDuration(phase), Event::Rechoke { peer, session });
        self.world
            .push(self.world.now + client.connections.check_every, Event::TrackerTimer { peer, session });
        self.schedule_revelations(peer);
    }

    /// Asks again when there are too few neighbours or the interval is over.
    pub(super) fn look_for_peers(&mut self, peer: u32) {
        if !self.is_online(peer) {
            return;
        }
        let client = self.client(peer);
        let state = &self.peers[peer as usize];
        let session = state.session;
        let overdue = self.world.now.since(state.announced_at) >= self.spec.tracker.interval;
        if overdue || u32::from(state.connections) < client.connections.min_peers {
            self.announce(peer, AnnounceEvent::Periodic);
        }
        self.world
            .push(self.world.now + client.connections.check_every, Event::TrackerTimer { peer, session });
    }
}
