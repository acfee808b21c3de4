//! What is legal but surely not meant.

mod content;
mod sharing;
mod stop;
mod swarm;
mod warm_up;

use super::problem::{Problems, Span};
use super::resolve::{ClassPlace, MANY_SAMPLES};
use super::view::View;
use crate::spec::{
    AfterFinishing, Arrival, Capacity, ClassSize, Leaves, PeerClass, Scenario, StartsWith, SystemKind,
};
use crate::units::{SimDuration, SimTime};
use stop::earliest;

/// More rows than this of one table no program opens gladly.
const MANY_WISHES: f64 = 1e6;

/// Where things stand that a warning may point at.
pub struct Places<'v, 'a> {
    pub root: &'v View<'a>,
    pub classes: &'v [ClassPlace<'a>],
    pub systems: &'v [Span],
}

impl Places<'_, '_> {
    /// The table of that name at the top, or else the peers.
    fn top(&self, key: &str) -> Span {
        self.root.span(key).or_else(|| self.root.span("peers")).expect("a scenario has peers")
    }

    fn class_key(&self, class: usize, key: &str) -> Span {
        let place = &self.classes[class];
        place.view.span(key).unwrap_or(place.span)
    }
}

/// Reports everything that looks unmeant in a scenario without errors.
pub fn warn(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    empty_classes(scenario, places, out);
    content::warn(scenario, places, out);
    stop::too_early(scenario, places, out);
    people_that_go_or_never_come(scenario, places, out);
    confounded_comparisons(scenario, places, out);
    output(scenario, places, out);
    warm_up::warn(scenario, places, out);
    for (system, &span) in scenario.systems.iter().zip(places.systems) {
        match &system.kind {
            SystemKind::BitTorrent(swarm) => swarm::settings(scenario, swarm, span, out),
            SystemKind::Napster(napster) => sharing::napster(scenario, napster, span, out),
            SystemKind::Gnutella(gnutella) => sharing::gnutella(gnutella, span, out),
            SystemKind::ClientServer(server) => sharing::server(scenario, server, span, out),
        }
    }
    equal_systems(scenario, places, out);
    sharing::faults(scenario, places, out);
}

/// Expected number of persons of a class.
fn persons(class: &PeerClass, scenario: &Scenario) -> f64 {
    match class.size {
        ClassSize::Count(count) => f64::from(count),
        ClassSize::Fraction(part) => part * f64::from(scenario.population_total),
    }
}

fn empty_classes(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    for (index, class) in scenario.classes.iter().enumerate() {
        if persons(class, scenario) < 0.5 {
            let hint = "make it larger, or remove the class";
            let size = match class.size {
                ClassSize::Count(_) => "count",
                ClassSize::Fraction(_) => "fraction",
            };
            out.warn(places.class_key(index, size), format!("class `{}` is empty", class.name), hint);
        }
    }
}

fn people_that_go_or_never_come(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let limit = scenario.stop.no_later_than;
    for (index, class) in scenario.classes.iter().enumerate() {
        let name = &class.name;
        if class.comes_finished(scenario.content.files()) && class.after_finishing == AfterFinishing::Leave {
            let hint = "write after-finishing = \"seed-forever\"";
            out.warn(
                places.class_key(index, "after-finishing"),
                format!("class `{name}` has nothing to wish for and leaves at once"),
                hint,
            );
        }
        let arrive = places.class_key(index, "arrive");
        if earliest(&class.arrive) >= SimTime::ZERO + limit {
            out.warn(
                arrive,
                format!("class `{name}` arrives after the stop"),
                "let it arrive earlier or stop later",
            );
        }
        if let Some(Leaves::At(at)) = class.leaves
            && at <= earliest(&class.arrive)
        {
            let hint = "let it leave later; `after` counts from the arrival";
            out.warn(
                places.class_key(index, "leaves"),
                format!("class `{name}` leaves before it arrives"),
                hint,
            );
        }
        let count = persons(class, scenario);
        let expected = match &class.arrive {
            Arrival::Poisson { per_second } => per_second * limit.as_secs(),
            Arrival::Decay { initial_per_second, tau } => initial_per_second * tau.as_secs(),
            Arrival::Trace(times) => times.len() as f64,
            Arrival::At(_) | Arrival::RandomlyWithin(_) => continue,
        };
        if expected < 0.5 * count {
            let hint = format!("make the class no larger than {expected:.0}, or let more arrive");
            out.warn(
                arrive,
                format!(
                    "about {expected:.0} persons of class `{name}` arrive before the stop, of {count:.0}"
                ),
                hint,
            );
        }
    }
}

