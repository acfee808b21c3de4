//! A user's connection to its server: login, shared list, news of more files, goodbye; and what an outage does to it.

use crate::net::FlowId;
use crate::protocol::napster::{Line, message};
use crate::record::{Central, Observer, Record};
use crate::units::{FileIndex, PersonIndex, SimDuration};

use super::{Event, LIST, Napster, Server};
use crate::sim::fetch::wire_bytes;
use crate::sim::world::NONE;

/// Who finds no server tries again so often.
const DIAL_AGAIN: SimDuration = SimDuration::from_whole_secs(30);
/// A server notices a dead connection after so much silence.
const SILENCE: SimDuration = SimDuration::from_whole_secs(120);

#[derive(Clone, Debug, Default)]
pub struct Link {
    pub state: LinkState,
    /// The server of the present session.
    pub server: u32,
    /// Counts sessions.
    session: u32,
    /// The server's number for the session, once it knows of it.
    pub login: Option<u32>,
    /// The shared list on its way.
    flow: Option<FlowId>,
    /// Files held of which the server has not worked off the news: they are not in the list.
    pub news: Vec<FileIndex>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkState {
    /// The machine is off, or will try again.
    #[default]
    Closed,
    /// The login is on its way, or its answer.
    LoggingIn,
    /// The shared list is on its way. What the user says meanwhile goes out after it.
    Listing,
    Open,
}

impl Link {
    pub fn is_current(&self, session: u32) -> bool {
        self.session == session
    }

    /// The session is over; what still happens to it does not matter any more.
    fn close(&mut self) -> Option<FlowId> {
        self.state = LinkState::Closed;
        self.session += 1;
        self.login = None;
        self.news.clear();
        self.flow.take()
    }
}

impl<O: Observer> Napster<'_, O> {
    pub(super) fn is_connected(&self, person: u32) -> bool {
        self.links[person as usize].state == LinkState::Open
    }

    /// Connects to one of the servers and logs in: one and a half round trips until the server knows.
    pub(super) fn dial(&mut self, person: u32) {
        let server = self.world.chance.below(self.servers.len()) as u32;
        let link = &mut self.links[person as usize];
        assert_eq!(link.state, LinkState::Closed, "a user has one connection");
        link.session += 1;
        link.state = LinkState::LoggingIn;
        link.server = server;
        let session = link.session;
        self.tally.traffic.bytes += message::LOGIN.0;
        let there = self.world.now + self.world.latency(person, NONE).times(3);
        self.world.push(there, Event::LoginArrives { person, session });
    }

    pub(super) fn login_arrives(&mut self, person: u32) {
        let server = self.links[person as usize].server;
        if !self.is_up(server) {
            self.servers[server as usize].station.refuse();
            self.tally.vain_logins += 1;
            self.world.note(Record::Refused { peer: PersonIndex(person), by: Central::Index(server) });
            self.links[person as usize].close();
            return self.dial_later(person, DIAL_AGAIN);
        }
        // A session of which the server still thinks that it lasts gives way to the new one.
        self.forget(person, server);
        let line = Line::of(self.world.people[person as usize].upload);
        let login = self.servers[server as usize].index.log_in(PersonIndex(person), line);
        let link = &mut self.links[person as usize];
        link.login = Some(login);
        let session = link.session;
        self.tally.traffic.bytes += message::LOGIN_ACK.0;
        let begins = self.world.now + self.world.round_trip(person, NONE);
        self.world.push(begins, Event::ListBegins { person, session });
    }

    fn dial_later(&mut self, person: u32, wait: SimDuration) {
        let session = self.links[person as usize].session;
        self.world.push(self.world.now + wait, Event::Dial { person, session });
    }

    /// The server has said welcome, and the list begins to arrive there.
    pub(super) fn list_begins(&mut self, person: u32) {
        let shares = self.folders.shares(person);
        let files = if shares { self.folders.files(person).count() as u32 } else { 0 };
        if files == 0 {
            return self.open(person);
        }
        self.tally.traffic.bytes += message::list(files).0;
        let bytes = wire_bytes(&self.world, message::list(files).0);
        let link = &self.links[person as usize];
        let to = (NONE, self.servers[link.server as usize].downlink);
        let flow = self.world.send((person, self.world.uplink(person)), to, bytes, LIST | person);
        let link = &mut self.links[person as usize];
        link.state = LinkState::Listing;
        link.flow = Some(flow);
    }

    /// The last byte of the list is at the server, which works it off entry by entry.
    pub(super) fn list_ends(&mut self, person: u32) {
        let files = self.listed_now(person).count() as u64;
        let link = &mut self.links[person as usize];
        let flow = link.flow.take().expect("its flow is due");
        let (server, login) = (link.server, link.login.expect("who lists is logged in"));
        self.world.net.stop(self.world.now, flow);
        let work = self.spec.index.entry_service.times(files);
        let done = self.servers[server as usize].station.burden(self.world.now, work);
        self.world.push(done, Event::ListRead { person, server, login });
        self.open(person);
        for file in self.links[person as usize].news.clone() {
            self.tell_of(person, file);
        }
    }

