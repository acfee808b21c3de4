//! How fast bytes come or go on one connection, as the mainline client measures it (`CurrentRateMeasure.py`).
//!
//! Not a true rolling window: one number stands for the past of at most a window, and every update weighs it by the
//! time that it covers. Pure: moments are passed in and no clock is read. Sixteen bytes, because every connection has
//! one each way.

use crate::units::{SimDuration, SimTime};

/// Mainline counts a connection as this much older than it is, so that the first bytes do not look infinitely fast
/// (`fudge` in `CurrentRateMeasure.py`).
const FUDGE_SECS: f32 = 5.0;

/// The rate of one direction of one connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateMeasure {
    /// When `bytes_per_s` was true.
    last: SimTime,
    /// Mean rate over the `covered_secs` before `last`. In `f32`: seven digits are more than a ranking needs.
    bytes_per_s: f32,
    /// `last - ratesince` of the original: at most the window.
    covered_secs: f32,
}

impl RateMeasure {
    /// The measure of a connection that begins at `now`.
    pub fn new(now: SimTime) -> RateMeasure {
        RateMeasure { last: now, bytes_per_s: 0.0, covered_secs: FUDGE_SECS }
    }

    /// Counts `bytes` that arrived by `now` (`update_rate`). Mainline's `get_rate` is an update by 0 bytes followed by a
    /// read: a choker that ranks like it does the same, and its frequent reads make a silent connection decay faster,
    /// by window / (window + interval) a read. `window` is above zero and the same at every call; time that goes back
    /// is a bug.
    pub fn update(&mut self, now: SimTime, bytes: u64, window: SimDuration) {
        assert!(window > SimDuration::ZERO, "a rate needs a window");
        let span = self.span(now);
        self.bytes_per_s = ((self.covered_bytes() + bytes as f64) / span) as f32;
        self.covered_secs = span.min(window.as_secs()) as f32;
        self.last = now;
    }

    /// The rate in bytes/s as an update by 0 bytes would leave it, without moving the window: after a silence of T it
    /// is the last rate x window / (window + T).
    pub fn rate(&self, now: SimTime) -> f64 {
        self.covered_bytes() / self.span(now)
    }

    fn covered_bytes(&self) -> f64 {
        f64::from(self.bytes_per_s) * f64::from(self.covered_secs)
    }

    /// Seconds from the begin of what is covered until `now`: never zero.
    fn span(&self, now: SimTime) -> f64 {
        f64::from(self.covered_secs) + now.since(self.last).as_secs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: SimDuration = SimDuration::from_whole_secs(20);

    fn at(secs: f64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(secs)
    }

    fn close(measured: f64, expected: f64) {
        assert!((measured - expected).abs() <= 1e-6 * expected.abs(), "{measured}, not {expected}");
    }

    /// A measure that has received `block` bytes every `every` seconds until `until`.
    fn steady(block: u64, every: f64, until: f64) -> RateMeasure {
        let mut measure = RateMeasure::new(SimTime::ZERO);
        for i in 1..=(until / every).round() as u64 {
            measure.update(at(i as f64 * every), block, WINDOW);
        }
        measure
    }

    #[test]
    fn it_is_small() {
        assert_eq!(size_of::<RateMeasure>(), 16);
    }

    #[test]
    fn the_first_blocks_are_spread_over_the_fudge() {
        // Until the window is full the rate is total / (age + 5 s).
        let mut measure = RateMeasure::new(at(100.0));
        assert_eq!(measure.rate(at(100.0)), 0.0);
        measure.update(at(100.0), 16_384, WINDOW);
        close(measure.rate(at(100.0)), 16_384.0 / 5.0);
        measure.update(at(103.0), 16_384, WINDOW);
        close(measure.rate(at(103.0)), 2.0 * 16_384.0 / 8.0);
        close(measure.rate(at(110.0)), 2.0 * 16_384.0 / 15.0);
    }

    #[test]
    fn a_constant_rate_converges() {
        // The fudge's silence fades with a time constant of one window: after ten windows, exp(-10) of it is left.
        let measure = steady(16_384, 0.5, 215.0);
        let error = measure.rate(at(215.0)) / 32_768.0 - 1.0;
        assert!(error.abs() < 1e-4, "{error}");
    }

    #[test]
    fn it_is_the_original_step_by_step() {
        // The recurrence of CurrentRateMeasure.py in f64, with uneven gaps and amounts.
        let (mut rate, mut last, mut rate_since) = (0.0, 0.0, -5.0);
        let mut measure = RateMeasure::new(SimTime::ZERO);
        let mut t = 0.0;
        for i in 0..500u32 {
            t += f64::from(i % 7) * 0.375;
            let bytes = u64::from(i % 3) * 16_384;
            rate = (rate * (last - rate_since) + bytes as f64) / (t - rate_since);
            last = t;
            rate_since = f64::max(rate_since, t - 20.0);
            measure.update(at(t), bytes, WINDOW);
            assert!((measure.rate(at(t)) - rate).abs() < 1e-5 * rate.max(1.0), "step {i}");
        }
    }

    #[test]
    fn silence_decays_by_the_window() {
        let measure = steady(16_384, 0.5, 200.0);
        let full = measure.rate(at(200.0));
        // Read once: window / (window + T).
        close(measure.rate(at(220.0)), full / 2.0);
        close(measure.rate(at(240.0)), full / 3.0);
        // Read at every rechoke, as mainline does: 20 / 30 each time.
        let mut read = measure;
        for rechoke in 1..=3 {
            read.update(at(200.0 + 10.0 * f64::from(rechoke)), 0, WINDOW);
        }
        close(read.rate(at(230.0)), full * 8.0 / 27.0);
    }

    #[test]
    fn a_longer_window_remembers_longer() {
        let seed_window = SimDuration::from_whole_secs(100);
        let (mut short, mut long) = (RateMeasure::new(SimTime::ZERO), RateMeasure::new(SimTime::ZERO));
        for second in 1..=600 {
            short.update(at(f64::from(second)), 1_000, WINDOW);
            long.update(at(f64::from(second)), 1_000, seed_window);
        }
        assert!(short.rate(at(660.0)) < 0.3 * long.rate(at(600.0)));
        assert!(long.rate(at(660.0)) > 0.6 * long.rate(at(600.0)));
    }

    #[test]
    #[should_panic(expected = "time went back")]
    fn time_does_not_go_back() {
        RateMeasure::new(at(5.0)).rate(at(4.0));
    }
}
