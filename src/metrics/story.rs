//! One person's run as a story: what happened to it, who unchoked and choked it and why, what it waited for.
//!
//! An observer that keeps lines of text; it prints nothing.

mod files;

use super::names;
use crate::record::{Observer, PersonTotals, Record, Waiting};
use crate::spec::{File, Scenario};
use crate::units::{PersonIndex, SimDuration, SimTime};
use crate::workload::Workload;

/// How far around a moment the story is told in full.
const AROUND: SimDuration = SimDuration::from_whole_secs(30);

/// Listens for one person.
pub struct Story<'a> {
    scenario: &'a Scenario,
    workload: &'a Workload,
    hero: PersonIndex,
    /// Tell only what happened near this moment, but then the hero's own decisions and every piece too.
    around: Option<SimTime>,
    pieces: u32,
    lines: Vec<Line>,
    totals: Option<PersonTotals>,
}

/// A line of the story.
struct Line {
    at: SimTime,
    text: String,
    /// In outline, lines in a row with the same of this are told as one.
    folds: Option<&'static str>,
    /// Lines folded into this one, and when the last of them was.
    more: u32,
    last: SimTime,
}

impl Line {
    fn told(&self) -> String {
        let more = match self.more {
            0 => String::new(),
            1 => ", and one more".into(),
            more => format!(", and {more} more"),
        };
        let until =
            if self.last > self.at { format!(" until {:.2} s", self.last.as_secs()) } else { String::new() };
        format!("{:>10.2} s  {}{more}{until}", self.at.as_secs(), self.text)
    }
}

impl<'a> Story<'a> {
    /// The story of person `hero`, which must be one of the workload's; all of it in outline, or around a moment in full.
    pub fn new(
        scenario: &'a Scenario,
        workload: &'a Workload,
        hero: PersonIndex,
        around: Option<SimTime>,
    ) -> Story<'a> {
        assert!(hero.at() < workload.people.len(), "nobody has the number {}", hero.0);
        Story { scenario, workload, hero, around, pieces: 0, lines: Vec::new(), totals: None }
    }

    /// The story: a line an event in order of time, then what it came to.
    pub fn tell(&self) -> Vec<String> {
        let mut told: Vec<String> = self.lines.iter().map(Line::told).collect();
        if told.is_empty() {
            told.push(match self.around {
                Some(_) => "Nothing happened to it within 30 s of that moment.".into(),
                None => "Nothing happened to it: it never came within the run.".into(),
            });
        }
        told.extend(self.totals.iter().flat_map(|totals| self.outcome(totals)));
        told
    }

    fn outcome(&self, totals: &PersonTotals) -> Vec<String> {
        let bytes = totals.received();
        let sent = totals.sent();
        let end = match (totals.completed, totals.arrived) {
            (Some(completed), Some(arrived)) => {
                format!("finished after {:.2} s", completed.since(arrived).as_secs())
            }
            (None, Some(_)) if totals.wanted_nothing => "had everything from the start".into(),
            (None, Some(_)) => "did not finish".into(),
            (_, None) => "never came".into(),
        };
        let mut lines = vec![format!(
            "In the end {} {end}; it received {bytes} useful bytes and sent {sent}.",
            self.name(self.hero)
        )];
        lines.extend(self.wishes(totals));
        for (what, waited) in Waiting::ALL.into_iter().zip(totals.waited) {
            if waited > SimDuration::ZERO {
                lines.push(format!("  waited {:.2} s {}", waited.as_secs(), names::waiting(what)));
            }
        }
        lines
    }

    /// Pieces of the single file.
    fn file_pieces(&self) -> u32 {
        self.scenario.content.single().map_or(0, File::pieces)
    }

    fn name(&self, person: PersonIndex) -> String {
        names::person(self.scenario, self.workload.people[person.at()].class, person)
    }

    /// Whether a piece is told of: all near the moment asked for, else the first, the last and about every tenth part.
    fn tells_piece(&self) -> bool {
        let tenth = (self.file_pieces() / 10).max(1);
        self.around.is_some() || self.pieces == 1 || self.pieces.is_multiple_of(tenth)
    }

    fn line(&mut self, record: &Record) -> Option<String> {
        let hero = self.hero;
        let own_decisions = self.around.is_some();
        match *record {
            Record::Arrived { peer } if peer == hero => Some("arrives".into()),
            Record::MetainfoFetched { peer } if peer == hero => Some("has the metainfo file".into()),
            Record::Announced { peer, peers } if peer == hero => {
                Some(format!("hears of {peers} peers from the tracker"))
            }
            Record::Connected { from, to } if from == hero => Some(format!("connects to {}", self.name(to))),
            Record::Connected { from, to } if to == hero => {
                Some(format!("is connected to by {}", self.name(from)))
            }
            Record::Disconnected { peer, neighbour, reason } if peer == hero => {
                Some(format!("loses {} ({})", self.name(neighbour), names::disconnect_reason(reason)))
            }
            Record::Unchoked { peer, neighbour, reason, rank, rate } => {
                let why = ranked(names::unchoke_reason(reason), rank, rate);
                self.decided(peer, neighbour, "is unchoked by", "unchokes", &why, own_decisions)
            }
            Record::Rereasoned { peer, neighbour, reason, rank, rate } if own_decisions => {
                let why = ranked(names::unchoke_reason(reason), rank, rate);
                self.decided(peer, neighbour, "stays unchoked by", "keeps unchoked", &why, own_decisions)
            }
            Record::Choked { peer, neighbour, reason, rank, rate } => {
                let why = ranked(names::choke_reason(reason), rank, rate);
                self.decided(peer, neighbour, "is choked by", "chokes", &why, own_decisions)
            }
            Record::Overdue { peer, neighbour, overdue } if peer == hero => Some(if overdue {
                format!("asks others for what {} owes it: unchoked, but nothing comes", self.name(neighbour))
            } else {
                format!("gets blocks from {} again", self.name(neighbour))
            }),
            Record::PieceCompleted { peer, piece, intact } if peer == hero => {
                self.pieces += 1;
                let corrupt = if intact { "" } else { ", corrupt and not noticed" };
                let text = format!(
                    "completes piece {} (its {} of {}{corrupt})",
                    piece.0,
                    self.pieces,
                    self.file_pieces()
                );
                (self.tells_piece() || !intact).then_some(text)
            }
            Record::HashFailed { peer, piece } if peer == hero => {
                Some(format!("throws piece {} away: its hash is wrong", piece.0))
            }
            Record::Banned { peer, neighbour } if peer == hero => {
                Some(format!("bans {}", self.name(neighbour)))
            }
            Record::EndgameStarted { peer } if peer == hero => Some("begins its endgame".into()),
            Record::Finished { peer } if peer == hero => Some(self.has_everything().into()),
            Record::Left { peer, how } if peer == hero => Some(format!("leaves: {}", names::departure(how))),
            // The same facts about others.
            Record::Arrived { .. }
            | Record::MetainfoFetched { .. }
            | Record::Announced { .. }
            | Record::Connected { .. }
            | Record::Disconnected { .. }
            | Record::Rereasoned { .. }
            | Record::Overdue { .. }
            | Record::PieceCompleted { .. }
            | Record::HashFailed { .. }
            | Record::Banned { .. }
            | Record::EndgameStarted { .. }
            | Record::Finished { .. }
            | Record::Left { .. }
            | Record::Message { .. } => None,
            Record::WentAway { .. }
            | Record::CameBack { .. }
            | Record::Wished { .. }
            | Record::Searched { .. }
            | Record::Answered { .. }
            | Record::Refused { .. }
            | Record::TransferStarted { .. }
            | Record::TransferBroken { .. }
            | Record::Fetched { .. }
            | Record::Listed { .. }
            | Record::Unlisted { .. } => self.of_files(record),
        }
    }

    /// A choking decision about the hero, or (only near the moment asked for) its own.
    fn decided(
        &self,
        peer: PersonIndex,
        neighbour: PersonIndex,
        passive: &str,
        active: &str,
        why: &str,
        own_decisions: bool,
    ) -> Option<String> {
        if neighbour == self.hero {
            Some(format!("{passive} {}: {why}", self.name(peer)))
        } else if peer == self.hero && own_decisions {
            Some(format!("{active} {}: {why}", self.name(neighbour)))
        } else {
            None
        }
    }
}

