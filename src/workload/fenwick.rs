//! Sums of weights that change: a tree of partial sums in an array (Fenwick 1994).

/// Weights by index. The node at `i` (from 1) holds the sum of the `i & -i` weights that end with the i-th.
pub struct Fenwick {
    nodes: Vec<u64>,
}

impl Fenwick {
    pub fn new(weights: impl Iterator<Item = u64>) -> Fenwick {
        let mut nodes: Vec<u64> = std::iter::once(0).chain(weights).collect();
        for node in 1..nodes.len() {
            let parent = node + lowest_bit(node);
            if parent < nodes.len() {
                nodes[parent] += nodes[node];
            }
        }
        Fenwick { nodes }
    }

    pub fn add(&mut self, index: u32, weight: u64) {
        self.change(index, |sum| sum + weight);
    }

    /// A weight below zero is a bug.
    pub fn subtract(&mut self, index: u32, weight: u64) {
        self.change(index, |sum| sum.checked_sub(weight).expect("no weight is negative"));
    }

    fn change(&mut self, index: u32, change: impl Fn(u64) -> u64) {
        let mut node = index as usize + 1;
        while node < self.nodes.len() {
            self.nodes[node] = change(self.nodes[node]);
            node += lowest_bit(node);
        }
    }

    /// What the weights before `index` add up to.
    pub fn sum_below(&self, index: u32) -> u64 {
        let mut node = index as usize;
        let mut sum = 0;
        while node > 0 {
            sum += self.nodes[node];
            node -= lowest_bit(node);
        }
        sum
    }

    /// The index whose weight holds `point` when the weights are laid end to end; `point` is below their sum.
    pub fn find(&self, point: u64) -> u32 {
        let mut rest = point;
        let mut node = 0;
        let mut step = 1 << (self.nodes.len() - 1).ilog2();
        while step > 0 {
            if let Some(&sum) = self.nodes.get(node + step)
                && sum <= rest
            {
                node += step;
                rest -= sum;
            }
            step /= 2;
        }
        assert!(node + 1 < self.nodes.len(), "{point} is beyond the sum");
        node as u32
    }
}

fn lowest_bit(node: usize) -> usize {
    node & node.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_places_are_those_of_the_plain_list() {
        let mut weights = vec![3u64, 0, 5, 1, 0, 0, 7, 2, 4, 0, 6];
        let mut tree = Fenwick::new(weights.iter().copied());
        for (index, by) in [(2u32, 5u64), (6, 3), (10, 6)] {
            tree.subtract(index, by);
            weights[index as usize] -= by;
        }
        tree.add(1, 2);
        weights[1] += 2;
        let sum = |n: usize| weights[..n].iter().sum::<u64>();
        assert!((0..=11).all(|n| tree.sum_below(n as u32) == sum(n)));
        for point in 0..sum(11) {
            let place = (0..11).find(|&n| point < sum(n + 1)).unwrap();
            assert_eq!(tree.find(point), place as u32);
        }
    }
}
