//! The fluid model of a swarm on paper, in its steady state.

use crate::units::portable;

/// Rates of the model as the mean times that they stand for, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// l: arrivals a second.
    pub arrivals: f64,
    /// 1 / m: sending the whole file.
    pub upload: f64,
    /// 1 / c: receiving the whole file over an idle line.
    pub download: f64,
    /// 1 / g: staying as a seed.
    pub seeding: f64,
    /// 1 / t: patience; infinite where nobody gives up.
    pub patience: f64,
    /// h: the part of its uplink that a leecher can use.
    pub effectiveness: f64,
    /// Seconds that each leecher has nothing to send yet; the model knows of none.
    pub idle: f64,
}

/// Numbers and times in the steady state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steady {
    pub leechers: f64,
    pub seeds: f64,
    /// Mean time as a leecher, of those who give up too, in seconds.
    pub time: f64,
}

impl Rates {
    /// Qiu and Srikant 2004: with 1/b = max{1/c, (1/h)(1/m - 1/g)}: T = 1 / (t + b), x = l T, y = (l - t x) / g.
    ///
    /// Where uplinks decide and leechers send nothing for `idle` seconds, only h (x - l idle) of them count, and
    /// T = (1/b + idle) / (1 + t/b).
    pub fn steady(&self) -> Steady {
        let (t, l) = (1.0 / self.patience, self.arrivals);
        let uplinks = (self.upload - self.seeding) / self.effectiveness;
        let time = if self.uplinks_decide() {
            (uplinks + self.idle) / (1.0 + t * uplinks)
        } else {
            1.0 / (t + 1.0 / self.download)
        };
        let leechers = l * time;
        Steady { leechers, seeds: (l - t * leechers) * self.seeding, time }
    }

    /// Whether uplinks, and not downlinks, decide how long a download takes.
    pub fn uplinks_decide(&self) -> bool {
        (self.upload - self.seeding) / self.effectiveness > self.download
    }
}

/// h = 1 - (ln P / P)^k: the chance that a leecher lacks something of one of its k connections, each with pieces at random.
pub fn effectiveness(pieces: u32, connections: u32) -> f64 {
    let pieces = f64::from(pieces);
    1.0 - portable::pow(portable::ln(pieces) / pieces, f64::from(connections))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates = Rates {
        arrivals: 0.15,
        upload: 1000.0,
        download: 125.0,
        seeding: 300.0,
        patience: f64::INFINITY,
        effectiveness: 1.0,
        idle: 0.0,
    };

    #[test]
    fn inflow_is_outflow() {
        for rates in [
            RATES,
            Rates { patience: 500.0, ..RATES },
            Rates { download: 900.0, ..RATES },
            Rates { effectiveness: 0.8, patience: 1500.0, ..RATES },
        ] {
            let Steady { leechers: x, seeds: y, time } = rates.steady();
            // l = t x + min{c x, m (h x + y)} and min{c x, m (h x + y)} = g y.
            let (by_downlinks, by_uplinks) =
                (x / rates.download, (rates.effectiveness * x + y) / rates.upload);
            let completions = by_downlinks.min(by_uplinks);
            assert!((x / rates.patience + completions - rates.arrivals).abs() < 1e-12, "{rates:?}");
            assert!((completions - y / rates.seeding).abs() < 1e-12, "{rates:?}");
            assert!((x - rates.arrivals * time).abs() < 1e-9, "Little: {rates:?}");
        }
        assert!((RATES.steady().time - 700.0).abs() < 1e-9);
    }

    #[test]
    fn who_has_nothing_to_send_yet_makes_a_download_longer() {
        let idle = Rates { idle: 20.0, ..RATES };
        assert!((idle.steady().time - 720.0).abs() < 1e-9);
        let bound = Rates { download: 900.0, ..idle };
        assert!((bound.steady().time - 900.0).abs() < 1e-9, "downlinks decide");
    }

    #[test]
    fn many_pieces_are_nearly_always_of_use() {
        assert!((effectiveness(100, 1) - 0.953_948).abs() < 1e-6);
        assert!(effectiveness(400, 5) > 0.999_999);
    }
}
