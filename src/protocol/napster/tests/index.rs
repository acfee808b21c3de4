//! The index against a scan of all shared folders.

use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::*;
use smallvec::{SmallVec, smallvec};

use super::super::{Hit, Index, Lexicon, Line};
use crate::protocol::names::{Field, Query, Words};
use crate::rng::Seed;
use crate::units::{FileIndex, PersonIndex};

const WORDS: u32 = 12;
const PERSONS: u32 = 7;

#[derive(Clone, Debug)]
enum Step {
    LogIn { user: u32, line: usize, folder: Vec<usize> },
    LogOut { user: u32 },
    List { user: u32, file: usize },
    Search { query: Query, most: u32 },
    Clear,
}

const LINES: [Line; 4] = [Line::MODEM_33K6, Line::ISDN_128K, Line::T1, Line::T3];

fn words() -> impl Strategy<Value = SmallVec<[u32; 4]>> {
    vec(0..WORDS, 0..5).prop_map(SmallVec::from_vec)
}

fn names() -> impl Strategy<Value = Vec<Words>> {
    vec((words(), words()).prop_map(|(title, performer)| Words { title, performer }), 1..30)
}

fn typed() -> impl Strategy<Value = Range<u32>> {
    // A whole word more often than a beginning; sometimes one beyond all that a name has.
    (0..WORDS + 2, prop_oneof![3 => Just(1u32), 1 => 0..6u32]).prop_map(|(from, len)| from..from + len)
}

fn query() -> impl Strategy<Value = Query> {
    let field = prop_oneof![Just(Field::Title), Just(Field::Performer)];
    (field, vec(typed(), 1..4)).prop_map(|(field, words)| Query { field, words: SmallVec::from_vec(words) })
}

fn step() -> impl Strategy<Value = Step> {
    let user = || 0..PERSONS;
    prop_oneof![
        4 => (user(), 0..LINES.len(), vec(any::<usize>(), 0..20))
            .prop_map(|(user, line, folder)| Step::LogIn { user, line, folder }),
        2 => user().prop_map(|user| Step::LogOut { user }),
        3 => (user(), any::<usize>()).prop_map(|(user, file)| Step::List { user, file }),
        6 => (query(), prop_oneof![0..12u32, Just(1_000)])
            .prop_map(|(query, most)| Step::Search { query, most }),
        1 => Just(Step::Clear),
    ]
}

/// The index, and beside it the shared folders of those online.
struct Both {
    names: Vec<Words>,
    lexicon: Lexicon,
    index: Index,
    folders: Vec<Option<(Line, Vec<FileIndex>)>>,
}

impl Both {
    fn new(names: Vec<Words>) -> Both {
        let lexicon = Lexicon::new(names.iter().cloned());
        let index = Index::new(lexicon.files(), PERSONS);
        Both { names, lexicon, index, folders: vec![None; PERSONS as usize] }
    }

    fn file(&self, any: usize) -> FileIndex {
        FileIndex::from_usize(any % self.names.len())
    }

    fn perform(&mut self, step: Step) {
        match step {
            Step::LogIn { user, line, folder } => self.log_in(PersonIndex(user), LINES[line], &folder),
            Step::LogOut { user } => {
                if let Some((_, folder)) = self.folders[user as usize].take() {
                    assert_eq!(self.index.log_out(PersonIndex(user)) as usize, folder.len());
                }
            }
            Step::List { user, file } => {
                let file = self.file(file);
                if let Some((_, folder)) = &mut self.folders[user as usize]
                    && !folder.contains(&file)
                {
                    folder.push(file);
                    self.index.list(PersonIndex(user), &[file]);
                }
            }
            Step::Search { query, most } => self.search(&query, most),
            Step::Clear => {
                self.folders.fill(None);
                self.index.clear();
            }
        }
    }

    fn log_in(&mut self, user: PersonIndex, line: Line, folder: &[usize]) {
        if self.folders[user.at()].is_some() {
            return;
        }
        let mut folder: Vec<FileIndex> = folder.iter().map(|&any| self.file(any)).collect();
        folder.sort();
        folder.dedup();
        self.index.log_in(user, line);
        self.index.list(user, &folder);
        self.folders[user.at()] = Some((line, folder));
    }

