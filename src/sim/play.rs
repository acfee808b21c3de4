//! The loop that plays a system: people's lives as they are drawn, the network, the samples, the end.

use crate::record::{Departure, Observer, Record, RunTotals, Sample};
use crate::units::{FileIndex, PersonIndex, SimTime};

use super::life::Presence;
use super::system::{Nearness, System, SystemSample};
use super::world::Happening;
use super::{Continue, RunOutcome};

/// Plays the system from time zero to its end.
pub fn play<'a, O: Observer + 'a, S: System<'a, O>>(mut system: S) -> RunOutcome {
    system.world().schedule_people();
    let interrupted = run(&mut system);
    finish(&mut system, interrupted)
}

/// The loop; returns whether it was interrupted from outside.
fn run<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S) -> bool {
    let fetches_ahead = system.fetches_ahead();
    while !system.world().ended {
        let happening = system.world().next();
        if fetches_ahead {
            fetch_ahead(system);
        }
        happen(system, happening);
        let world = system.world();
        world.retime_links();
        let (check, events) = (world.options.check_every_event, world.books.events);
        if check {
            system.check_now();
        }
        if events.is_multiple_of(1 << 14) && system.world().report_progress() == Continue::Stop {
            return true;
        }
    }
    false
}

/// Lets the system ask for what the next events are going to touch.
fn fetch_ahead<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S) {
    for (nearness, events_before) in Nearness::ALL {
        if let Some(coming) = system.world().upcoming(events_before) {
            system.fetch_ahead(&coming, nearness);
        }
    }
}

fn happen<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S, happening: Happening<S::Event>) {
    match happening {
        Happening::Own(event) => system.handle(event),
        Happening::LinkDue { link } => {
            let due = system.world().flows_due(link);
            for &flow in &due {
                // An earlier one of this moment may have ended it.
                if let Some(tag) = system.world().net.tag(flow) {
                    system.flow_due(tag);
                }
            }
            system.world().took_due(due);
        }
        Happening::Arrive { person } => {
            system.world().arrive(person);
            system.arrived(person);
            wish(system, person, true);
        }
        Happening::Wish { person } => {
            // Who is away wishes when it is back.
            if system.world().is_online(person) {
                wish(system, person, false);
            }
        }
        Happening::GoAway { person } => go_away(system, person),
        Happening::ComeBack { person } => come_back(system, person),
        Happening::Leave { person } => leave_as_planned(system, person),
        Happening::GiveUp { person } => {
            if !system.world().is_done(person) {
                leave(system, person, Departure::GaveUp);
            }
        }
        Happening::Sample => {
            take_sample(system);
            let world = system.world();
            world.plan(world.now + world.scenario.output.sample_every, Happening::Sample);
        }
        Happening::FaultEdge { fault, begins } => fault_edge(system, fault, begins),
        Happening::Stop => system.world().ended = true,
    }
}

/// Makes every wish that is due, and plans the next one.
fn wish<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S, person: u32, arriving: bool) {
    while let Some(nth) = system.world().next_wish(person, arriving) {
        let world = system.world();
        if world.scenario.content.single().is_none() {
            let file: FileIndex = world.wish_of(person, nth).file;
            world.note(Record::Wished { peer: PersonIndex(person), file });
        }
        system.wished(person, nth);
    }
}

fn go_away<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S, person: u32) {
    let world = system.world();
    if !world.is_online(person) {
        return;
    }
    let nth = world.lives[person].absences as usize;
    let absence = world.people[person as usize].absences[nth];
    if absence.to == SimTime::NEVER {
        return leave_as_planned(system, person);
    }
    world.note(Record::WentAway { peer: PersonIndex(person) });
    let wants = world.lives[person].open > 0;
    world.books.goes(world.now, &world.people[person as usize], wants);
    let now = world.now;
    let life = &mut world.lives[person];
    life.absences += 1;
    life.presence = Presence::Away;
    life.online += now.since(life.since);
    world.plan(absence.to, Happening::ComeBack { person });
    system.went_away(person);
}

fn come_back<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S, person: u32) {
    let world = system.world();
    if world.lives[person].presence != Presence::Away {
        return;
    }
    world.note(Record::CameBack { peer: PersonIndex(person) });
    let now = world.now;
    let life = &mut world.lives[person];
    life.presence = Presence::Online;
    life.since = now;
    let wants = world.lives[person].open > 0;
    world.books.comes(world.now, &world.people[person as usize], wants);
    world.plan_absence(person);
    system.came_back(person);
    wish(system, person, false);
}

/// Goes in the manner of its class.
pub fn leave_as_planned<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S, person: u32) {
    let vanishes = system.world().people[person as usize].vanishes;
    leave(system, person, if vanishes { Departure::Vanished } else { Departure::Clean });
}

fn leave<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S, person: u32, how: Departure) {
    if let Some(presence) = system.world().depart(person, how) {
        system.left(person, how, presence == Presence::Online);
        system.world().stop_if_done();
    }
}

fn fault_edge<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S, fault: u32, begins: bool) {
    let servers = system.sample().servers;
    let world = system.world();
    world.observer.fault_edge(world.now, &servers);
    let part = world.scenario.faults[fault as usize].what;
    if begins { system.falls(part) } else { system.recovers(part) }
}

fn take_sample<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S) {
    let SystemSample { copies, stored_bytes, servers } = system.sample();
    let world = system.world();
    world.books.change_capacity(world.now, 0.0);
    world.books.last_sample = Some(world.now);
    let sample = Sample {
        classes: world.books.class_samples(),
        copies,
        capacity_bytes: world.books.capacity_present(),
        uploaded_bytes: world.books.sent_by_peers,
        stored_bytes,
        servers,
    };
    world.observer.sample(world.now, &sample);
}

/// Closes the books: the last sample, every person's totals, the run's totals and its checks.
fn finish<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S, interrupted: bool) -> RunOutcome {
    let world = system.world();
    if world.books.last_sample != Some(world.now) {
        take_sample(system);
    }
    let mut closing = system.close();
    let world = system.world();
    closing.violations.extend(world.over_capacity());
    closing.violations.extend(world.net.check().err());
    for person in 0..system.world().people.len() as u32 {
        let mut totals = system.world().person_totals(person);
        system.complete_totals(&mut totals);
        system.world().observer.person(&totals);
    }
    let servers = system.sample().servers;
    let world = system.world();
    let books = &world.books;
    let totals = RunTotals {
        events: books.events,
        blocks: books.blocks,
        peak_online: books.peak_online,
        sent_bytes: books.sent_by_peers
            + books.sent_by_servers
            + closing.lost_bytes
            + closing.in_flight_bytes,
        received_bytes: closing.received_bytes,
        in_flight_bytes: closing.in_flight_bytes,
        lost_bytes: closing.lost_bytes,
        servers,
        traffic: books.traffic().to_vec(),
        from_servers: books.traffic_from_servers().to_vec(),
        swarm: closing.swarm,
        search: closing.search,
    };
    world.observer.end(world.now, &totals);
    RunOutcome {
        ended_at: world.now,
        interrupted,
        events: books.events,
        blocks: books.blocks,
        peak_online: books.peak_online,
        violations: closing.violations,
    }
}
