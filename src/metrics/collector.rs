//! The observer that keeps what the tables need of one run: a record a person, the samples, wishes added up, and (only if the
//! scenario asks) decisions, messages and single wishes. It never decides anything about the run.

use super::central::index_workers;
use super::names;
use super::outages::Outages;
use super::person::PersonRecord;
use super::popularity::RankBins;
use super::rows::{DecisionRow, MessageRow};
use super::run_record::{Line, RunRecord, Sampled};
use super::wishes::{Pace, WishTally};
use crate::record::{Observer, PersonTotals, Record, RunTotals, Sample, ServerSample, WishTotals};
use crate::spec::Scenario;
use crate::units::{PersonIndex, SimTime};
use crate::workload::Person;

/// Collects one run of `scenario.systems[system]`.
pub struct Collector<'a> {
    scenario: &'a Scenario,
    record: RunRecord,
    /// By person: its choking decisions, and those about it, are wanted.
    chosen: Vec<bool>,
}

impl<'a> Collector<'a> {
    /// An observer of the run of that system and replicate on `people`.
    pub fn new(scenario: &'a Scenario, system: usize, replicate: u32, people: &[Person]) -> Collector<'a> {
        let line = |person: &Person| Line {
            class: person.class,
            upload: person.upload.as_f64(),
            download: person.download.as_f64(),
        };
        let mut chosen = vec![false; people.len()];
        for &person in &scenario.output.decisions {
            if let Some(slot) = chosen.get_mut(person as usize) {
                *slot = true;
            }
        }
        Collector {
            scenario,
            record: RunRecord {
                system: scenario.systems[system].label.clone(),
                replicate,
                class_names: scenario.classes.iter().map(|class| class.name.clone()).collect(),
                lines: people.iter().map(line).collect(),
                persons: Vec::new(),
                samples: Vec::new(),
                fault_edges: Vec::new(),
                totals: None,
                decisions: Vec::new(),
                messages: Vec::new(),
                tallies: vec![WishTally::default(); scenario.classes.len()],
                pace: Pace::new(scenario.output.sample_every),
                ranks: RankBins::new(scenario.content.files()),
                outages: Outages::new(scenario, system),
                wishes: Vec::new(),
                index_workers: index_workers(&scenario.systems[system].kind),
                in_pieces: scenario.systems[system].swarm().is_some(),
            },
            chosen,
        }
    }

    /// What the run left, once it has ended.
    pub fn finish(self) -> RunRecord {
        self.record
    }

    fn name(&self, person: PersonIndex) -> String {
        names::person(self.scenario, self.record.lines[person.at()].class, person)
    }

    fn decision(&mut self, at: SimTime, decision: &Decision) {
        let Decision { peer, neighbour, action, reason, ranked } = *decision;
        if !self.chosen[peer.at()] && !self.chosen[neighbour.at()] {
            return;
        }
        let class = self.record.lines[neighbour.at()].class;
        self.record.decisions.push(DecisionRow {
            system: self.record.system.clone(),
            replicate: self.record.replicate,
            time_s: at.as_secs(),
            peer: peer.0,
            neighbour: neighbour.0,
            neighbour_class: self.record.class_names[class.at()].clone(),
            action: action.into(),
            reason: reason.into(),
            rank: ranked.map(|(rank, _)| rank),
            rate_bytes_per_s: ranked.map(|(_, rate)| rate),
        });
    }
}

struct Decision {
    peer: PersonIndex,
    neighbour: PersonIndex,
    action: &'static str,
    reason: &'static str,
    ranked: Option<(u32, f64)>,
}

impl Observer for Collector<'_> {
    fn record(&mut self, at: SimTime, record: &Record) {
        let decision = match *record {
            Record::Message { from, to, message } => {
                let row = MessageRow {
                    system: self.record.system.clone(),
                    replicate: self.record.replicate,
                    time_s: at.as_secs(),
                    from: names::party(from, |person| self.name(person)),
                    to: names::party(to, |person| self.name(person)),
                    message: names::message(message),
                };
                self.record.messages.push(row);
                return;
            }
            Record::Unchoked { peer, neighbour, reason, rank, rate } => Decision {
                peer,
                neighbour,
                action: "unchoke",
                reason: names::unchoke_reason(reason),
                ranked: Some((rank, rate)),
            },
            Record::Rereasoned { peer, neighbour, reason, rank, rate } => Decision {
                peer,
                neighbour,
                action: "keep",
                reason: names::unchoke_reason(reason),
                ranked: Some((rank, rate)),
            },
            Record::Choked { peer, neighbour, reason, rank, rate } => Decision {
                peer,
                neighbour,
                action: "choke",
                reason: names::choke_reason(reason),
                ranked: Some((rank, rate)),
            },
            Record::Disconnected { peer, neighbour, reason } => Decision {
                peer,
                neighbour,
                action: "disconnect",
                reason: names::disconnect_reason(reason),
                ranked: None,
            },
            Record::MetainfoFetched { .. }
            | Record::Announced { .. }
            | Record::Connected { .. }
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
            | Record::Refused { .. }
            | Record::TransferStarted { .. }
            | Record::TransferBroken { .. }
            | Record::Fetched { .. }
            | Record::Listed { .. }
            | Record::Arrived { .. }
            | Record::Unlisted { .. } => return,
        };
        self.decision(at, &decision);
    }

    fn sample(&mut self, at: SimTime, sample: &Sample) {
        assert_eq!(sample.classes.len(), self.record.class_names.len(), "a sample has every class");
        self.record.samples.push(Sampled { at, sample: sample.clone() });
    }

    fn fault_edge(&mut self, at: SimTime, servers: &[ServerSample]) {
        self.record.fault_edges.push((at, servers.to_vec()));
    }

    fn wish(&mut self, wish: &WishTotals) {
        let record = &mut self.record;
        record.tallies[record.lines[wish.peer.at()].class.at()].add(wish);
        record.pace.add(wish);
        record.ranks.add(wish);
        record.outages.add(wish);
        if self.scenario.output.searches || self.scenario.output.warm_up.is_some() {
            record.wishes.push(*wish);
        }
    }

    fn person(&mut self, person: &PersonTotals) {
        assert_eq!(person.peer.at(), self.record.persons.len(), "persons come in order");
        // All at once: growing step by step would hold up to twice as much, while the simulation is still in memory.
        self.record.persons.reserve_exact(self.record.lines.len() - self.record.persons.len());
        self.record.persons.push(PersonRecord::new(person));
    }

    fn end(&mut self, _at: SimTime, totals: &RunTotals) {
        self.record.totals = Some(totals.clone());
    }

    fn wants_messages(&self) -> bool {
        self.scenario.output.messages
    }
}

#[cfg(test)]
mod tests;