/// Connections come and go by the dozen, and whoever is refused asks again.
fn folds(record: &Record, hero: PersonIndex) -> Option<&'static str> {
    match record {
        Record::Connected { from, .. } => Some(if *from == hero { "connects" } else { "is connected to" }),
        Record::Disconnected { reason, .. } => Some(names::disconnect_reason(*reason)),
        Record::Refused { .. } => Some("refused"),
        Record::Arrived { .. }
        | Record::MetainfoFetched { .. }
        | Record::Announced { .. }
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
        | Record::WentAway { .. }
        | Record::CameBack { .. }
        | Record::Wished { .. }
        | Record::Searched { .. }
        | Record::Answered { .. }
        | Record::TransferStarted { .. }
        | Record::TransferBroken { .. }
        | Record::Fetched { .. }
        | Record::Listed { .. }
        | Record::Unlisted { .. }
        | Record::Message { .. } => None,
    }
}

/// `regular, rank 2, 51.2 kB/s`; people count ranks from 1, the records from 0.
fn ranked(reason: &str, rank: u32, rate: f64) -> String {
    format!("{reason}, rank {}, {:.1} kB/s", u64::from(rank) + 1, rate / 1000.0)
}

impl Observer for Story<'_> {
    fn record(&mut self, at: SimTime, record: &Record) {
        let text = self.line(record);
        let near = |moment: SimTime| at <= moment + AROUND && moment <= at + AROUND;
        let Some(text) = text.filter(|_| self.around.is_none_or(near)) else { return };
        let folds = folds(record, self.hero).filter(|_| self.around.is_none());
        match self.lines.last_mut() {
            Some(line) if folds.is_some() && line.folds == folds => {
                line.more += 1;
                line.last = at;
            }
            Some(_) | None => self.lines.push(Line { at, text, folds, more: 0, last: at }),
        }
    }

    fn person(&mut self, person: &PersonTotals) {
        if person.peer == self.hero {
            self.totals = Some(person.clone());
        }
    }
}

#[cfg(test)]
mod tests;
