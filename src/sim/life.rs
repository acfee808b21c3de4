//! People's lives, the same in every system: they arrive, wish, go away and come back, give up, leave; and the loop that
//! plays them.

use crate::record::{Copies, Departure, Observer, PersonTotals, Record, RunTotals, Sample, SearchTraffic};
use crate::record::{ServerSample, SwarmTotals};
use crate::spec::StopWhen;
use crate::units::{FileIndex, PersonIndex, SimDuration, SimTime};
use crate::workload::{Person, Wish};

use super::world::{Happening, World};
use super::{Continue, RunOutcome};

/// A system on its world: what it does when something happens in a person's life, on the network, or by its own events.
pub trait System<'a, O: Observer + 'a> {
    type Event: Copy;

    fn world(&mut self) -> &mut World<'a, O, Self::Event>;

    /// The person switches the machine on for the first time. Wishes made at this moment follow.
    fn arrived(&mut self, person: u32);

    /// The person, who is online, wants `people[person].wishes[nth]` from now on.
    fn wished(&mut self, person: u32, nth: usize);

    /// The person switches the machine off, and will come back with what it has.
    fn went_away(&mut self, person: u32);

    fn came_back(&mut self, person: u32);

    /// The person, who was online or away, is gone for good.
    fn left(&mut self, person: u32, how: Departure, was_online: bool);

    fn handle(&mut self, event: Self::Event);

    /// The flow with this tag has reached its milestone.
    fn flow_due(&mut self, tag: u32);

    /// What a sample says of the system beside the books.
    fn sample(&mut self) -> SystemSample;

    /// Checks every invariant, at whatever cost.
    fn check_now(&mut self);

    /// The run has ended: brings all accounts up to date and checks them.
    fn close(&mut self) -> Closing;

    /// What the system adds to a person's totals, after `close`.
    fn complete_totals(&mut self, totals: &mut PersonTotals);
}

/// The system's part of a sample.
pub struct SystemSample {
    pub copies: Option<Copies>,
    pub stored_bytes: u64,
    pub servers: Vec<ServerSample>,
}

/// The system's part of a run's totals. What was sent was received, is in flight or was lost.
pub struct Closing {
    pub received_bytes: u64,
    pub in_flight_bytes: u64,
    pub lost_bytes: u64,
    pub swarm: Option<SwarmTotals>,
    pub search: SearchTraffic,
    /// Accounts that do not balance; empty unless the simulator is wrong.
    pub violations: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Has not come yet.
    Absent,
    Online,
    Away,
    Gone,
}

/// One person's life so far.
#[derive(Clone, Debug)]
pub struct Life {
    pub presence: Presence,
    pub arrived: Option<SimTime>,
    /// All wishes are fulfilled.
    pub completed: Option<SimTime>,
    pub first_piece: Option<SimTime>,
    pub left: Option<(SimTime, Departure)>,
    /// Wishes made so far; those that are open, and those that were fulfilled.
    pub made: u32,
    pub open: u32,
    pub fetched: u32,
    /// Wishes for which an event was queued, and absences so far.
    planned: u32,
    absences: u32,
    /// When the present session began, and the length of the earlier ones together.
    since: SimTime,
    online: SimDuration,
}

/// Everybody's life, by person.
pub struct Lives(Vec<Life>);

impl Lives {
    pub fn new(people: &[Person]) -> Lives {
        let life = Life {
            presence: Presence::Absent,
            arrived: None,
            completed: None,
            first_piece: None,
            left: None,
            made: 0,
            open: 0,
            fetched: 0,
            planned: 0,
            absences: 0,
            since: SimTime::ZERO,
            online: SimDuration::ZERO,
        };
        Lives(vec![life; people.len()])
    }
}

impl std::ops::Index<u32> for Lives {
    type Output = Life;
    fn index(&self, person: u32) -> &Life {
        &self.0[person as usize]
    }
}

impl std::ops::IndexMut<u32> for Lives {
    fn index_mut(&mut self, person: u32) -> &mut Life {
        &mut self.0[person as usize]
    }
}

impl<'a, O: Observer, E: Copy> World<'a, O, E> {
    pub fn is_online(&self, person: u32) -> bool {
        self.lives[person].presence == Presence::Online
    }

    /// How long the person has been online so far.
    pub fn time_online(&self, person: u32) -> SimDuration {
        let life = &self.lives[person];
        match life.presence {
            Presence::Online => life.online + self.now.since(life.since),
            Presence::Absent | Presence::Away | Presence::Gone => life.online,
        }
    }

    pub fn wish_of(&self, person: u32, nth: usize) -> Wish {
        self.people[person as usize].wishes[nth]
    }

    /// Whether the person has made all of its wishes and each of them is decided.
    fn is_done(&self, person: u32) -> bool {
        let life = &self.lives[person];
        life.open == 0 && life.made as usize == self.people[person as usize].wishes.len()
    }

    /// One of the person's wishes is decided: the file is there, or there is no hope of it. What the person does now that it
    /// has nothing left to wish for is planned by [`World::plan_departure`].
    pub fn decided(&mut self, person: u32, fetched: bool) {
        let now = self.now;
        let wishes = self.people[person as usize].wishes.len() as u32;
        let life = &mut self.lives[person];
        life.open -= 1;
        life.fetched += u32::from(fetched);
        let (online, wants_no_more) = (life.presence == Presence::Online, life.open == 0);
        let all_fetched = fetched && life.fetched == wishes;
        if all_fetched {
            life.completed = Some(now);
            self.note(Record::Finished { peer: PersonIndex(person) });
            self.books.finishes(&self.people[person as usize]);
        }
        if wants_no_more && online {
            self.books.turns(&self.people[person as usize], false);
        }
        if self.is_done(person) {
            self.books.expected -= 1;
        }
    }

