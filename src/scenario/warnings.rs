//! What is legal but surely not meant.

use super::problem::{Problems, Span};
use super::resolve::{ClassPlace, MANY_SAMPLES};
use super::view::View;
use crate::spec::{
    AfterFinishing, Arrival, Behavior, Capacity, Choker, ClassSize, FaultTarget, Leaves, PeerClass, Scenario,
    StartsWith, StopWhen, SwarmSpec,
};
use crate::units::{SimTime, portable};

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
    holders(scenario, places, out);
    too_early_stop(scenario, places, out);
    people_that_go_or_never_come(scenario, places, out);
    confounded_comparisons(scenario, places, out);
    output(scenario, places, out);
    for (system, &span) in scenario.systems.iter().zip(places.systems) {
        if let Some(swarm) = system.swarm() {
            swarm_settings(scenario, swarm, span, out);
        }
    }
    equal_systems(scenario, places, out);
    faults_without_target(scenario, places, out);
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
            out.warn(places.classes[index].span, format!("class `{}` is empty", class.name), hint);
        }
    }
}

/// Somebody must bring the file along, and give it away.
fn holders(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let present = || scenario.classes.iter().filter(|class| persons(class, scenario) > 0.0);
    let whole: Vec<&PeerClass> =
        present().filter(|class| class.starts_with == StartsWith::WholeFile).collect();
    let span = places.top("peers");
    if whole.is_empty() && !pieces_are_complete(scenario) {
        let hint = "write starts-with = \"whole-file\" in one class";
        out.warn(span, "nobody holds the whole file at the start, so perhaps nobody can ever finish", hint);
    }
    if !whole.is_empty() && whole.iter().all(|class| class.behavior == Behavior::FreeRider) {
        let hint = "let some class with the whole file be compliant";
        out.warn(span, "all that hold the whole file are free riders, so nobody gives it away", hint);
    }
    let wants = |class: &&PeerClass| class.starts_with != StartsWith::WholeFile;
    if present().find(wants).is_none() {
        out.warn(span, "nobody wants the file", "add a class that starts with nothing");
    }
}

/// Whether `all-but-pieces` classes together hold every piece.
fn pieces_are_complete(scenario: &Scenario) -> bool {
    let mut missing: Option<Vec<u32>> = None;
    for class in scenario.classes.iter().filter(|class| persons(class, scenario) > 0.0) {
        let StartsWith::AllButPieces(pieces) = &class.starts_with else { continue };
        missing = Some(match missing {
            None => pieces.clone(),
            Some(before) => before.into_iter().filter(|piece| pieces.contains(piece)).collect(),
        });
    }
    missing.is_some_and(|missing| missing.is_empty())
}

/// The fastest and the mean rate that a capacity gives, in bytes per second.
fn rates(capacity: &Capacity, upload: (f64, f64)) -> (f64, f64) {
    match capacity {
        Capacity::Fixed(rate) => (rate.0, rate.0),
        Capacity::TimesUpload(factor) => (factor * upload.0, factor * upload.1),
        Capacity::Cdf(points) => {
            let (first, last) = (points[0], points[points.len() - 1]);
            let between =
                points.windows(2).map(|pair| (pair[1].0 - pair[0].0) * (pair[0].1.0 + pair[1].1.0) / 2.0);
            (last.1.0, first.0 * first.1.0 + between.sum::<f64>() + (1.0 - last.0) * last.1.0)
        }
        Capacity::Classes(shares) => (
            shares.iter().map(|(_, rate)| rate.0).fold(0.0, f64::max),
            shares.iter().map(|(share, rate)| share * rate.0).sum(),
        ),
        Capacity::LogNormal { median, sigma } => {
            (f64::INFINITY, median.0 * portable::exp(sigma * sigma / 2.0))
        }
        Capacity::Uniform { from, to } => (to.0, (from.0 + to.0) / 2.0),
        Capacity::Pareto { shape, minimum } if *shape > 1.0 => {
            (f64::INFINITY, shape * minimum.0 / (shape - 1.0))
        }
        Capacity::Pareto { .. } => (f64::INFINITY, f64::INFINITY),
    }
}

/// Lower bounds of Kumar and Ross (2006) on the first and the last completion, against the stop.
fn too_early_stop(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let Some(file) = scenario.content.single() else { return };
    let size = file.size.as_f64();
    let limit = scenario.stop.no_later_than.as_secs();
    let (mut holders_best, mut total_mean, mut wanted, mut partial) = (0.0, 0.0, 0.0, false);
    let mut first = f64::INFINITY;
    for class in &scenario.classes {
        let count = persons(class, scenario);
        let upload = rates(&class.upload, (0.0, 0.0));
        if class.behavior != Behavior::FreeRider {
            total_mean += count * upload.1;
        }
        let needs = match &class.starts_with {
            StartsWith::WholeFile => {
                holders_best += count * upload.0;
                continue;
            }
            StartsWith::Nothing | StartsWith::Files(_) => 1.0,
            StartsWith::FractionOfPieces(part) => 1.0 - part,
            StartsWith::AllButPieces(_) => 0.0,
        };
        partial |= needs < 1.0;
        wanted += count * needs * size;
        first =
            first.min(earliest(&class.arrive).as_secs() + needs * size / rates(&class.download, upload).0);
    }
    if !partial && holders_best > 0.0 {
        first = first.max(size / holders_best);
    }
    let span = places.root.span("stop").unwrap_or_else(|| places.top("content"));
    let hint = "give a later `no-later-than`, a smaller file or faster lines";
    if first > limit && first.is_finite() {
        out.warn(
            span,
            format!("nobody can finish before {first:.0} s, and the run stops at {limit:.0} s"),
            hint,
        );
    } else if wanted / total_mean > limit && scenario.stop.or_when == StopWhen::EveryoneFinished {
        let bound = wanted / total_mean;
        out.warn(span, format!("not everybody can finish: all lines together need {bound:.0} s, and the run stops at {limit:.0} s"), hint);
    }
}

