//! The index: who is logged in, who shares which file, and what a search is answered.
//!
//! Dense memory: 4 bytes an entry in its user's list and 8 in its file's. Listing a file writes to both; logging out
//! only reads the user's own list ([`suppliers`](super::suppliers) says why).

use std::ops::ControlFlow;

use crate::protocol::names::Query;
use crate::units::{FileIndex, PersonIndex};

use super::suppliers::{Entry, Suppliers};
use super::{Lexicon, Line};

/// One line of an answer (message 201).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub file: FileIndex,
    pub supplier: PersonIndex,
    pub line: Line,
}

/// One server's memory.
#[derive(Clone, Debug)]
pub struct Index {
    /// By person: what an answer needs of each supplier.
    sessions: Vec<Session>,
    /// By person, in the order of listing.
    folders: Vec<Vec<FileIndex>>,
    /// By file: its entries that count, and all its entries.
    copies: Vec<u32>,
    suppliers: Vec<Suppliers>,
    /// Logins so far.
    logins: u32,
    users: u32,
    entries: u64,
    /// The files of the present answer, and how many of their suppliers it names.
    found: Vec<(FileIndex, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Session {
    /// The number of the login, or [`NOBODY`].
    login: u32,
    line: Line,
}

/// The login of who is not logged in.
const NOBODY: u32 = u32::MAX;

impl Index {
    pub fn new(files: u32, persons: u32) -> Index {
        Index {
            sessions: vec![Session { login: NOBODY, line: Line::UNKNOWN }; persons as usize],
            folders: vec![Vec::new(); persons as usize],
            copies: vec![0; files as usize],
            suppliers: vec![Suppliers::default(); files as usize],
            logins: 0,
            users: 0,
            entries: 0,
            found: Vec::new(),
        }
    }

    /// Users logged in.
    pub fn users(&self) -> u32 {
        self.users
    }

    /// Files listed, each once for each user who lists it.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    pub fn knows(&self, user: PersonIndex) -> bool {
        self.sessions[user.at()].login != NOBODY
    }

    /// Whether the user is logged in, and by this login.
    pub fn is_current(&self, user: PersonIndex, login: u32) -> bool {
        self.sessions[user.at()].login == login
    }

    /// The files that it lists for this user, in the order of listing.
    pub fn folder(&self, user: PersonIndex) -> &[FileIndex] {
        &self.folders[user.at()]
    }

    /// How many users share the file.
    #[cfg(test)]
    pub fn copies(&self, file: FileIndex) -> u32 {
        self.copies[file.at()]
    }

    /// Entries kept for a file, those of past logins too.
    #[cfg(test)]
    pub fn memory_of(&self, file: FileIndex) -> usize {
        self.suppliers[file.at()].kept()
    }

    /// A user comes (message 2); nothing of its is listed yet. Returns the number of its login.
    pub fn log_in(&mut self, user: PersonIndex, line: Line) -> u32 {
        let session = &mut self.sessions[user.at()];
        assert!(session.login == NOBODY, "{user:?} is logged in");
        assert!(self.logins < NOBODY, "fewer than 2^32 logins");
        let login = self.logins;
        *session = Session { login, line };
        self.logins += 1;
        self.users += 1;
        login
    }

    /// A user shares these files too (message 100 for each); none of them is listed for it already.
    pub fn list(&mut self, user: PersonIndex, files: &[FileIndex]) {
        let login = self.sessions[user.at()].login;
        assert!(login != NOBODY, "{user:?} lists files without a login");
        self.folders[user.at()].extend_from_slice(files);
        self.entries += files.len() as u64;
        look_ahead(files.iter().map(|&file| self.suppliers[file.at()].last_entry()));
        for &file in files {
            let copies = &mut self.copies[file.at()];
            let entry = Entry { user, login };
            self.suppliers[file.at()].push(entry, *copies, counts(&self.sessions));
            *copies += 1;
        }
    }

    /// A user goes, and all that it shared; returns how many files that was.
    pub fn log_out(&mut self, user: PersonIndex) -> u32 {
        assert!(self.knows(user), "{user:?} is not logged in");
        self.sessions[user.at()].login = NOBODY;
        let folder = std::mem::take(&mut self.folders[user.at()]);
        folder.iter().for_each(|file| self.copies[file.at()] -= 1);
        self.entries -= folder.len() as u64;
        self.users -= 1;
        folder.len() as u32
    }

    /// The server starts anew and knows nobody.
    pub fn clear(&mut self) {
        self.sessions.iter_mut().for_each(|session| session.login = NOBODY);
        self.folders.fill_with(Vec::new);
        self.copies.fill(0);
        self.suppliers.iter_mut().for_each(Suppliers::clear);
        (self.users, self.entries) = (0, 0);
    }

    /// Adds to `answer` the suppliers of the files that the query matches, at most `most` (message 200). If there are
    /// more, files are taken in the order of [`Lexicon::matches`], and one supplier of each before a second of any; of
    /// one file they come in the order of listing, going on where the last answer stopped.
    pub fn search(&mut self, lexicon: &Lexicon, query: &Query, most: u32, answer: &mut Vec<Hit>) {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        let mut listed = 0;
        lexicon.matches(query, |file| {
            let copies = self.copies[file.at()];
            if copies > 0 && most > 0 {
                listed += u64::from(copies);
                found.push((file, copies));
            }
            // With one supplier of each the answer is full: no other file would be in it.
            if (found.len() as u32) < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        if listed > u64::from(most) {
            share_out(most, &mut found);
        }
        look_ahead(found.iter().map(|&(file, _)| self.suppliers[file.at()].next_entry()));
        for &(file, some) in &found {
            let tell = |entry: Entry| {
                answer.push(Hit { file, supplier: entry.user, line: self.sessions[entry.user.at()].line });
            };
            let counts = counts(&self.sessions);
            self.suppliers[file.at()].next(some, self.copies[file.at()], counts, tell);
        }
        self.found = found;
    }

    /// Whether all books agree; if not, says which do not.
    ///
    /// # Errors
    /// A sentence.
    pub fn check(&self) -> Result<(), String> {
        let users = self.sessions.iter().filter(|session| session.login != NOBODY).count();
        if users != self.users as usize {
            return Err(format!("{users} users are logged in, {} are counted", self.users));
        }
        let mut copies = vec![0; self.copies.len()];
        self.folders.iter().flatten().for_each(|file| copies[file.at()] += 1);
        if copies != self.copies {
            return Err("users list other files than are counted by file".to_owned());
        }
        let entries: u64 = copies.iter().map(|&copies| u64::from(copies)).sum();
        if entries != self.entries {
            return Err(format!("{entries} entries are listed, {} are counted", self.entries));
        }
        let counts = counts(&self.sessions);
        let wrong = self.suppliers.iter().zip(copies).position(|(all, copies)| all.live(&counts) != copies);
        match wrong {
            Some(file) => Err(format!("file {file} has other suppliers than users who list it")),
            None => Ok(()),
        }
    }
}

/// Lists lie anywhere in memory. Looking at one place in all of them first, which the processor does for several at
/// once, hides most of the wait for each.
fn look_ahead<'a>(places: impl Iterator<Item = Option<&'a Entry>>) {
    let seen = places.map(|entry| entry.map_or(0, |entry| entry.login));
    std::hint::black_box(seen.fold(0, u32::wrapping_add));
}

/// Whether an entry is of a login that lasts.
fn counts(sessions: &[Session]) -> impl Fn(Entry) -> bool {
    |entry| sessions[entry.user.at()].login == entry.login
}

/// Cuts the numbers of copies down to `most` in all, which is less than their sum: as if the files took turns.
fn share_out(most: u32, found: &mut [(FileIndex, u32)]) {
    let (mut left, mut turns) = (most, 0);
    // Whole rounds, as long as one more is affordable; a file that has no more copies sits out.
    loop {
        let eager = found.iter().filter(|&&(_, copies)| copies > turns).count() as u32;
        if eager > left {
            break;
        }
        left -= eager;
        turns += 1;
    }
    for (_, copies) in found {
        let extra = *copies > turns && left > 0;
        *copies = (*copies).min(turns) + u32::from(extra);
        left -= u32::from(extra);
    }
}