    /// A person whose wishes are all decided leaves at once, lingers, or stays; the run may be over.
    pub fn plan_departure(&mut self, person: u32) {
        if !self.is_done(person) {
            return;
        }
        if let Some(lingers) = self.people[person as usize].lingers {
            self.plan(self.now + lingers, Happening::Leave { person });
        }
        self.stop_if_done();
    }

    /// Ends the run where the scenario's condition holds.
    fn stop_if_done(&mut self) {
        let done = match self.scenario.stop.or_when {
            StopWhen::TimeIsUp => false,
            StopWhen::EveryoneFinished => self.books.expected == 0,
            StopWhen::EveryoneLeft => self.books.still_to_leave == 0,
        };
        self.ended |= done;
    }

    fn schedule_people(&mut self) {
        for person in self.people.iter().filter(|person| person.arrives.is_some()) {
            self.books.expected += u32::from(!person.wishes.is_empty());
            self.books.still_to_leave += 1;
        }
    }

    /// Comes online for the first time.
    fn arrive(&mut self, index: u32) {
        let person = &self.people[index as usize];
        self.note(Record::Arrived { peer: PersonIndex(index) });
        let life = &mut self.lives[index];
        life.presence = Presence::Online;
        life.arrived = Some(self.now);
        life.since = self.now;
        let wants = person.wishes.first().is_some_and(|wish| wish.at <= self.now);
        self.books.comes(self.now, person, wants);
        if let Some(patience) = person.patience
            && !person.wishes.is_empty()
        {
            self.plan(self.now + patience, Happening::GiveUp { person: index });
        }
        if let Some(at) = person.leaves_at {
            self.plan(at.max(self.now), Happening::Leave { person: index });
        }
        self.plan_absence(index);
    }

    fn plan_absence(&mut self, index: u32) {
        let next = self.lives[index].absences as usize;
        if let Some(absence) = self.people[index as usize].absences.get(next) {
            self.plan(absence.from.max(self.now), Happening::GoAway { person: index });
        }
    }

    /// The wish that is due, if any.
    fn next_wish(&mut self, index: u32, arriving: bool) -> Option<usize> {
        let nth = self.lives[index].made as usize;
        let wish = self.people[index as usize].wishes.get(nth)?;
        let life = &mut self.lives[index];
        if wish.at > self.now {
            // An event that was queued before an absence is still to come.
            if life.planned as usize <= nth {
                life.planned = nth as u32 + 1;
                self.plan(wish.at, Happening::Wish { person: index });
            }
            return None;
        }
        life.made += 1;
        life.open += 1;
        let turns = life.open == 1 && !(arriving && nth == 0);
        if turns {
            self.books.turns(&self.people[index as usize], true);
        }
        Some(nth)
    }

    /// The person is gone; false if it was so before.
    fn depart(&mut self, index: u32, how: Departure) -> Option<Presence> {
        let presence = self.lives[index].presence;
        if matches!(presence, Presence::Absent | Presence::Gone) {
            return None;
        }
        self.note(Record::Left { peer: PersonIndex(index), how });
        let person = &self.people[index as usize];
        if presence == Presence::Online {
            self.books.goes(self.now, person, self.lives[index].open > 0);
        }
        self.books.expected -= u32::from(!person.wishes.is_empty() && !self.is_done(index));
        self.books.still_to_leave -= 1;
        let life = &mut self.lives[index];
        if presence == Presence::Online {
            life.online += self.now.since(life.since);
        }
        life.presence = Presence::Gone;
        life.left = Some((self.now, how));
        Some(presence)
    }

    fn person_totals(&self, person: u32) -> PersonTotals {
        let life = &self.lives[person];
        PersonTotals {
            arrived: life.arrived,
            completed: life.completed,
            first_piece: life.first_piece,
            left: life.left,
            wanted_nothing: self.people[person as usize].wishes.is_empty(),
            wishes: life.made,
            fetched: life.fetched,
            ..PersonTotals::nobody(PersonIndex(person))
        }
    }
}

/// Plays the system from time zero to its end.
pub fn play<'a, O: Observer + 'a, S: System<'a, O>>(mut system: S) -> RunOutcome {
    system.world().schedule_people();
    let interrupted = run(&mut system);
    finish(&mut system, interrupted)
}

/// The loop; returns whether it was interrupted from outside.
fn run<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S) -> bool {
    while !system.world().ended {
        let happening = system.world().next();
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

/// Persons cannot have sent more than the capacity that was present. The integral's rounding grows with its size.
fn over_capacity<O: Observer, E: Copy>(world: &mut World<'_, O, E>) -> Option<String> {
    let finite = world.people.iter().all(|person| person.upload.0.is_finite());
    let (used, present) = (world.books.sent_by_peers, world.books.capacity_present());
    let over = finite && used as f64 > present * (1.0 + 1e-6) + 1.0;
    over.then(|| format!("{used} bytes were uploaded with capacity for {present}"))
}

/// Closes the books: the last sample, every person's totals, the run's totals and its checks.
fn finish<'a, O: Observer + 'a, S: System<'a, O>>(system: &mut S, interrupted: bool) -> RunOutcome {
    let world = system.world();
    if world.books.last_sample != Some(world.now) {
        take_sample(system);
    }
    let mut closing = system.close();
    closing.violations.extend(over_capacity(system.world()));
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
        from_servers: books.from_servers().to_vec(),
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
