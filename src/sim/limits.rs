//! What no run can have done, whatever the system: checked at its end. What fails here is a bug.

use crate::record::Observer;

use super::world::World;

/// Rounding that sums of f64 may show, relative.
pub const ROUNDING: f64 = 1e-6;

/// How many times what the lines allow may have been moved where levels may be out of date by such a part of themselves.
pub fn tolerance(sameness: f64) -> f64 {
    1.0 + ROUNDING.max(3.0 * sameness)
}

impl<O: Observer, E: Copy> World<'_, O, E> {
    /// Sentences about a person who sent or received more payload (bytes) than its lines carry in the time that it was online.
    pub fn over_lines(
        &self,
        index: u32,
        sent: f64,
        received: f64,
    ) -> impl Iterator<Item = String> + use<O, E> {
        let person = &self.people[index as usize];
        let seconds = self.time_online(index).as_secs();
        let more = self.tolerance();
        let ways = [("sent", sent, person.upload.0), ("received", received, person.download.0)];
        ways.into_iter().filter_map(move |(way, moved, rate)| {
            // A line without limit carries nothing in no time.
            let room = if seconds > 0.0 { rate * seconds } else { 0.0 };
            (moved > room * more + 1.0).then(|| {
                format!("person {index} {way} {moved} bytes in {seconds} s over a line of {rate} bytes/s")
            })
        })
    }

    fn tolerance(&self) -> f64 {
        tolerance(self.net.sameness())
    }

    /// Persons cannot have sent more than the capacity that was present. The integral's rounding grows with its size.
    pub(super) fn over_capacity(&self) -> Option<String> {
        let finite = self.people.iter().all(|person| person.upload.0.is_finite());
        let (used, present) = (self.books.sent_by_peers, self.books.capacity_present());
        let over = finite && used as f64 > present * self.tolerance() + 1.0;
        over.then(|| format!("{used} bytes were uploaded with capacity for {present}"))
    }
}
