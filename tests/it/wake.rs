//! No unchoked connection idles while there is something to ask of it: a HAVE, a block set free by a choke, a snub, a
//! departure or a bad hash is asked for at the same instant.
//!
//! The test follows the messages as a network sniffer would and keeps its own books of who could ask whom for what.

use std::collections::{BTreeMap, BTreeSet};

use unchoke::record::{Message, Party, Record};
use unchoke::spec::BLOCK;
use unchoke::units::{PersonIndex, SimDuration, SimTime};
use unchoke::workload::Holdings;

use crate::swarm_support::{Run, WATCHED, only_file};

const ONE_WAY: SimDuration = SimDuration::from_millis(40);

/// What happens at the peer that it happens to: records, with chokes and unchokes at their arrival.
#[derive(Clone, Copy)]
enum Seen {
    Record(Record),
    Choked {
        by: PersonIndex,
        me: PersonIndex,
    },
    Unchoked {
        by: PersonIndex,
        me: PersonIndex,
    },
    /// `by` says that it chokes or no longer chokes; the word is under way.
    Decided {
        by: PersonIndex,
        me: PersonIndex,
        choke: bool,
    },
}

/// Why blocks became free, or useful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum News {
    Have,
    Choke,
    Snub,
    Goodbye,
    BadHash,
}

/// A connection as its downloading end sees it.
#[derive(Default)]
struct Link {
    unchoked: bool,
    /// A choke is under way or here: what is asked for now is refused.
    refuses: bool,
    /// Blocks asked for and not yet here, oldest first.
    asked: Vec<(u32, u32)>,
    /// Blocks that were the oldest when their requests were taken back: they still come if they were on the wire, which
    /// cannot be seen.
    perhaps: Vec<(u32, u32)>,
    /// Pieces that the other is known to have.
    theirs: BTreeSet<u32>,
}

impl Link {
    /// All requests but for a block on the wire.
    fn take_back(&mut self) {
        self.perhaps.extend(self.asked.first());
        self.asked.clear();
    }

    /// Blocks come in the order of their requests, so what was asked for before this one will not come.
    fn receive(&mut self, block: (u32, u32)) {
        match self.perhaps.iter().position(|known| *known == block) {
            Some(at) => drop(self.perhaps.drain(..=at)),
            None => self.perhaps.clear(),
        }
        self.asked.retain(|asked| *asked != block);
    }

    fn is_idle(&self) -> bool {
        self.unchoked && !self.refuses && self.asked.is_empty() && self.perhaps.is_empty()
    }
}

#[derive(Default)]
struct Downloader {
    links: BTreeMap<PersonIndex, Link>,
    complete: BTreeSet<u32>,
    received: BTreeSet<(u32, u32)>,
    active: bool,
}

struct Sniffer<'a> {
    run: &'a Run,
    downloaders: Vec<Downloader>,
    announced: Vec<BTreeSet<u32>>,
    /// Super-seeds: what they announce is for one neighbour alone.
    hiding: BTreeSet<PersonIndex>,
    /// Vanished: nobody knows that it is useless to ask them.
    silent: BTreeSet<PersonIndex>,
    /// Requests over connections that had been idle, by what made them possible.
    woken: BTreeMap<News, u32>,
}

