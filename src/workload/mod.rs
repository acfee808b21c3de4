//! From the scenario to people: who comes, when, with which line, holding what.
//!
//! Everything here is drawn before the run from (seed, replicate, purpose, person), so that each system and each arm
//! of a comparison meets the same people. Nothing here knows a system, reads a file or a clock.
//!
//! Persons are numbered so: first the classes with a count, in the order of the file, then the population that the
//! classes with a fraction share. A draw is keyed by what stays when the scenario is varied: a person of the population
//! by its index there, a person of a counted class by the class's name and its index in it. So another class of seeds
//! moves nobody else's draws, and neither does a larger fraction of free riders.

mod arrivals;
mod capacities;
mod catalogue;
mod classes;
mod fenwick;
mod holdings;
mod names;
mod normal;
mod popularity;
mod samplers;
mod sessions;
mod wishes;
mod words;

pub use catalogue::Catalogue;

use crate::protocol::names::Field;
use crate::rng::{Seed, Stream};
use crate::spec::{Behavior, ClassSize, File, PeerClass, Scenario};
use crate::units::{ClassIndex, FileIndex, Rate, SimDuration, SimTime};

use classes::Member;
use popularity::Urn;
use wishes::Presence;

/// What every system of a comparison meets: the same files and the same people.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    pub catalogue: Catalogue,
    pub people: Vec<Person>,
}

/// Draws the catalogue and the population.
pub fn draw(scenario: &Scenario, seed: Seed) -> Workload {
    let catalogue = Catalogue::draw(&scenario.content, seed);
    let people = people(scenario, &catalogue, seed);
    Workload { catalogue, people }
}

/// One person of the population: everything about it that no system can change.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub class: ClassIndex,
    /// `None`: this person never comes (the trace or the decaying process ended before its turn, or the run does).
    pub arrives: Option<SimTime>,
    pub upload: Rate,
    pub download: Rate,
    pub access_latency: SimDuration,
    pub holds: Holdings,
    pub behavior: Behavior,
    /// How long after its arrival it gives up if it has not finished.
    pub patience: Option<SimDuration>,
    /// How long it stays once its last wish is decided: zero leaves at once, `None` stays for ever.
    pub lingers: Option<SimDuration>,
    /// Goes at this moment, finished or not (`Leaves::At`, or when it was online for `Leaves::After`).
    pub leaves_at: Option<SimTime>,
    /// Goes when it has uploaded that many copies of the content.
    pub leaves_after_copies: Option<f64>,
    pub vanishes: bool,
    /// Times away, ascending and apart, each after the arrival; `to` is [`SimTime::NEVER`] for who does not come back.
    pub absences: Vec<Absence>,
    /// What it wants, in the order of time; never a file twice, never one that it holds whole.
    pub wishes: Vec<Wish>,
}

/// A time away: goes at `from`, comes back at `to` with what it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence {
    pub from: SimTime,
    pub to: SimTime,
}

/// A file that a person wants from a moment on at which it is online.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    pub at: SimTime,
    pub file: FileIndex,
    /// What it searches by.
    pub by: Field,
    /// Chooses what of the name it types; [`Catalogue::query`] says how.
    pub typed: u32,
}

/// What a person brings along.
#[derive(Clone, Debug, PartialEq)]
pub enum Holdings {
    Nothing,
    Everything,
    /// Ascending piece indices of the single file.
    Pieces(Vec<u32>),
    /// Ascending; whole files of a catalogue.
    Files(Box<[FileIndex]>),
}

