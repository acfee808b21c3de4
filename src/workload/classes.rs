//! Who is of which class.
//!
//! A larger fraction of free riders must convert a superset of the same people, or two arms of a comparison would differ
//! in who is who as well. So each person of the population draws one uniform number, persons are ranked by it, and the
//! classes take consecutive intervals of ranks: first those that do not follow the protocol, in the order of the file,
//! then the compliant ones, which absorb what the others leave. Growing one of the first at the cost of a compliant
//! class converts exactly that many more people, and so it is between any two classes; where several deviate, those
//! behind the growing one shift.

use crate::rng::Seed;
use crate::spec::{Behavior, ClassSize, Scenario};
use crate::units::{ClassIndex, PersonIndex};

/// A person before anything else is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    pub class: ClassIndex,
    /// What its draws are keyed by: its index in its counted class, or in the population.
    pub key: PersonIndex,
}

/// Everybody, in the order of persons.
pub fn members(scenario: &Scenario, seed: Seed) -> Vec<Member> {
    let mut members = Vec::new();
    for (index, class) in scenario.classes.iter().enumerate() {
        if let ClassSize::Count(count) = class.size {
            let class = ClassIndex::from_usize(index);
            members.extend((0..count).map(|key| Member { class, key: PersonIndex(key) }));
        }
    }
    members.extend(population(scenario, seed));
    members
}

/// The persons that the classes with a fraction share, in the order of their index in the population.
fn population(scenario: &Scenario, seed: Seed) -> Vec<Member> {
    let total = scenario.population_total;
    let sharing = sharing_classes(scenario);
    let fractions: Vec<f64> = sharing.iter().map(|&(_, fraction)| fraction).collect();
    let counts = apportion(total, &fractions);

    let uniform = seed.per_person("class");
    let mut ranked: Vec<(u64, u32)> = (0..total).map(|i| (uniform(PersonIndex(i)).bits(), i)).collect();
    ranked.sort_unstable();

    let mut members = vec![Member { class: ClassIndex(0), key: PersonIndex(0) }; total as usize];
    let by_rank = sharing.iter().zip(counts).flat_map(|(&(class, _), n)| (0..n).map(move |_| class));
    for ((_, person), class) in ranked.into_iter().zip(by_rank) {
        members[person as usize] = Member { class, key: PersonIndex(person) };
    }
    members
}

/// The classes with a fraction in the order of their intervals: compliant ones last, otherwise as in the file.
fn sharing_classes(scenario: &Scenario) -> Vec<(ClassIndex, f64)> {
    let mut sharing: Vec<_> = scenario
        .classes
        .iter()
        .enumerate()
        .filter_map(|(index, class)| match class.size {
            ClassSize::Count(_) => None,
            ClassSize::Fraction(fraction) => Some((ClassIndex::from_usize(index), fraction)),
        })
        .collect();
    // A stable sort: the order of the file stays within each half.
    sharing.sort_by_key(|&(class, _)| match scenario.classes[class.at()].behavior {
        Behavior::FreeRider | Behavior::Corrupt => 0,
        Behavior::Compliant => 1,
    });
    sharing
}

/// Shares `total` out in proportion to `fractions` (which add up to 1) by largest remainders (Hamilton): the counts add up
/// to `total` exactly, and a class whose fraction grows at another's cost never shrinks. Equal remainders go to the first.
fn apportion(total: u32, fractions: &[f64]) -> Vec<u32> {
    if total == 0 {
        return vec![0; fractions.len()];
    }
    let sum: f64 = fractions.iter().sum();
    assert!((sum - 1.0).abs() < 1e-6, "the fractions add up to {sum}, not to 1");

    let quotas: Vec<f64> = fractions.iter().map(|fraction| fraction / sum * f64::from(total)).collect();
    let mut counts: Vec<u32> = quotas.iter().map(|quota| quota.floor() as u32).collect();
    let remainder = |class: usize| quotas[class] - quotas[class].floor();
    let mut order: Vec<usize> = (0..quotas.len()).collect();
    order.sort_by(|&a, &b| remainder(b).total_cmp(&remainder(a)));

    // The floors miss `total` by the sum of the remainders, each below one: no class gets two.
    let left = total - counts.iter().sum::<u32>();
    for &class in &order[..left as usize] {
        counts[class] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::apportion;

    #[test]
    fn counts_add_up_and_follow_the_largest_remainders() {
        assert_eq!(apportion(100, &[0.2, 0.8]), [20, 80]);
        // 0.29 x 100 is 28.999999999999996 in binary: still 29.
        assert_eq!(apportion(100, &[0.29, 0.71]), [29, 71]);
        assert_eq!(apportion(10, &[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]), [4, 3, 3]);
        // Quotas 1.5, 1.4, 7.1: the one seat that is left goes to the remainder of a half.
        assert_eq!(apportion(10, &[0.15, 0.14, 0.71]), [2, 1, 7]);
        assert_eq!(apportion(0, &[0.5, 0.5]), [0, 0]);
        assert_eq!(apportion(0, &[]), [] as [u32; 0]);
    }

    #[test]
    fn a_growing_fraction_never_loses_a_person() {
        for total in [1, 7, 100, 1_001] {
            let mut before = 0;
            for step in 0..=850 {
                let grown = f64::from(step) / 1_000.0;
                let counts = apportion(total, &[grown, 0.15, 1.0 - grown - 0.15]);
                assert_eq!(counts.iter().sum::<u32>(), total);
                assert!(counts[0] >= before, "{total} persons, fraction {grown}");
                before = counts[0];
            }
        }
    }

    #[test]
    #[should_panic(expected = "add up to 0.9")]
    fn fractions_that_leave_somebody_without_a_class_are_a_bug() {
        apportion(10, &[0.5, 0.4]);
    }
}