/// Where behaviours or clients are compared, lines should not differ too, unless a third class has the line of one and is otherwise
/// like the other.
fn confounded_comparisons(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let wants = |class: &PeerClass| class.starts_with != StartsWith::WholeFile;
    let leechers: Vec<usize> =
        (0..scenario.classes.len()).filter(|&index| wants(&scenario.classes[index])).collect();
    for (at, &second) in leechers.iter().enumerate() {
        let b = &scenario.classes[second];
        let same_line = |a: usize, b: usize| line(&scenario.classes[a]) == line(&scenario.classes[b]);
        let confounded = leechers[..at].iter().find(|&&first| {
            let crosses = |&third: &usize| {
                let (as_first, as_second) = (alike(scenario, third, first), alike(scenario, third, second));
                (same_line(third, second) && as_first) || (same_line(third, first) && as_second)
            };
            !same_line(first, second) && !alike(scenario, first, second) && !leechers.iter().any(crosses)
        });
        if let Some(&first) = confounded {
            let a = &scenario.classes[first].name;
            let message = format!(
                "classes `{a}` and `{}` differ in behaviour and in their lines: a comparison cannot tell which matters",
                b.name
            );
            out.warn(
                places.class_key(second, "upload"),
                message,
                format!("write like = \"{a}\" and leave the line as it is there"),
            );
        }
    }
}

fn line(class: &PeerClass) -> (&Capacity, &Capacity, SimDuration) {
    (&class.upload, &class.download, class.access_latency)
}

/// Whether two classes have the same behaviour and clients.
fn alike(scenario: &Scenario, a: usize, b: usize) -> bool {
    let clients_differ = scenario.systems.iter().any(|system| system.clients_differ(a, b));
    scenario.classes[a].behavior == scenario.classes[b].behavior && !clients_differ
}

fn output(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let span = places.top("output");
    let samples = scenario.stop.no_later_than.0 / scenario.output.sample_every.0;
    if samples > MANY_SAMPLES {
        out.warn(
            span,
            format!("this may give {samples} samples a run"),
            format!("a longer `sample-every` is enough: {MANY_SAMPLES} samples are more than a plot shows"),
        );
    }
    let wishes = content::expected_wishes(scenario);
    if scenario.output.searches && wishes > MANY_WISHES {
        out.warn(
            span,
            format!("searches.csv would have about {wishes:.0} rows a run"),
            "write searches = false under [output]",
        );
    }
    let people: f64 = scenario.classes.iter().map(|class| persons(class, scenario)).sum();
    if scenario.output.messages && people > 20.0 {
        let hint = "message lists are for swarms of up to 20 persons; leave `messages` out";
        out.warn(span, format!("the messages of {people:.0} persons are more than anybody can read"), hint);
    }
}

/// Two systems with the same settings differ only by chance.
fn equal_systems(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    for (at, system) in scenario.systems.iter().enumerate() {
        if let Some(twin) = scenario.systems[..at].iter().find(|other| other.kind == system.kind) {
            let message = format!("systems `{}` and `{}` have the same settings", twin.label, system.label);
            out.warn(places.systems[at], message, "change a key of one of them, or remove it");
        }
    }
}
