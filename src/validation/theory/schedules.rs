//! Schedules of parts where everybody sends one part at a time: rounds of one part-time, counted.
//!
//! Their least possible number of rounds is known, so they show how near to it a simple rule comes.

use crate::rng::Stream;

/// The fewest rounds in which `users` can get `parts` parts from one server (Mundinger, Weber and Weiss 2008): M + floor(log2 N).
pub fn least_rounds(parts: usize, users: usize) -> usize {
    parts + users.ilog2() as usize
}

/// Rounds of the binomial pipeline (Ganesan and Seshadri 2005) to 2^`dimensions` - 1 users.
///
/// Server and users are the corners of a cube. In round t everybody exchanges with the neighbour along dimension t mod `dimensions`: the
/// server sends part t, or the last one if there is none, everybody else the highest part that it has.
pub fn binomial_pipeline(parts: usize, dimensions: u32) -> usize {
    let mut crowd = Crowd::new(parts, (1 << dimensions) - 1);
    while !crowd.is_done() {
        let along = 1 << (crowd.rounds as u32 % dimensions);
        let turn = crowd.rounds.min(parts - 1);
        let sends = |corner: usize| {
            let part = if corner == 0 { Some(turn) } else { crowd.has[corner].iter().rposition(|has| *has) };
            part.map(|part| Sending { to: corner ^ along, part })
        };
        let sent: Vec<Sending> = (0..crowd.has.len()).filter_map(sends).collect();
        crowd.play(&sent);
    }
    crowd.rounds
}

/// Rounds of a rule that needs no plan: one after the other, in an order drawn anew each round, everybody picks a user at random among
/// those that lack something of its, and sends the part of these that is rarest; nobody is sent a part twice.
pub fn random_rule(parts: usize, users: usize, chance: &mut Stream) -> usize {
    let mut crowd = Crowd::new(parts, users);
    let mut order: Vec<usize> = (0..=users).collect();
    while !crowd.is_done() {
        chance.shuffle(&mut order);
        let mut promised = crowd.clone();
        let mut sent = Vec::new();
        for &from in &order {
            if let Some(sending) = promised.choose(&crowd.has[from], chance) {
                promised.give(sending);
                sent.push(sending);
            }
        }
        crowd.play(&sent);
    }
    crowd.rounds
}

/// A part on its way.
#[derive(Clone, Copy)]
struct Sending {
    to: usize,
    part: usize,
}

/// Who has what; 0 is the server.
#[derive(Clone)]
struct Crowd {
    /// `[who][part]`.
    has: Vec<Vec<bool>>,
    copies: Vec<usize>,
    rounds: usize,
}

impl Crowd {
    fn new(parts: usize, users: usize) -> Crowd {
        let mut has = vec![vec![false; parts]; users + 1];
        has[0].fill(true);
        Crowd { has, copies: vec![1; parts], rounds: 0 }
    }

    fn is_done(&self) -> bool {
        self.copies.iter().all(|copies| *copies == self.has.len())
    }

    /// A round in which all of these arrive.
    fn play(&mut self, sent: &[Sending]) {
        sent.iter().for_each(|sending| self.give(*sending));
        self.rounds += 1;
    }

    fn give(&mut self, Sending { to, part }: Sending) {
        let before = std::mem::replace(&mut self.has[to][part], true);
        self.copies[part] += usize::from(!before);
    }

    /// Whom to send what, for somebody who has `mine`.
    fn choose(&self, mine: &[bool], chance: &mut Stream) -> Option<Sending> {
        let useful = |to: usize| (0..mine.len()).filter(move |&part| mine[part] && !self.has[to][part]);
        let lacking: Vec<usize> = (1..self.has.len()).filter(|&to| useful(to).next().is_some()).collect();
        let to = *lacking.get(chance.below(lacking.len().max(1)))?;
        let fewest = useful(to).map(|part| self.copies[part]).min()?;
        let rarest: Vec<usize> = useful(to).filter(|&part| self.copies[part] == fewest).collect();
        Some(Sending { to, part: rarest[chance.below(rarest.len())] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    #[test]
    fn the_pipeline_takes_the_fewest_rounds() {
        // M + floor(log2(2^h - 1)) = M + h - 1.
        for (parts, dimensions) in [(1, 1), (1, 5), (2, 3), (10, 4), (33, 6)] {
            let rounds = binomial_pipeline(parts, dimensions);
            assert_eq!(rounds, parts + dimensions as usize - 1, "{parts} parts, {dimensions} dimensions");
            assert_eq!(rounds, least_rounds(parts, (1 << dimensions) - 1));
        }
    }

    #[test]
    fn one_user_takes_a_round_a_part() {
        let mut chance = Seed { seed: 1, replicate: 0 }.stream("schedule");
        assert_eq!(random_rule(7, 1, &mut chance), 7);
        assert_eq!(least_rounds(7, 1), 7);
        // One part doubles each round: 1, 3, 7 users have it after 1, 2, 3 rounds.
        assert_eq!(random_rule(1, 7, &mut chance), 3);
        assert_eq!(least_rounds(1, 7), 3);
    }
}