/// Nobody of the class comes before this.
fn earliest(arrive: &Arrival) -> SimTime {
    match arrive {
        Arrival::At(at) => *at,
        Arrival::Trace(times) => times.first().copied().unwrap_or(SimTime::ZERO),
        Arrival::RandomlyWithin(_) | Arrival::Poisson { .. } | Arrival::Decay { .. } => SimTime::ZERO,
    }
}

fn people_that_go_or_never_come(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let limit = scenario.stop.no_later_than;
    for (index, class) in scenario.classes.iter().enumerate() {
        let name = &class.name;
        if class.starts_with == StartsWith::WholeFile && class.after_finishing == AfterFinishing::Leave {
            let hint = "write after-finishing = \"seed-forever\"";
            out.warn(
                places.class_key(index, "after-finishing"),
                format!("class `{name}` has the whole file at its arrival and leaves at once"),
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

/// Where behaviours or clients are compared, lines should not differ too.
fn confounded_comparisons(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let wants = |class: &PeerClass| class.starts_with != StartsWith::WholeFile;
    let leechers: Vec<usize> =
        (0..scenario.classes.len()).filter(|&index| wants(&scenario.classes[index])).collect();
    for (at, &second) in leechers.iter().enumerate() {
        let b = &scenario.classes[second];
        let confounded = leechers[..at].iter().find(|&&first| {
            let a = &scenario.classes[first];
            let lines_differ =
                (&a.upload, &a.download, a.access_latency) != (&b.upload, &b.download, b.access_latency);
            lines_differ && (a.behavior != b.behavior || clients_differ(scenario, first, second))
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

fn clients_differ(scenario: &Scenario, a: usize, b: usize) -> bool {
    scenario
        .systems
        .iter()
        .filter_map(|system| system.swarm())
        .any(|swarm| swarm.clients[a] != swarm.clients[b])
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
    let people: f64 = scenario.classes.iter().map(|class| persons(class, scenario)).sum();
    if scenario.output.messages && people > 20.0 {
        let hint = "message lists are for swarms of up to 20 persons; leave `messages` out";
        out.warn(span, format!("the messages of {people:.0} persons are more than anybody can read"), hint);
    }
}

fn swarm_settings(scenario: &Scenario, swarm: &SwarmSpec, span: Span, out: &mut Problems) {
    let clients = || scenario.classes.iter().zip(&swarm.clients);
    let free_riders = scenario.classes.iter().any(|class| class.behavior == Behavior::FreeRider);
    if free_riders && clients().all(|(_, client)| client.choker == Choker::None) {
        let hint = "choose choker = \"tit-for-tat\" or \"random\"";
        out.warn(span, "nobody is ever choked here, so nothing can be withheld from free riders", hint);
    }
    if clients().all(|(_, client)| !client.connectable) {
        out.warn(span, "nobody accepts a connection, so nobody can connect", "let some class be connectable");
    }
    let gives = |(class, client): (&PeerClass, &crate::spec::ClientSpec)| {
        let slots = client.regular_slots + client.optimistic_slots;
        class.behavior != Behavior::FreeRider && (slots > 0 || client.choker == Choker::None)
    };
    if !clients().any(gives) {
        out.warn(span, "nobody has an upload slot", "write slots = { regular = 4, optimistic = 1 }");
    }
    if clients().any(|(_, client)| client.connections.min_peers > client.connections.max_initiate) {
        let hint = "make `min-peers` no larger than `max-initiate`";
        out.warn(
            span,
            "`min-peers` is above `max-initiate`: such a client asks the tracker again and again",
            hint,
        );
    }
    if swarm.tracker.expiry < swarm.tracker.interval {
        let hint = "make the tracker's `expiry` longer than its `interval`";
        out.warn(span, "the tracker drops peers before they announce again", hint);
    }
    if clients().any(|(_, client)| client.optimistic_every < client.rechoke_every) {
        let hint = "`optimistic-every` is usually a multiple of `rechoke-every`";
        out.warn(span, "optimistic unchokes change more often than there are rechokes", hint);
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

fn faults_without_target(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let mut swarms = scenario.systems.iter().filter_map(|system| system.swarm());
    let no_web_server = swarms.all(|swarm| swarm.web_server.is_none());
    if no_web_server && scenario.faults.iter().any(|fault| fault.what == FaultTarget::WebServer) {
        out.warn(places.top("faults"), "the web server is down, but no system has one", "remove the fault");
    }
    let end = SimTime::ZERO + scenario.stop.no_later_than;
    if scenario.faults.iter().any(|fault| fault.from >= end) {
        out.warn(
            places.top("faults"),
            "an outage begins after the stop",
            "let it begin earlier or stop later",
        );
    }
}