impl<'a> Sniffer<'a> {
    fn new(run: &'a Run) -> Sniffer<'a> {
        let pieces = only_file(&run.scenario).pieces();
        let holdings = |at: usize| match &run.people[at].holds {
            Holdings::Nothing => BTreeSet::new(),
            Holdings::Everything => (0..pieces).collect(),
            Holdings::Pieces(held) => held.iter().copied().collect(),
            Holdings::Files(_) => unreachable!("there is one file"),
        };
        let mut announced: Vec<BTreeSet<u32>> = (0..run.people.len()).map(holdings).collect();
        let downloader = |complete: &BTreeSet<u32>| Downloader {
            complete: complete.clone(),
            active: complete.len() < pieces as usize,
            ..Downloader::default()
        };
        let downloaders = announced.iter().map(downloader).collect();
        let clients = &run.scenario.systems[0].swarm().expect("it is a swarm").clients;
        let hides = |&person: &PersonIndex| {
            clients[run.class_of(person).0 as usize].super_seeding
                && announced[person.at()].len() == pieces as usize
        };
        let hiding: BTreeSet<PersonIndex> =
            (0..run.people.len()).map(PersonIndex::from_usize).filter(hides).collect();
        hiding.iter().for_each(|person| announced[person.at()].clear());
        Sniffer { run, downloaders, announced, hiding, silent: BTreeSet::new(), woken: BTreeMap::new() }
    }

    fn me(&mut self, person: PersonIndex) -> &mut Downloader {
        &mut self.downloaders[person.at()]
    }

    /// Everything in the order of its arrival; then after each instant nobody may idle.
    fn follow(mut self) -> BTreeMap<News, u32> {
        let mut seen: Vec<(SimTime, Seen)> = Vec::new();
        for &(at, record) in &self.run.records {
            match record {
                Record::Message { from: Party::Peer(by), to: Party::Peer(me), message: Message::Choke } => {
                    seen.push((at, Seen::Decided { by, me, choke: true }));
                    seen.push((at + ONE_WAY, Seen::Choked { by, me }));
                }
                Record::Message {
                    from: Party::Peer(by),
                    to: Party::Peer(me),
                    message: Message::Unchoke { .. },
                } => {
                    seen.push((at, Seen::Decided { by, me, choke: false }));
                    seen.push((at + ONE_WAY, Seen::Unchoked { by, me }));
                }
                other => seen.push((at, Seen::Record(other))),
            }
        }
        // Stable: what is simultaneous stays in order.
        seen.sort_by_key(|(at, _)| *at);
        for instant in seen.chunk_by(|a, b| a.0 == b.0) {
            let idle = self.idle();
            let mut news = BTreeSet::new();
            for (_, event) in instant {
                self.see(event, &idle, &mut news);
            }
            self.check(instant[0].0);
        }
        self.woken
    }

    /// Connections that are unchoked and of which nothing is asked, as (downloader, source).
    fn idle(&self) -> BTreeSet<(PersonIndex, PersonIndex)> {
        let mut idle = BTreeSet::new();
        for (at, downloader) in self.downloaders.iter().enumerate().filter(|(_, me)| me.active) {
            for (&source, link) in &downloader.links {
                if link.is_idle() && !self.silent.contains(&source) {
                    idle.insert((PersonIndex::from_usize(at), source));
                }
            }
        }
        idle
    }

    fn see(
        &mut self,
        event: &Seen,
        idle: &BTreeSet<(PersonIndex, PersonIndex)>,
        news: &mut BTreeSet<(PersonIndex, News)>,
    ) {
        match *event {
            Seen::Decided { by, me, choke } => {
                if let Some(link) = self.me(me).links.get_mut(&by) {
                    link.refuses = choke;
                }
            }
            Seen::Unchoked { by, me } => {
                if let Some(link) = self.me(me).links.get_mut(&by) {
                    link.unchoked = true;
                }
            }
            Seen::Choked { by, me } => {
                // A choke that was taken back before it arrived changes nothing.
                if let Some(link) = self.me(me).links.get_mut(&by).filter(|link| link.refuses) {
                    link.unchoked = false;
                    link.take_back();
                    news.insert((me, News::Choke));
                }
            }
            Seen::Record(Record::Connected { from, to }) => {
                for (me, other) in [(from, to), (to, from)] {
                    let theirs = self.announced[other.at()].clone();
                    self.me(me).links.insert(other, Link { theirs, ..Link::default() });
                }
            }
            Seen::Record(Record::Disconnected { peer, neighbour, .. }) => {
                for (me, other) in [(peer, neighbour), (neighbour, peer)] {
                    self.me(me).links.remove(&other);
                    news.insert((me, News::Goodbye));
                }
            }
            Seen::Record(Record::Overdue { peer, neighbour, overdue: true }) => {
                if let Some(link) = self.me(peer).links.get_mut(&neighbour) {
                    link.take_back();
                }
                news.insert((peer, News::Snub));
            }
            Seen::Record(Record::PieceCompleted { peer, piece, .. }) => {
                self.me(peer).complete.insert(piece.0);
            }
            Seen::Record(Record::HashFailed { peer, piece }) => {
                self.me(peer).received.retain(|(of, _)| *of != piece.0);
                news.insert((peer, News::BadHash));
            }
            Seen::Record(Record::Finished { peer }) => self.me(peer).active = false,
            Seen::Record(Record::Left { peer, .. }) => {
                self.me(peer).active = false;
                self.silent.insert(peer);
            }
            Seen::Record(Record::Message { from: Party::Peer(from), to: Party::Peer(to), message }) => {
                self.see_message(from, to, message, idle, news);
            }
            Seen::Record(_) => {}
        }
    }

    fn see_message(
        &mut self,
        from: PersonIndex,
        to: PersonIndex,
        message: Message,
        idle: &BTreeSet<(PersonIndex, PersonIndex)>,
        news: &mut BTreeSet<(PersonIndex, News)>,
    ) {
        match message {
            Message::Have { piece } => {
                if !self.hiding.contains(&from) {
                    self.announced[from.at()].insert(piece.0);
                }
                if let Some(link) = self.me(to).links.get_mut(&from) {
                    link.theirs.insert(piece.0);
                }
                news.insert((to, News::Have));
            }
            Message::Request { piece, block } => {
                if idle.contains(&(from, to)) {
                    for (_, kind) in news.iter().filter(|(me, _)| *me == from) {
                        *self.woken.entry(*kind).or_default() += 1;
                    }
                }
                let link = self.me(from).links.get_mut(&to).expect("only neighbours are asked");
                link.asked.push((piece.0, block));
            }
            Message::Cancel { piece, block } => {
                let link = self.me(from).links.get_mut(&to).expect("only neighbours are asked");
                link.asked.retain(|asked| *asked != (piece.0, block));
            }
            Message::Piece { piece, block } => {
                let me = self.me(to);
                let link = me.links.get_mut(&from).expect("only neighbours send");
                link.receive((piece.0, block));
                me.received.insert((piece.0, block));
            }
            _ => {}
        }
    }

    /// Nobody leaves an unchoked connection idle that could bring a block which nobody is asked for.
    fn check(&self, at: SimTime) {
        for (me, source) in self.idle() {
            let downloader = &self.downloaders[me.at()];
            let asked: BTreeSet<&(u32, u32)> =
                downloader.links.values().flat_map(|link| link.asked.iter().chain(&link.perhaps)).collect();
            let theirs = &downloader.links[&source].theirs;
            for &piece in theirs.difference(&downloader.complete) {
                let blocks = only_file(&self.run.scenario).piece_len(piece).0.div_ceil(BLOCK.0) as u32;
                let free = (0..blocks)
                    .map(|block| (piece, block))
                    .find(|block| !asked.contains(block) && !downloader.received.contains(block));
                assert_eq!(free, None, "at {at} {me:?} could ask the idle {source:?} for this block");
            }
        }
    }
}

fn crowd(piece: &str, classes: &str, system: &str) -> String {
    format!(
        r#"
seed = 8
stop = {{ no-later-than = "20 min", or-when = "everyone-finished" }}
[content]
size = "2500000 B"
piece = "{piece}"
[network]
one-way-latency = "40 ms"
[peers.seed]
count = 1
starts-with = "whole-file"
upload = "600 kbit/s"
download = "8 Mbit/s"
[peers.leecher]
count = 9
upload = "500 kbit/s"
download = "4 Mbit/s"
arrive = {{ randomly-within = "10 s" }}
after-finishing = {{ seed-for = "3 s" }}
{classes}
[systems.crowd]
kind = "bittorrent"
allowed-fast = 0
{system}
"#
    )
}

/// A client that notices news at once: libtorrent looks at an idle connection again only after five seconds, and with a limit of
/// its own lets a request wait for the next tick.
fn attentive(client: &str) -> String {
    format!("client = \"{client}\"\nlook-again-after = \"never\"\nlimiter-tick = \"never\"")
}

fn add(sum: &mut BTreeMap<News, u32>, more: &BTreeMap<News, u32>) {
    more.iter().for_each(|(kind, count)| *sum.entry(*kind).or_default() += count);
}

#[test]
fn an_idle_connection_asks_at_the_instant_of_the_news() {
    let mut woken = BTreeMap::new();
    for client in ["lecture", "mainline-3.4", "mainline-4.0", "libtorrent-2", "transmission-4"] {
        for endgame in ["off", "ask-all", "when-idle"] {
            let system = format!("{}\nendgame = \"{endgame}\"", attentive(client));
            let run = WATCHED.run(&crowd("64 KiB", "", &system));
            run.assert_all_finished();
            let found = Sniffer::new(&run).follow();
            assert!(found.contains_key(&News::Have), "{client}, {endgame}: {found:?}");
            add(&mut woken, &found);
        }
    }
    assert!(woken[&News::Choke] > 10, "{woken:?}");
}

/// A piece that a super-seed reveals is asked for at once where the seed lets us.
#[test]
fn what_a_super_seed_reveals_is_asked_for_at_once() {
    let mut woken = BTreeMap::new();
    for client in ["lecture", "mainline-3.4", "libtorrent-2"] {
        let system = format!("{}\nsuper-seeding = true", attentive(client));
        let run = WATCHED.run(&crowd("64 KiB", "", &system));
        run.assert_all_finished();
        add(&mut woken, &Sniffer::new(&run).follow());
    }
    assert!(woken[&News::Have] > 10, "{woken:?}");
}

/// Peers that go with a word or without: what was asked of them is asked of others, as soon as the silence counts as a
/// snub.
#[test]
fn what_was_asked_of_those_who_go_is_asked_of_others() {
    let leaving = "[peers.ghost]\nlike = \"leecher\"\ncount = 4\nstarts-with = { fraction-of-pieces = 0.7 }\nleaves = { after = \"22 s\" }\ndeparture = \"vanish\"\n\
                   [peers.polite]\nlike = \"ghost\"\nleaves = { after = \"31 s\" }\ndeparture = \"clean\"";
    let mut woken = BTreeMap::new();
    for client in ["lecture", "mainline-4.0", "libtorrent-2"] {
        for picker in ["rarest-first", "sequential"] {
            let system = format!(
                "{}\npicker = \"{picker}\"\nsnub-after = \"15 s\"\nendgame = \"off\"",
                attentive(client)
            );
            let run = WATCHED.run(&crowd("256 KiB", leaving, &system));
            add(&mut woken, &Sniffer::new(&run).follow());
        }
    }
    assert!(woken[&News::Snub] > 0 && woken[&News::Goodbye] > 0, "{woken:?}");
}

/// Pieces of one block have one sender, so a bad one has one culprit and nobody is on parole.
#[test]
fn a_piece_that_failed_its_check_is_asked_for_again_at_once() {
    let poisoner =
        "[peers.poisoner]\nlike = \"seed\"\ncount = 4\nupload = \"100 kbit/s\"\nbehavior = \"corrupt\"";
    let mut woken = BTreeMap::new();
    for client in ["lecture", "mainline-3.4", "transmission-4"] {
        let system = format!("client = \"{client}\"\nendgame = \"off\"");
        let run = WATCHED.run(&crowd("16 KiB", poisoner, &system));
        run.assert_all_finished();
        add(&mut woken, &Sniffer::new(&run).follow());
    }
    assert!(woken[&News::BadHash] > 0, "{woken:?}");
}
