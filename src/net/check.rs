//! Looks at everything and says what does not hold: for tests and for runs that check every event.

use super::network::Network;
use super::records::{BY_CAP, FREE, Hop};

/// Rates and capacities agree to this part of themselves, or to what the caller can do with.
const CLOSE: f64 = 1e-9;

impl Network {
    /// Checks that no link is over capacity, that each flow has its cap or a full link on which none is faster, and that
    /// lists and records agree. Visits every flow.
    ///
    /// # Errors
    /// What does not hold, first find.
    pub fn check(&mut self) -> Result<(), String> {
        self.settle();
        for link in 0..self.links.len() as u32 {
            self.check_list(link)?;
            self.check_books(link)?;
            self.check_load(link)?;
        }
        let fastest: Vec<f64> = (0..self.links.len() as u32).map(|link| self.fastest(link)).collect();
        for flow in 0..self.flows.len() as u32 {
            if self.flows[flow as usize].bound != FREE {
                self.check_bottleneck(flow, &fastest)?;
            }
        }
        Ok(())
    }

    fn check_list(&self, link: u32) -> Result<(), String> {
        for (position, &flow) in self.links[link as usize].flows.iter().enumerate() {
            let hop = self.route_of(flow).find(|hop| hop.link == link);
            if hop.is_none_or(|hop| hop.position as usize != position) {
                return Err(format!("link {link} lists flow {flow} at {position}, the flow says {hop:?}"));
            }
            let level = self.links[link as usize].level;
            if hop.is_some_and(|hop| {
                hop.link_level(&self.links) != level || hop.is_crowded() != self.crowded(link)
            }) {
                return Err(format!("link {link} has level {level}, its flow {flow} says {hop:?}"));
            }
        }
        self.check_targets(link)
    }

    fn check_targets(&self, link: u32) -> Result<(), String> {
        let l = &self.links[link as usize];
        for (&flow, &target) in l.flows.iter().zip(&l.targets) {
            let f = &self.flows[flow as usize];
            let expected = if f.bound == link { f.target } else { f64::INFINITY };
            if target != expected {
                return Err(format!(
                    "link {link} has {target} as target of flow {flow}, which has {expected}"
                ));
            }
        }
        let capped = l.flows.iter().filter(|&&flow| self.flows[flow as usize].is_capped_at(link)).count();
        if (l.targets.len(), l.capped as usize) != (l.flows.len(), capped) {
            return Err(format!(
                "link {link} has {} targets and times {} flows by their cap",
                l.targets.len(),
                l.capped
            ));
        }
        Ok(())
    }

    /// What a crowded link believes of its flows is what they are.
    fn check_books(&self, link: u32) -> Result<(), String> {
        let l = &self.links[link as usize];
        let Some(books) = &l.crowd else { return Ok(()) };
        for (position, &flow) in l.flows.iter().enumerate() {
            let f = &self.flows[flow as usize];
            let (limit, below) = books.limit(position);
            if below != (f.bound != link) {
                return Err(format!("link {link} has flow {flow} below: {below}, but {} binds it", f.bound));
            }
            let allowed = f.cap.min(self.others_allow(flow, link));
            if below && limit != allowed && (limit - allowed).abs() > self.close() * allowed {
                return Err(format!("link {link} counts flow {flow} with {limit}, others allow {allowed}"));
            }
            let full = |hop: &Hop| hop.link != link && self.links[hop.link as usize].level < f64::INFINITY;
            if !below && self.route_of(flow).any(full) && !books.is_hot(position) {
                return Err(format!("flow {flow}, bound by link {link}, crosses a full link and is not hot"));
            }
        }
        Ok(())
    }

    /// A level and those that it was worked out from may each be out of date by the sameness.
    fn close(&self) -> f64 {
        CLOSE.max(3.0 * self.sameness)
    }

    fn load(&self, link: u32) -> f64 {
        self.links[link as usize].flows.iter().map(|&flow| self.bound_rate(flow)).sum()
    }

    fn check_load(&self, link: u32) -> Result<(), String> {
        let l = &self.links[link as usize];
        let (load, level) = (self.load(link), self.links[link as usize].level);
        if load > l.capacity * (1.0 + self.close()) {
            return Err(format!("link {link} carries {load} of {} B/s", l.capacity));
        }
        if level < f64::INFINITY && load < l.capacity * (1.0 - self.close()) {
            return Err(format!("link {link} has level {} but carries {load} of {}", level, l.capacity));
        }
        Ok(())
    }

    /// The rate of the fastest of a link's flows.
    fn fastest(&self, link: u32) -> f64 {
        self.links[link as usize].flows.iter().map(|&flow| self.bound_rate(flow)).fold(0.0, f64::max)
    }

    /// `fastest` is of every link: a server's may have a flow for each person.
    fn check_bottleneck(&self, flow: u32, fastest: &[f64]) -> Result<(), String> {
        let f = &self.flows[flow as usize];
        let rate = self.bound_rate(flow);
        let least = self.route_of(flow).map(|hop| self.links[hop.link as usize].level).fold(f.cap, f64::min);
        if rate > least * (1.0 + self.close()) || rate < least * (1.0 - self.close()) {
            return Err(format!("flow {flow} has rate {rate}, its route and cap allow {least}"));
        }
        if f.bound == BY_CAP {
            return Ok(());
        }
        if !self.route_of(flow).any(|hop| hop.link == f.bound) {
            return Err(format!("flow {flow} is bound by link {}, which it does not cross", f.bound));
        }
        let most = fastest[f.bound as usize];
        if most > rate * (1.0 + self.close()) {
            return Err(format!(
                "flow {flow} has {rate} B/s and is bound by link {}, where one has {most}",
                f.bound
            ));
        }
        Ok(())
    }
}
