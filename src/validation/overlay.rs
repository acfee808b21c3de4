//! The overlay of a Gnutella run as a graph, from the records of its links: who is how near, and what holds together when servents
//! are taken away.

use std::collections::BTreeSet;

use crate::record::{Observer, Record};
use crate::units::{PersonIndex, SimTime};

/// Who is linked with whom at present.
#[derive(Clone, Debug)]
pub struct Links {
    neighbours: Vec<BTreeSet<usize>>,
}

/// What a flood must come to in a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flood {
    /// Others who get the query.
    pub reached: u64,
    /// Copies sent, one a link and direction; all but one for each that is reached come in vain.
    pub copies: u64,
}

impl Observer for Links {
    fn record(&mut self, _at: SimTime, record: &Record) {
        if let Record::Connected { from, to } = *record {
            self.link(from, to);
        }
        if let Record::Disconnected { peer, neighbour, .. } = *record {
            self.neighbours[peer.at()].remove(&neighbour.at());
            self.neighbours[neighbour.at()].remove(&peer.at());
        }
    }
}

impl Links {
    /// Servents 0..`servents`, without links.
    pub fn new(servents: usize) -> Links {
        Links { neighbours: vec![BTreeSet::new(); servents] }
    }

    fn link(&mut self, a: PersonIndex, b: PersonIndex) {
        self.neighbours[a.at()].insert(b.at());
        self.neighbours[b.at()].insert(a.at());
    }

    pub fn degrees(&self) -> Vec<usize> {
        self.neighbours.iter().map(BTreeSet::len).collect()
    }

    /// A query with that many hops to live: whoever gets it first sends it on over all links but the one it came by.
    pub fn flood(&self, from: PersonIndex, ttl: u8) -> Flood {
        let mut seen = vec![false; self.neighbours.len()];
        seen[from.at()] = true;
        let mut flood = Flood { reached: 0, copies: 0 };
        let mut edge = vec![from.at()];
        for hop in 0..ttl {
            let came_by = usize::from(hop > 0);
            flood.copies += edge.iter().map(|&at| (self.neighbours[at].len() - came_by) as u64).sum::<u64>();
            edge = self.step(&edge, &mut seen);
            flood.reached += edge.len() as u64;
        }
        flood
    }

    /// The neighbours of these who have not been seen.
    fn step(&self, edge: &[usize], seen: &mut [bool]) -> Vec<usize> {
        let all = edge.iter().flat_map(|&at| &self.neighbours[at]).copied();
        all.filter(|&next| !std::mem::replace(&mut seen[next], true)).collect()
    }

    /// The most servents that are still connected with each other if those of `removed` are gone.
    pub fn largest_component(&self, removed: &[usize]) -> usize {
        let mut seen = vec![false; self.neighbours.len()];
        removed.iter().for_each(|&gone| seen[gone] = true);
        let mut largest = 0;
        for start in 0..seen.len() {
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            let (mut size, mut edge) = (0, vec![start]);
            while !edge.is_empty() {
                size += edge.len();
                edge = self.step(&edge, &mut seen);
            }
            largest = largest.max(size);
        }
        largest
    }
}

/// The part of all servents that a random graph with these degrees holds together if each is kept with a probability that depends on
/// its degree, by generating functions (Callaway, Newman, Strogatz and Watts 2000):
///
///   u = 1 - F1(1) + F1(u),  F1(x) = sum k p_k q_k x^(k-1) / sum k p_k,   S = sum p_k q_k (1 - u^k)
pub fn expected_component(degrees: &[usize], kept: impl Fn(usize) -> f64) -> f64 {
    let most = degrees.iter().copied().max().unwrap_or(0);
    let mut part = vec![0.0; most + 1];
    degrees.iter().for_each(|&degree| part[degree] += 1.0 / degrees.len() as f64);
    let power = |u: f64, k: usize| (0..k).fold(1.0, |product, _| product * u);
    let sum = |of: &dyn Fn(usize) -> f64| (0..=most).map(|k| part[k] * of(k)).sum::<f64>();
    let ends = sum(&|k| k as f64);
    let lost = |u: f64| 1.0 - sum(&|k| k as f64 * kept(k) * (1.0 - power(u, k.saturating_sub(1)))) / ends;
    // From zero the iteration climbs to the least solution, slowly only where the graph is about to fall apart.
    let mut u = 0.0;
    loop {
        let next = lost(u);
        if (next - u).abs() < 1e-7 {
            return sum(&|k| kept(k) * (1.0 - power(u, k)));
        }
        u = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(servents: usize, links: &[(u32, u32)]) -> Links {
        let mut graph = Links::new(servents);
        links.iter().for_each(|&(a, b)| graph.link(PersonIndex(a), PersonIndex(b)));
        graph
    }

    #[test]
    fn a_flood_on_a_ring_meets_on_the_far_side() {
        let ring = graph(4, &[(0, 1), (1, 2), (2, 3), (3, 0)]);
        assert_eq!(ring.flood(PersonIndex(0), 1), Flood { reached: 2, copies: 2 });
        // 1 and 3 both send it to 2, who sends it on over the link by which the second copy came.
        assert_eq!(ring.flood(PersonIndex(0), 2), Flood { reached: 3, copies: 4 });
        assert_eq!(ring.flood(PersonIndex(0), 3), Flood { reached: 3, copies: 5 });
    }

    #[test]
    fn a_component_falls_apart_where_its_bridge_is_removed() {
        let bow = graph(6, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)]);
        assert_eq!(bow.largest_component(&[]), 5);
        assert_eq!(bow.largest_component(&[2]), 2);
        assert_eq!(bow.degrees(), [2, 2, 3, 2, 1, 0]);
    }

    #[test]
    fn links_follow_the_records() {
        let mut links = Links::new(2);
        let (peer, neighbour) = (PersonIndex(0), PersonIndex(1));
        links.record(SimTime::ZERO, &Record::Connected { from: peer, to: neighbour });
        assert_eq!(links.degrees(), [1, 1]);
        let reason = crate::record::DisconnectReason::NeighbourLeft;
        links.record(SimTime::ZERO, &Record::Disconnected { peer: neighbour, neighbour: peer, reason });
        assert_eq!(links.degrees(), [0, 0]);
    }

    #[test]
    fn a_random_graph_of_degree_three_holds_together_down_to_its_threshold() {
        // All have degree 3: u = 1 - q + q u^2 has u = (1 - q) / q; S = q (1 - u^3).
        let degrees = [3; 10];
        for q in [0.6, 0.8, 1.0] {
            let u = (1.0 - q) / q;
            let expected = q * (1.0 - u * u * u);
            assert!((expected_component(&degrees, |_| q) - expected).abs() < 1e-6);
        }
        assert!(expected_component(&degrees, |_| 0.4) < 1e-5);
    }
}
