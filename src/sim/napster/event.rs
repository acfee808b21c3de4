//! What can happen in Napster, and which part of it each event concerns.

use crate::record::Observer;
use crate::units::FileIndex;

use super::Napster;
use crate::sim::fetch::FetchEvent;

/// A `session` counts a person's connections, a `login` the server's; a `turn` counts the steps of a hunt. Late events
/// do not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Fetch(FetchEvent),
    /// The person tries to log in (again).
    Dial {
        person: u32,
        session: u32,
    },
    LoginArrives {
        person: u32,
        session: u32,
    },
    /// The first byte of the shared list is at the server.
    ListBegins {
        person: u32,
        session: u32,
    },
    /// The server has worked off the shared list.
    ListRead {
        person: u32,
        server: u32,
        login: u32,
    },
    /// The news of one more shared file is at the server.
    FileArrives {
        person: u32,
        session: u32,
        file: FileIndex,
    },
    FileRead {
        person: u32,
        server: u32,
        login: u32,
        file: FileIndex,
    },
    /// The server hears a goodbye, or notices a silence.
    HungUp {
        person: u32,
        server: u32,
        login: u32,
    },
    SearchArrives {
        fetch: u32,
        turn: u32,
    },
    SearchServed {
        fetch: u32,
        turn: u32,
        server: u32,
        epoch: u32,
    },
    /// The first byte of the answer is at the user.
    AnswerBegins {
        fetch: u32,
        turn: u32,
    },
    /// The server's refusal is at the user.
    SearchRefused {
        fetch: u32,
        turn: u32,
    },
    SearchAgain {
        fetch: u32,
        turn: u32,
    },
    /// All pongs that will come are here.
    Pinged {
        fetch: u32,
        turn: u32,
    },
    /// A download request is at the server.
    RequestArrives {
        fetch: u32,
        turn: u32,
        supplier: u32,
    },
    /// The server's word that the supplier cannot be reached is at the user.
    RequestFails {
        fetch: u32,
        turn: u32,
    },
}

impl From<FetchEvent> for Event {
    fn from(event: FetchEvent) -> Event {
        Event::Fetch(event)
    }
}

impl<O: Observer> Napster<'_, O> {
    /// Whether the session or the step to which the event belongs is over.
    fn is_late(&self, event: Event) -> bool {
        match event {
            Event::Dial { person, session }
            | Event::LoginArrives { person, session }
            | Event::ListBegins { person, session }
            | Event::FileArrives { person, session, file: _ } => {
                !self.links[person as usize].is_current(session)
            }
            Event::AnswerBegins { fetch, turn }
            | Event::SearchRefused { fetch, turn }
            | Event::SearchAgain { fetch, turn }
            | Event::Pinged { fetch, turn }
            | Event::RequestArrives { fetch, turn, supplier: _ }
            | Event::RequestFails { fetch, turn } => !self.hunts[fetch as usize].is_current(turn),
            // A server works off what has arrived, whatever has become of its sender.
            Event::ListRead { .. }
            | Event::FileRead { .. }
            | Event::HungUp { .. }
            | Event::SearchArrives { .. }
            | Event::SearchServed { .. }
            | Event::Fetch(_) => false,
        }
    }

    pub(super) fn perform(&mut self, event: Event) {
        if self.is_late(event) {
            return;
        }
        match event {
            Event::Fetch(event) => {
                let folders = &self.folders;
                let shares = |person, file| folders.shares(person) && folders.holds(person, file);
                self.fetches.handle(&mut self.world, event, shares);
            }
            Event::Dial { person, session: _ } => self.dial(person),
            Event::LoginArrives { person, session: _ } => self.login_arrives(person),
            Event::ListBegins { person, session: _ } => self.list_begins(person),
            Event::ListRead { person, server, login } => self.list_read(person, server, login),
            Event::FileArrives { person, session: _, file } => self.file_arrives(person, file),
            Event::FileRead { person, server, login, file } => self.file_read(person, server, login, file),
            Event::HungUp { person, server, login } => self.hung_up(person, server, login),
            Event::SearchArrives { fetch, turn } => self.search_arrives(fetch, turn),
            Event::SearchServed { fetch, turn, server, epoch } => {
                self.search_served(fetch, turn, server, epoch);
            }
            Event::AnswerBegins { fetch, turn: _ } => self.answer_begins(fetch),
            Event::SearchRefused { fetch, turn: _ } => self.search_later(fetch),
            Event::SearchAgain { fetch, turn: _ } => self.fetches.end_rest(&self.world, fetch),
            Event::Pinged { fetch, turn: _ } | Event::RequestFails { fetch, turn: _ } => self.go_on(fetch),
            Event::RequestArrives { fetch, turn: _, supplier } => self.request_arrives(fetch, supplier),
        }
    }
}
