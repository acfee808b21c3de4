//! What a story says about whole files: wishes, searches, transfers, times away.

use super::Story;
use crate::metrics::names;
use crate::record::{PersonTotals, Record};
use crate::units::{FileIndex, PersonIndex};

impl Story<'_> {
    /// The line of a record about files or sessions; nothing for what others did among themselves.
    pub(super) fn of_files(&self, record: &Record) -> Option<String> {
        let hero = self.hero;
        match *record {
            Record::WentAway { peer } if peer == hero => Some("goes away, with what it has".into()),
            Record::CameBack { peer } if peer == hero => Some("comes back".into()),
            Record::Wished { peer, file } if peer == hero => Some(format!("wishes for {}", self.file(file))),
            Record::Searched { peer, file } if peer == hero => {
                Some(format!("searches for {}", self.file(file)))
            }
            Record::Answered { peer, file, suppliers } if peer == hero => Some(match suppliers {
                0 => format!("hears of nobody who has {}", self.file(file)),
                1 => format!("hears of one who has {}", self.file(file)),
                more => format!("hears of {more} who have {}", self.file(file)),
            }),
            Record::Refused { peer, by } if peer == hero => {
                Some(format!("is refused by {}", names::central(by)))
            }
            Record::TransferStarted { from, to, file } => {
                self.transfer(from, to, file, "begins to fetch", "begins to send")
            }
            Record::TransferBroken { from, to, file } => {
                self.transfer(from, to, file, "loses the transfer of", "breaks off the transfer of")
            }
            Record::Fetched { from, to, file } => self.transfer(from, to, file, "has fetched", "has sent"),
            Record::Listed { peer, files } if peer == hero => Some(format!("is listed with {files} files")),
            Record::Unlisted { peer } if peer == hero => Some("is no longer listed".into()),
            Record::WentAway { .. }
            | Record::CameBack { .. }
            | Record::Wished { .. }
            | Record::Searched { .. }
            | Record::Answered { .. }
            | Record::Refused { .. }
            | Record::Listed { .. }
            | Record::Unlisted { .. }
            | Record::Arrived { .. }
            | Record::MetainfoFetched { .. }
            | Record::Announced { .. }
            | Record::Connected { .. }
            | Record::Disconnected { .. }
            | Record::Unchoked { .. }
            | Record::Rereasoned { .. }
            | Record::Choked { .. }
            | Record::Overdue { .. }
            | Record::PieceCompleted { .. }
            | Record::HashFailed { .. }
            | Record::Banned { .. }
            | Record::EndgameStarted { .. }
            | Record::Finished { .. }
            | Record::Left { .. }
            | Record::Message { .. } => None,
        }
    }

    /// A transfer to the hero, or (only near the moment asked for) from it.
    fn transfer(
        &self,
        from: Option<PersonIndex>,
        to: PersonIndex,
        file: FileIndex,
        receives: &str,
        sends: &str,
    ) -> Option<String> {
        if to == self.hero {
            let from = from.map_or_else(|| "a server".to_owned(), |person| self.name(person));
            Some(format!("{receives} {} from {from}", self.file(file)))
        } else if from == Some(self.hero) && self.around.is_some() {
            Some(format!("{sends} {} to {}", self.file(file), self.name(to)))
        } else {
            None
        }
    }

    /// A file of a catalogue by title and performer; its number is the one in `searches.csv`.
    fn file(&self, file: FileIndex) -> String {
        match self.scenario.content.single() {
            Some(_) => "the file".into(),
            None => {
                let catalogue = &self.workload.catalogue;
                let (title, performer) = (catalogue.title(file), catalogue.performer(file));
                format!("\u{201c}{title}\u{201d} by {performer} (file {})", file.0)
            }
        }
    }

    pub(super) fn has_everything(&self) -> &'static str {
        match self.scenario.content.single() {
            Some(_) => "has the whole file",
            None => "has everything that it wished for",
        }
    }

    /// What its wishes came to; nothing to say of a single file.
    pub(super) fn wishes(&self, totals: &PersonTotals) -> Option<String> {
        let were = if totals.fetched == 1 { "was" } else { "were" };
        let wishes = if totals.wishes == 1 { "wish" } else { "wishes" };
        self.scenario.content.single().is_none().then(|| {
            format!(
                "  made {} {wishes}, of which {} {were} fulfilled; answered {} searches of others",
                totals.wishes, totals.fetched, totals.answered
            )
        })
    }
}