    /// Every file that matches, of everybody who shares it.
    fn scan(&self, query: &Query) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (person, folder) in self.folders.iter().enumerate() {
            let Some((line, files)) = folder else { continue };
            let matching = files.iter().filter(|file| query.matches(&self.names[file.at()]));
            let supplier = PersonIndex::from_usize(person);
            hits.extend(matching.map(|&file| Hit { file, supplier, line: *line }));
        }
        hits.sort();
        hits
    }

    fn search(&mut self, query: &Query, most: u32) {
        let all = self.scan(query);
        let mut answer = Vec::new();
        self.index.search(&self.lexicon, query, most, &mut answer);
        answer.sort();
        assert!(answer.is_sorted_by(|a, b| a < b), "nobody is named twice for a file: {answer:?}");
        assert_eq!(answer.len(), all.len().min(most as usize), "{query:?}, at most {most}");
        assert!(answer.iter().all(|hit| all.binary_search(hit).is_ok()), "{answer:?} of {all:?}");
    }

    /// The books agree with the folders.
    fn check(&self) {
        let online = self.folders.iter().flatten().count();
        let listed: usize = self.folders.iter().flatten().map(|(_, files)| files.len()).sum();
        assert_eq!((self.index.users() as usize, self.index.entries()), (online, listed as u64));
        for (person, folder) in self.folders.iter().enumerate() {
            let person = PersonIndex::from_usize(person);
            assert_eq!(self.index.knows(person), folder.is_some());
            let files = folder.as_ref().map_or(&[][..], |(_, files)| files);
            assert_eq!(self.index.folder(person), files);
        }
        for file in (0..self.names.len()).map(FileIndex::from_usize) {
            let sharers = self.folders.iter().flatten().filter(|(_, files)| files.contains(&file)).count();
            assert_eq!(self.index.copies(file) as usize, sharers);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_search_returns_what_a_scan_of_all_shared_folders_returns(
        names in names(), steps in vec(step(), 0..120)
    ) {
        let mut both = Both::new(names);
        for step in steps {
            both.perform(step);
            both.check();
        }
    }
}

fn one_word(word: u32) -> Words {
    Words { title: SmallVec::from_slice(&[word]), performer: SmallVec::from_slice(&[0]) }
}

fn by_performer() -> Query {
    Query { field: Field::Performer, words: smallvec![0..1] }
}

/// Titles 0, 1, .. of one performer, each shared by so many persons, of whom person 0 shares all that anybody shares.
fn shared_by(sharers: &[u32]) -> Both {
    let mut both = Both::new((0..sharers.len() as u32).map(one_word).collect());
    for person in 0..PERSONS {
        let folder: Vec<usize> = (0..sharers.len()).filter(|&file| sharers[file] > person).collect();
        both.log_in(PersonIndex(person), Line::T1, &folder);
    }
    both
}

fn answer(both: &mut Both, query: &Query, most: u32) -> Vec<(u32, u32)> {
    let mut answer = Vec::new();
    both.index.search(&both.lexicon, query, most, &mut answer);
    answer.iter().map(|hit| (hit.file.0, hit.supplier.0)).collect()
}

#[test]
fn a_bounded_answer_names_one_supplier_of_each_file_before_a_second_of_any() {
    let mut both = shared_by(&[5, 0, 1, 3]);
    // Two whole rounds (three files, then two) make five; the sixth is another of the first file.
    assert_eq!(answer(&mut both, &by_performer(), 6), [(0, 0), (0, 1), (0, 2), (2, 0), (3, 0), (3, 1)]);
    assert_eq!(answer(&mut both, &by_performer(), 2), [(0, 3), (2, 0)], "the most popular files first");
}

#[test]
fn suppliers_take_turns_in_the_order_of_listing() {
    let mut both = shared_by(&[5]);
    let title = Query { field: Field::Title, words: smallvec![0..1] };
    assert_eq!(answer(&mut both, &title, 2), [(0, 0), (0, 1)]);
    assert_eq!(answer(&mut both, &title, 2), [(0, 2), (0, 3)]);
    both.index.log_out(PersonIndex(4));
    both.index.log_out(PersonIndex(0));
    both.index.log_in(PersonIndex(4), Line::T3);
    both.index.list(PersonIndex(4), &[FileIndex(0)]);
    assert_eq!(answer(&mut both, &title, 3), [(0, 4), (0, 1), (0, 2)], "who comes back stands at the end");
}

#[test]
fn a_name_with_two_words_of_one_beginning_is_found_once() {
    let words = |title: &[u32]| Words { title: SmallVec::from_slice(title), performer: SmallVec::new() };
    let lexicon = Lexicon::new([words(&[4, 3, 3]), words(&[4]), words(&[9])].into_iter());
    let query = Query { field: Field::Title, words: smallvec![3..6] };
    let mut found = Vec::new();
    lexicon.matches(&query, |file| {
        found.push(file.0);
        std::ops::ControlFlow::Continue(())
    });
    assert_eq!(found, [0, 1]);
}

#[test]
fn people_who_come_and_go_leave_no_growing_lists() {
    let mut both = shared_by(&[3]);
    let mut stream = Seed { seed: 1, replicate: 0 }.stream("comings and goings");
    for _ in 0..10_000 {
        let user = PersonIndex(stream.below(PERSONS as usize) as u32);
        if both.index.knows(user) {
            both.index.log_out(user);
        } else {
            both.index.log_in(user, Line::T1);
            both.index.list(user, &[FileIndex(0)]);
        }
    }
    assert!(both.index.memory_of(FileIndex(0)) <= 4 * (PERSONS as usize + 8), "entries, dead ones too");
}
