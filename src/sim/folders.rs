//! Shared folders: which whole files each person holds, and how many persons online share each file.

use crate::strategy;
use crate::units::FileIndex;
use crate::workload::{Catalogue, Holdings, Person};

pub struct Folders<'a> {
    people: &'a [Person],
    files: u32,
    /// Files fetched in the run, by person, ascending.
    fetched: Vec<Vec<FileIndex>>,
    /// Persons online who share it, by file.
    online: Vec<u32>,
    /// Content held by persons online, in bytes.
    stored: u64,
}

impl<'a> Folders<'a> {
    /// Everybody is offline.
    pub fn new(people: &'a [Person], catalogue: &Catalogue) -> Folders<'a> {
        let files = catalogue.len();
        Folders {
            people,
            files,
            fetched: vec![Vec::new(); people.len()],
            online: vec![0; files as usize],
            stored: 0,
        }
    }

    pub fn shares(&self, person: u32) -> bool {
        strategy::uploads(self.people[person as usize].behavior)
    }

    /// Whether the person has the whole file.
    pub fn holds(&self, person: u32, file: FileIndex) -> bool {
        let from_start = match &self.people[person as usize].holds {
            Holdings::Nothing | Holdings::Pieces(_) => false,
            Holdings::Everything => true,
            Holdings::Files(files) => files.binary_search(&file).is_ok(),
        };
        from_start || self.fetched[person as usize].binary_search(&file).is_ok()
    }

    /// All files that the person holds: those from the start, then those fetched.
    pub fn files(&self, person: u32) -> impl Iterator<Item = FileIndex> + '_ {
        let (listed, all) = match &self.people[person as usize].holds {
            Holdings::Nothing | Holdings::Pieces(_) => (&[][..], 0),
            Holdings::Everything => (&[][..], self.files),
            Holdings::Files(files) => (&files[..], 0),
        };
        let from_start = (0..all).map(FileIndex).chain(listed.iter().copied());
        from_start.chain(self.fetched[person as usize].iter().copied())
    }

    /// The person, who is online, has the whole file from now on.
    pub fn add(&mut self, person: u32, file: FileIndex, catalogue: &Catalogue) {
        let fetched = &mut self.fetched[person as usize];
        let place = fetched.binary_search(&file).expect_err("a file is fetched once");
        fetched.insert(place, file);
        self.stored += catalogue.size(file).0;
        if self.shares(person) {
            self.online[file.at()] += 1;
        }
    }

    pub fn comes(&mut self, person: u32, catalogue: &Catalogue) {
        self.count(person, catalogue, 1);
    }

    pub fn goes(&mut self, person: u32, catalogue: &Catalogue) {
        self.count(person, catalogue, -1);
    }

    fn count(&mut self, person: u32, catalogue: &Catalogue, change: i32) {
        let shares = self.shares(person);
        let held: Vec<FileIndex> = self.files(person).collect();
        for file in held {
            self.stored = self.stored.wrapping_add_signed(i64::from(change) * catalogue.size(file).0 as i64);
            if shares {
                let online = &mut self.online[file.at()];
                *online = online.checked_add_signed(change).expect("who goes had come");
            }
        }
    }

    /// Persons online who share the file.
    pub fn online_sharers(&self, file: FileIndex) -> u32 {
        self.online[file.at()]
    }

    /// Content held by persons online, in bytes.
    pub fn stored_bytes(&self) -> u64 {
        self.stored
    }
}
