//! People's lives, the same in every system: they arrive, wish, go away and come back, give up, leave.

use crate::record::{Departure, Observer, PersonTotals, Record};
use crate::spec::StopWhen;
use crate::units::{PersonIndex, SimDuration, SimTime};
use crate::workload::{Person, Wish};

use super::world::{Happening, World};

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
    pub(super) absences: u32,
    /// When the present session began, and the length of the earlier ones together.
    pub(super) since: SimTime,
    pub(super) online: SimDuration,
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
    pub(super) fn is_done(&self, person: u32) -> bool {
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
    pub(super) fn stop_if_done(&mut self) {
        let done = match self.scenario.stop.or_when {
            StopWhen::TimeIsUp => false,
            StopWhen::EveryoneFinished => self.books.expected == 0,
            StopWhen::EveryoneLeft => self.books.still_to_leave == 0,
        };
        self.ended |= done;
    }

    pub(super) fn schedule_people(&mut self) {
        for person in self.people.iter().filter(|person| person.arrives.is_some()) {
            self.books.expected += u32::from(!person.wishes.is_empty());
            self.books.still_to_leave += 1;
        }
    }

    /// Comes online for the first time.
    pub(super) fn arrive(&mut self, index: u32) {
        let person = &self.people[index as usize];
        self.note(Record::Arrived { peer: PersonIndex(index) });
        let life = &mut self.lives[index];
        life.presence = Presence::Online;
        life.arrived = Some(self.now);
        life.since = self.now;
        let wants = person.wishes.first().is_some_and(|wish| wish.at <= self.now);
        self.books.arrived += 1;
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

    pub(super) fn plan_absence(&mut self, index: u32) {
        let next = self.lives[index].absences as usize;
        if let Some(absence) = self.people[index as usize].absences.get(next) {
            self.plan(absence.from.max(self.now), Happening::GoAway { person: index });
        }
    }

    /// The wish that is due, if any.
    pub(super) fn next_wish(&mut self, index: u32, arriving: bool) -> Option<usize> {
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
    pub(super) fn depart(&mut self, index: u32, how: Departure) -> Option<Presence> {
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

    pub(super) fn person_totals(&self, person: u32) -> PersonTotals {
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
