//! The protocol's rules as its documents give them, held against the messages of small swarms; and the table of all rules in
//! `docs/protocol-rules.md`, each with the test that would notice.

mod choking;
mod endgame;
mod presets;
mod requests;
mod super_seeding;
mod table;
mod tracker;

use std::collections::BTreeMap;

use unchoke::record::{Message, Party, Record};
use unchoke::units::{PersonIndex, SimTime};

use crate::swarm_support::{Run, bare_swarm};

const SECOND: u64 = 1_000_000_000;

/// A swarm of one seed, with more classes and settings of the system. Nobody waits for a web server.
fn swarm(size: &str, latency: &str, seed_upload: &str, classes: &str, system: &str) -> String {
    let content = format!("size = \"{size}\"\npiece = \"64 KiB\"");
    let seed = format!("[peers.seed]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"{seed_upload}\"");
    bare_swarm(&content, latency, &format!("{seed}\n{classes}"), system)
}

/// Messages between peers in the order in which they were recorded: requests when they leave, pieces and HAVEs when they
/// arrive.
fn messages(run: &Run) -> impl Iterator<Item = (SimTime, PersonIndex, PersonIndex, Message)> {
    run.records.iter().filter_map(|(at, record)| match *record {
        Record::Message { from: Party::Peer(from), to: Party::Peer(to), message } => {
            Some((*at, from, to, message))
        }
        _ => None,
    })
}

/// What each downloader has asked of each source and not yet got, oldest first, where nobody is choked or snubbed.
#[derive(Default)]
struct Asked(BTreeMap<(PersonIndex, PersonIndex), Vec<(u32, u32)>>);

impl Asked {
    fn of(&self, me: PersonIndex, source: PersonIndex) -> &[(u32, u32)] {
        self.0.get(&(me, source)).map_or(&[], |asked| asked)
    }

    fn by(&self, me: PersonIndex) -> impl Iterator<Item = (PersonIndex, &Vec<(u32, u32)>)> {
        self.0
            .iter()
            .filter(move |((downloader, _), _)| *downloader == me)
            .map(|((_, source), asked)| (*source, asked))
    }

    /// Follows a record; a piece or a cancel that was not asked for is a fault.
    fn see(&mut self, record: &Record) {
        match *record {
            Record::Message { from: Party::Peer(from), to: Party::Peer(to), message } => match message {
                Message::Request { piece, block } => {
                    let asked = self.0.entry((from, to)).or_default();
                    assert!(!asked.contains(&(piece.0, block)), "{from:?} asks {to:?} twice");
                    asked.push((piece.0, block));
                }
                Message::Piece { piece, block } => self.take((to, from), (piece.0, block)),
                Message::Cancel { piece, block } => self.take((from, to), (piece.0, block)),
                _ => {}
            },
            Record::Disconnected { peer, neighbour, .. } => {
                self.0.remove(&(peer, neighbour));
                self.0.remove(&(neighbour, peer));
            }
            _ => {}
        }
    }

    fn take(&mut self, link: (PersonIndex, PersonIndex), block: (u32, u32)) {
        let asked = self.0.entry(link).or_default();
        let at = asked.iter().position(|known| *known == block);
        asked.remove(at.unwrap_or_else(|| panic!("{block:?} on {link:?} was not asked for")));
    }
}