/// The population, in the order of persons: counted classes in the order of the file, then the population.
///
/// A person whose class leaves at a moment that is not after its arrival never comes, nor one whose turn is after the end of the run.
///
/// # Panics
///
/// On a scenario that was not checked: fractions that do not add up to 1, an upload capacity relative to itself.
fn people(scenario: &Scenario, catalogue: &Catalogue, seed: Seed) -> Vec<Person> {
    let members = classes::members(scenario, seed);
    let arrivals = arrivals::arrivals(scenario, &members, seed);
    let draws = |thing| own_streams(scenario, seed, thing);
    let (upload, download) = (draws("upload"), draws("download"));
    let (patience, linger, sessions) = (draws("patience"), draws("linger"), draws("sessions"));
    let (holdings, wishes) = (draws("holdings"), wish_streams(scenario, seed));
    let pieces = scenario.content.single().map_or(0, File::pieces);
    let shares = catalogue.shares();
    let mut urn = Urn::new(&shares);
    let end = SimTime::ZERO + scenario.stop.no_later_than;

    let person = |(&member, arrives): (&Member, Option<SimTime>)| {
        let class = &scenario.classes[member.class.at()];
        let own_upload = capacities::upload(&class.upload, || upload(member));
        let arrives = sessions::arrival(class.leaves, arrives, end);
        let mut absences = match (class.sessions, arrives) {
            (Some(class), Some(arrives)) => sessions::absences(class, arrives, end, sessions(member)),
            (None, _) | (_, None) => Vec::new(),
        };
        let lingers = sessions::lingers(class.after_finishing, || linger(member));
        let leaves_at = arrives.and_then(|came| {
            let planned = sessions::departure(class.leaves, came, &absences);
            let finished =
                lingers.filter(|_| class.comes_finished(catalogue.len())).map(|lingers| came + lingers);
            planned.into_iter().chain(finished).min()
        });
        let until = end.min(leaves_at.unwrap_or(SimTime::NEVER));
        absences.retain(|absence| absence.from < until);
        urn.refill();
        let holds = holdings::holdings(&class.starts_with, pieces, &mut urn, || holdings(member));
        let wishes = match (arrives, &holds) {
            (None, _) | (_, Holdings::Everything) => Vec::new(),
            (Some(arrives), Holdings::Nothing | Holdings::Pieces(_) | Holdings::Files(_)) => {
                let presence = Presence { arrives, until, absences: &absences };
                wishes::wishes(&class.wishes, presence, &mut urn, wishes(member))
            }
        };
        Person {
            class: member.class,
            arrives,
            upload: own_upload,
            download: capacities::download(&class.download, own_upload, || download(member)),
            access_latency: class.access_latency,
            holds,
            behavior: class.behavior,
            patience: class.gives_up.map(|length| sessions::length(length, || patience(member))),
            lingers,
            leaves_at,
            leaves_after_copies: sessions::leaves_after_copies(class.leaves),
            vanishes: class.vanishes,
            absences,
            wishes,
        }
    };
    members.iter().zip(arrivals).map(person).collect()
}

/// A function from member to that person's own streams for its wishes.
fn wish_streams(scenario: &Scenario, seed: Seed) -> impl Fn(Member) -> wishes::Streams + use<> {
    let draws = |thing| own_streams(scenario, seed, thing);
    let (times, wishes, again) = (draws("wish times"), draws("wishes"), draws("wishes again"));
    move |member| wishes::Streams { times: times(member), wishes: wishes(member), again: again(member) }
}

/// A function from member to that person's own stream for `thing`.
fn own_streams(scenario: &Scenario, seed: Seed, thing: &str) -> impl Fn(Member) -> Stream + use<> {
    let of_class: Vec<_> =
        scenario.classes.iter().map(|class| seed.per_person(&purpose(thing, class))).collect();
    move |member| of_class[member.class.at()](member.key)
}

/// The name of the streams for `thing`: one for the whole population, so that a person keeps its draws when it changes
/// class, and one for each counted class.
fn purpose(thing: &str, class: &PeerClass) -> String {
    match class.size {
        ClassSize::Count(_) => format!("{thing}/{}", class.name),
        ClassSize::Fraction(_) => thing.to_owned(),
    }
}

/// Upload of those together who bring the content along to give it: everything, or where nobody has that, files of it.
pub fn holders_upload(people: &[Person]) -> Rate {
    let sum = |of: fn(&Holdings) -> bool| -> f64 {
        let comes = |person: &&Person| person.arrives.is_some() && person.behavior == Behavior::Compliant;
        people.iter().filter(comes).filter(|person| of(&person.holds)).map(|person| person.upload.0).sum()
    };
    let everything = sum(|holds| matches!(holds, Holdings::Everything));
    Rate(if everything > 0.0 { everything } else { sum(|holds| matches!(holds, Holdings::Files(_))) })
}

#[cfg(test)]
mod tests;
