//! Searching: a query goes out, and its hits come back.

use std::ops::ControlFlow;

use crate::protocol::gnutella::descriptor;
use crate::protocol::gnutella::sharers::{Answer, Match, Sharers};
use crate::protocol::names::Query;
use crate::protocol::napster::Lexicon;
use crate::record::{Observer, Record};
use crate::units::{FileIndex, PersonIndex, SimDuration, SimTime};
use crate::workload::Catalogue;

use super::obtain::{Hit, Pursuit};
use super::{Event, Gnutella};

/// Who searches looks at the hits so long after the first of them: most come in that time.
const LISTEN: SimDuration = SimDuration::from_whole_secs(2);
/// A search without a hit is given up after this.
const FRUITLESS: SimDuration = SimDuration::from_whole_secs(30);
/// " - " and ".mp3" in a file's name.
const NAME_EXTRAS: usize = 7;

/// What a search looks into, and what it finds.
pub struct Search {
    lexicon: Lexicon,
    sharers: Sharers,
    names: Vec<NameLength>,
    /// Words of all files that each servent shares.
    words: Vec<u32>,
    matching: Vec<FileIndex>,
    matches: Vec<Match>,
    answers: Vec<Answer>,
}

#[derive(Clone, Copy, Debug)]
struct NameLength {
    bytes: u16,
    words: u16,
}

impl Search {
    pub fn new(catalogue: &Catalogue, servents: usize) -> Search {
        let files = || (0..catalogue.len()).map(FileIndex);
        let length = |file| {
            let words = catalogue.words(file);
            NameLength {
                bytes: (catalogue.performer(file).len() + catalogue.title(file).len() + NAME_EXTRAS) as u16,
                words: (words.title.len() + words.performer.len()) as u16,
            }
        };
        Search {
            lexicon: Lexicon::new(files().map(|file| catalogue.words(file))),
            sharers: Sharers::new(catalogue.len()),
            names: files().map(length).collect(),
            words: vec![0; servents],
            matching: Vec::new(),
            matches: Vec::new(),
            answers: Vec::new(),
        }
    }

    pub fn share(&mut self, servent: PersonIndex, file: FileIndex) {
        self.sharers.add(servent, file);
        self.words[servent.at()] += u32::from(self.names[file.at()].words);
    }

    /// Words of the names of all its files, as often as they occur.
    pub fn words_shared(&self, servent: PersonIndex) -> u64 {
        u64::from(self.words[servent.at()])
    }

    pub fn sharers(&self) -> &Sharers {
        &self.sharers
    }

    /// Resolves the query to the files that it matches, ascending.
    fn resolve(&mut self, query: &Query) {
        self.matching.clear();
        self.lexicon.matches(query, |file| {
            self.matching.push(file);
            ControlFlow::Continue(())
        });
        self.matching.sort_unstable();
    }

    fn matches_of(&self, answer: &Answer) -> &[Match] {
        &self.matches[answer.first as usize..(answer.first + answer.files) as usize]
    }

    /// Query hits of an answer: how many descriptors, and their bytes.
    fn hits_of(&self, answer: &Answer) -> (u64, u64) {
        let names = self.matches_of(answer).iter().map(|(_, file)| u64::from(self.names[file.at()].bytes));
        descriptor::query_hits(u64::from(answer.files), names.sum())
    }
}

/// Length of what was typed, in bytes: of each word the longest beginning that all words it may stand for have, and blanks.
fn text_length(catalogue: &Catalogue, query: &Query) -> u64 {
    let vocabulary = catalogue.vocabulary();
    let beginning = |range: &std::ops::Range<u32>| {
        let (first, last) = (&vocabulary[range.start as usize], &vocabulary[range.end as usize - 1]);
        first.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count() + 1
    };
    query.words.iter().map(beginning).sum::<usize>().saturating_sub(1) as u64
}