    /// What the person shares, but for the files of which it tells one by one.
    fn listed_now(&self, person: u32) -> impl Iterator<Item = FileIndex> + '_ {
        let news = &self.links[person as usize].news;
        self.folders.files(person).filter(move |file| !news.contains(file))
    }

    /// The user can say what it wants: searches that waited for this go out.
    fn open(&mut self, person: u32) {
        self.links[person as usize].state = LinkState::Open;
        self.resume_hunts(person);
    }

    pub(super) fn list_read(&mut self, person: u32, server: u32, login: u32) {
        let index = &self.servers[server as usize].index;
        if !index.is_current(PersonIndex(person), login) {
            return;
        }
        // News that overtook the list at another worker is there already.
        let known = index.folder(PersonIndex(person));
        let files: Vec<FileIndex> = self.listed_now(person).filter(|file| !known.contains(file)).collect();
        self.list(person, server, &files);
    }

    fn list(&mut self, person: u32, server: u32, files: &[FileIndex]) {
        let index = &mut self.servers[server as usize].index;
        let peer = PersonIndex(person);
        index.list(peer, files);
        let files = index.folder(peer).len() as u32;
        self.world.note(Record::Listed { peer, files });
    }

    /// A fetched file is shared from now on, and the server told of it if there is one.
    pub(super) fn share_another(&mut self, person: u32, file: FileIndex) {
        let state = self.links[person as usize].state;
        if self.folders.shares(person) && matches!(state, LinkState::Listing | LinkState::Open) {
            self.links[person as usize].news.push(file);
            if state == LinkState::Open {
                self.tell_of(person, file);
            }
        }
    }

    fn tell_of(&mut self, person: u32, file: FileIndex) {
        let session = self.links[person as usize].session;
        self.tally.traffic.bytes += message::SHARED_FILE.0;
        let there = self.world.now + self.world.latency(person, NONE);
        self.world.push(there, Event::FileArrives { person, session, file });
    }

    pub(super) fn file_arrives(&mut self, person: u32, file: FileIndex) {
        let link = &self.links[person as usize];
        let (server, login) = (link.server, link.login.expect("who tells is logged in"));
        let work = self.spec.index.entry_service;
        let done = self.servers[server as usize].station.burden(self.world.now, work);
        self.world.push(done, Event::FileRead { person, server, login, file });
    }

    pub(super) fn file_read(&mut self, person: u32, server: u32, login: u32, file: FileIndex) {
        let index = &self.servers[server as usize].index;
        let known = index.folder(PersonIndex(person)).contains(&file);
        if index.is_current(PersonIndex(person), login) && !known {
            self.links[person as usize].news.retain(|news| *news != file);
            self.list(person, server, &[file]);
        }
    }

    /// The person's machine goes off: the server hears of it, or notices its silence.
    pub(super) fn hang_up(&mut self, person: u32, vanishes: bool) {
        let link = &mut self.links[person as usize];
        let (server, login) = (link.server, link.login);
        if let Some(flow) = link.close() {
            self.world.net.stop(self.world.now, flow);
        }
        if let Some(login) = login {
            let after = if vanishes { SILENCE } else { self.world.latency(person, NONE) };
            self.world.push(self.world.now + after, Event::HungUp { person, server, login });
        }
    }

    pub(super) fn hung_up(&mut self, person: u32, server: u32, login: u32) {
        if self.servers[server as usize].index.is_current(PersonIndex(person), login) {
            self.forget(person, server);
        }
    }

    /// The server takes the user's entries out: they count no longer at once, and clearing up costs its time.
    fn forget(&mut self, person: u32, server: u32) {
        let peer = PersonIndex(person);
        let Server { index, station, .. } = &mut self.servers[server as usize];
        if index.knows(peer) {
            let files = index.log_out(peer);
            station.burden(self.world.now, self.spec.index.entry_service.times(u64::from(files)));
            self.world.note(Record::Unlisted { peer });
        }
    }

    /// The server is switched off: it forgets all, and its users try to log in again, not all at the same moment.
    pub(super) fn fall(&mut self, server: u32) {
        self.servers[server as usize].station.drop_all(self.world.now);
        for person in 0..self.links.len() as u32 {
            if self.servers[server as usize].index.knows(PersonIndex(person)) {
                self.world.note(Record::Unlisted { peer: PersonIndex(person) });
            }
            let link = &mut self.links[person as usize];
            if link.server != server || link.login.is_none() {
                continue;
            }
            if let Some(flow) = link.close() {
                self.world.net.stop(self.world.now, flow);
            }
            self.strand_hunts(person);
            let wait = DIAL_AGAIN.as_secs() * self.world.chance.unit();
            self.dial_later(person, SimDuration::from_secs(wait));
        }
        self.servers[server as usize].index.clear();
    }
}
