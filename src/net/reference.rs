//! Max-min fair rates the slow and plain way: progressive filling (Bertsekas and Gallager, "Data Networks", 6.5.2).
//!
//! All rates grow together from zero. A flow stops growing when it reaches its cap or when a link of its route is
//! full; the others go on. This is what the fast [`Network`](super::Network) is held against; nothing else uses it.

/// A flow as progressive filling sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// Indices of the links that it crosses, each once.
    pub links: Vec<usize>,
    /// Bytes per second; may be infinite.
    pub cap: f64,
}

/// The max-min fair rate of every flow in bytes per second; infinite where nothing limits it.
///
/// `capacities` are bytes per second a link, zero and infinity included.
pub fn max_min(capacities: &[f64], flows: &[Demand]) -> Vec<f64> {
    let mut rates: Vec<Option<f64>> = vec![None; flows.len()];
    // The level to which all growing flows of that link can grow; infinite when none grows.
    let level = |link: usize, rates: &[Option<f64>]| {
        let crossing = || flows.iter().zip(rates).filter(|(flow, _)| flow.links.contains(&link));
        let taken: f64 = crossing().filter_map(|(_, rate)| *rate).sum();
        let growing = crossing().filter(|(_, rate)| rate.is_none()).count();
        if growing == 0 { f64::INFINITY } else { (capacities[link] - taken).max(0.0) / growing as f64 }
    };
    while rates.iter().any(Option::is_none) {
        let levels: Vec<f64> = (0..capacities.len()).map(|link| level(link, &rates)).collect();
        let limit = |flow: &Demand| flow.links.iter().map(|&link| levels[link]).fold(flow.cap, f64::min);
        let growing = || (0..flows.len()).filter(|&flow| rates[flow].is_none());
        let lowest = growing().map(|flow| limit(&flows[flow])).fold(f64::INFINITY, f64::min);
        let stopped: Vec<usize> = growing().filter(|&flow| limit(&flows[flow]) <= lowest).collect();
        for flow in stopped {
            rates[flow] = Some(lowest);
        }
    }
    rates.into_iter().map(|rate| rate.expect("every flow has stopped growing")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(links: &[usize], cap: f64) -> Demand {
        Demand { links: links.to_vec(), cap }
    }

    const NO_CAP: f64 = f64::INFINITY;

    #[test]
    fn what_a_slow_flow_leaves_goes_to_the_others() {
        // r0 = 10 (cap), r1 = r2 = (100 - 10) / 2
        assert_eq!(
            max_min(&[100.0], &[flow(&[0], 10.0), flow(&[0], NO_CAP), flow(&[0], NO_CAP)]),
            [10.0, 45.0, 45.0]
        );
    }

    #[test]
    fn a_parking_lot() {
        // Link 0: r0 + r1 = 1; link 1: r0 + r2 = 2. r0 = r1 = 1/2; r2 = 3/2.
        let rates = max_min(&[1.0, 2.0], &[flow(&[0, 1], NO_CAP), flow(&[0], NO_CAP), flow(&[1], NO_CAP)]);
        assert_eq!(rates, [0.5, 0.5, 1.5]);
    }

    #[test]
    fn without_limit_and_without_capacity() {
        let rates = max_min(&[0.0, f64::INFINITY], &[flow(&[0, 1], NO_CAP), flow(&[1], NO_CAP)]);
        assert_eq!(rates, [0.0, f64::INFINITY]);
    }
}