impl<O: Observer> Gnutella<'_, O> {
    /// Sends a query for the wish, if there is anybody to send it to; else as soon as there is.
    pub(super) fn search_for(&mut self, fetch: u32) {
        let (person, nth) = (self.fetches[fetch].person, self.fetches[fetch].nth as usize);
        let generation = self.fetches.generation(fetch);
        self.forget(fetch);
        let own = PersonIndex(person);
        if self.overlay.links(own).is_empty() && self.overlay.leaves(own).is_empty() {
            self.pursuits[fetch as usize].waits_for_link = Some(generation);
            return;
        }
        let wish = self.world.wish_of(person, nth);
        self.world.note(Record::Searched { peer: PersonIndex(person), file: wish.file });
        let query = self.world.catalogue.query(&wish);
        self.search.resolve(&query);
        self.wave.spread(&self.overlay, PersonIndex(person), self.spec.ttl);
        let Search { sharers, matching, matches, answers, .. } = &mut self.search;
        sharers.answer(matching, &mut self.wave, &self.overlay, matches, answers);
        self.fetches.count_search(fetch, self.folders.online_sharers(wish.file));
        self.count_copies(fetch, descriptor::query(text_length(self.world.catalogue, &query)));
        self.count_hits(fetch);
        let first = self.collect_hits(fetch, wish.file);
        let choose = first.map_or(self.world.now + FRUITLESS, |first| first + LISTEN);
        self.world.push(choose, Event::Choose { fetch, generation });
    }

    /// The servent has a link: what waited for one goes out.
    pub(super) fn linked(&mut self, servent: u32) {
        for fetch in self.fetches.open_of(servent).to_vec() {
            let waits = self.pursuits.get(fetch as usize).and_then(|pursuit| pursuit.waits_for_link);
            if waits == Some(self.fetches.generation(fetch)) {
                self.search_for(fetch);
            }
        }
    }

    /// Writes down the copies of the query, each of so many bytes.
    fn count_copies(&mut self, fetch: u32, bytes: u64) {
        let counts = self.wave.counts();
        self.traffic.queries += counts.copies;
        self.traffic.duplicates += counts.duplicates;
        self.traffic.bytes += counts.copies * bytes;
        self.loads.messages.lost += counts.lost;
        for (servent, sent, received) in self.wave.tally() {
            self.loads.sends(servent, u64::from(sent), u64::from(sent) * bytes);
            self.loads.receives(servent, u64::from(received), u64::from(received) * bytes);
        }
        let totals = &mut self.fetches[fetch].clock.totals;
        totals.messages += counts.copies;
        totals.message_bytes += counts.copies * bytes;
        totals.duplicates += counts.duplicates;
        totals.reached = totals.reached.max(counts.reached);
    }

    /// Writes down the hits, over every link of their way back.
    fn count_hits(&mut self, fetch: u32) {
        let (mut messages, mut bytes) = (0, 0);
        for answer in &self.search.answers {
            let (hits, length) = self.search.hits_of(answer);
            messages += hits * u64::from(answer.hops);
            bytes += length * u64::from(answer.hops);
            self.servents[answer.servent.at()].answered += 1;
            let back = self.wave.way_back(answer.servent);
            for (from, to) in back.zip(self.wave.way_back(answer.servent).skip(1)) {
                self.loads.send(from, to, hits, length);
            }
        }
        self.traffic.hits += messages;
        self.traffic.bytes += bytes;
        let totals = &mut self.fetches[fetch].clock.totals;
        totals.messages += messages;
        totals.message_bytes += bytes;
    }

    /// Keeps the hits that name the file, in the order in which they come, and tells when the first is back.
    fn collect_hits(&mut self, fetch: u32, file: FileIndex) -> Option<SimTime> {
        let mut hits = Vec::new();
        for answer in &self.search.answers {
            let names_it = self.search.matches_of(answer).iter().any(|found| found.1 == file);
            if names_it {
                let supplier = answer.servent.0;
                hits.push(Hit {
                    supplier,
                    one_way: answer.after,
                    back: self.world.now + answer.after.times(2),
                    way: if self.client(supplier).connectable { None } else { Some(self.way_to(supplier)) },
                });
            }
        }
        // The last comes first in the list, so that the next can be taken from its end.
        hits.sort_unstable_by_key(|hit| std::cmp::Reverse((hit.back, hit.supplier)));
        let superfluous = hits.len().saturating_sub(Pursuit::MOST_HITS);
        hits.drain(..superfluous);
        hits.shrink_to_fit();
        let first = hits.last().map(|hit| hit.back);
        self.pursuits[fetch as usize].hits = hits;
        first
    }

    /// The servents from the asker to a supplier, both included.
    fn way_to(&self, supplier: u32) -> Box<[PersonIndex]> {
        let mut way: Vec<PersonIndex> = self.wave.way_back(PersonIndex(supplier)).collect();
        way.reverse();
        way.into()
    }
}
