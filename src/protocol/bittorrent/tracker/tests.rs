//! The tracker against a naive list of peers, under random announces and expiries; and its answers' distribution.

use proptest::prelude::*;

use super::*;
use crate::rng::Seed;

fn stream() -> Stream {
    Seed { seed: 5, replicate: 0 }.stream("tracker")
}

/// A tracker that keeps a list in the order of registration and looks through all of it every time.
#[derive(Default)]
struct Naive(Vec<(MemberIndex, SimTime)>);

impl Naive {
    fn announce(&mut self, now: SimTime, peer: MemberIndex, event: AnnounceEvent) {
        if event == AnnounceEvent::Stopped {
            return self.0.retain(|&(other, _)| other != peer);
        }
        let place = self.0.iter().position(|&(other, _)| other == peer).unwrap_or_else(|| {
            self.0.push((peer, now));
            self.0.len() - 1
        });
        self.0[place].1 = now;
    }

    fn others(&self, peer: MemberIndex) -> Vec<MemberIndex> {
        self.0.iter().map(|&(other, _)| other).filter(|&other| other != peer).collect()
    }
}

#[derive(Clone, Debug)]
enum Step {
    Announce { after: u64, peer: u32, event: AnnounceEvent },
    Expire { after: u64, expiry: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let event = prop_oneof![
        3 => Just(AnnounceEvent::Started),
        2 => Just(AnnounceEvent::Periodic),
        1 => Just(AnnounceEvent::Completed),
        2 => Just(AnnounceEvent::Stopped),
    ];
    let announce =
        (0..5u64, 0..12u32, event).prop_map(|(after, peer, event)| Step::Announce { after, peer, event });
    let expire = (0..5u64, 0..40u64).prop_map(|(after, expiry)| Step::Expire { after, expiry });
    prop::collection::vec(prop_oneof![9 => announce, 1 => expire], 1..120)
}

proptest! {
    #[test]
    fn it_does_as_the_naive_list_does(steps in steps(), numwant in 0..8u32, seed in any::<u64>()) {
        let answers = [TrackerAnswer::Random, TrackerAnswer::Newest, TrackerAnswer::Oldest];
        let mut trackers = answers.map(|answer| Tracker::new(answer, numwant));
        let mut naive = Naive::default();
        let mut stream = Seed { seed, replicate: 0 }.stream("tracker");
        let (mut now, mut out) = (SimTime::ZERO, Vec::new());
        for step in steps {
            match step {
                Step::Announce { after, peer, event } => {
                    now = now + SimDuration(after);
                    let peer = MemberIndex(peer);
                    naive.announce(now, peer, event);
                    let others = match event {
                        AnnounceEvent::Stopped => Vec::new(),
                        AnnounceEvent::Started | AnnounceEvent::Periodic | AnnounceEvent::Completed => {
                            naive.others(peer)
                        }
                    };
                    let wanted = others.len().min(numwant as usize);
                    for tracker in &mut trackers {
                        tracker.announce(now, peer, event, &mut stream, &mut out);
                        match tracker.answer {
                            TrackerAnswer::Oldest => prop_assert_eq!(&out[..], &others[..wanted]),
                            TrackerAnswer::Newest => {
                                out.reverse();
                                prop_assert_eq!(&out[..], &others[others.len() - wanted..]);
                            }
                            TrackerAnswer::Random => {
                                prop_assert_eq!(out.len(), wanted);
                                prop_assert!(out.iter().all(|named| others.contains(named)));
                                out.sort();
                                out.dedup();
                                prop_assert_eq!(out.len(), wanted);
                            }
                        }
                    }
                }
                Step::Expire { after, expiry } => {
                    now = now + SimDuration(after);
                    let before = naive.0.len();
                    naive.0.retain(|&(_, heard)| now.since(heard) <= SimDuration(expiry));
                    for tracker in &mut trackers {
                        prop_assert_eq!(tracker.expire(now, SimDuration(expiry)), before - naive.0.len());
                    }
                }
            }
            for tracker in &trackers {
                prop_assert_eq!(tracker.len(), naive.0.len());
                prop_assert_eq!(tracker.is_empty(), naive.0.is_empty());
                prop_assert!(naive.0.iter().all(|&(peer, _)| tracker.knows(peer)));
            }
        }
    }
}

/// A tracker with peers 0 to `n` - 1, registered in that order.
fn filled(answer: TrackerAnswer, numwant: u32, n: u32) -> Tracker {
    let mut tracker = Tracker::new(answer, numwant);
    for peer in 0..n {
        let now = SimTime(u64::from(peer));
        tracker.announce(now, MemberIndex(peer), AnnounceEvent::Started, &mut stream(), &mut Vec::new());
    }
    tracker
}

#[test]
fn random_answers_are_uniform_in_every_place() {
    let mut tracker = filled(TrackerAnswer::Random, 3, 10);
    let (mut stream, mut out) = (stream(), Vec::new());
    let mut counts = [[0u32; 10]; 3];
    for round in 0..30_000u64 {
        tracker.announce(
            SimTime(100 + round),
            MemberIndex(4),
            AnnounceEvent::Periodic,
            &mut stream,
            &mut out,
        );
        for (place, peer) in out.iter().enumerate() {
            counts[place][peer.at()] += 1;
        }
    }
    for (peer, count) in counts.iter().flat_map(|place| place.iter().enumerate()) {
        // Each of the nine others is expected 3333 times, with a standard deviation of 54; five of them.
        let expected = if peer == 4 { 0 } else { 3_333 };
        assert!(count.abs_diff(expected) < 272, "{counts:?}");
    }
}

#[test]
fn ordered_answers_draw_nothing() {
    for answer in [TrackerAnswer::Newest, TrackerAnswer::Oldest] {
        let mut tracker = filled(answer, 3, 10);
        let (mut used, mut out) = (stream(), Vec::new());
        tracker.announce(SimTime(100), MemberIndex(9), AnnounceEvent::Periodic, &mut used, &mut out);
        assert_eq!(used.bits(), stream().bits());
        let named: Vec<u32> = out.iter().map(|peer| peer.0).collect();
        assert_eq!(named, if answer == TrackerAnswer::Newest { [8, 7, 6] } else { [0, 1, 2] });
    }
}

#[test]
fn a_peer_expires_only_after_more_than_the_expiry() {
    let mut tracker = filled(TrackerAnswer::Random, 3, 2);
    assert_eq!(tracker.expire(SimTime(10), SimDuration(10)), 0);
    assert_eq!(tracker.expire(SimTime(11), SimDuration(10)), 1);
    assert!(!tracker.knows(MemberIndex(0)) && tracker.knows(MemberIndex(1)));
    // A periodic announce registers it anew.
    let mut out = Vec::new();
    tracker.announce(SimTime(11), MemberIndex(0), AnnounceEvent::Periodic, &mut stream(), &mut out);
    assert_eq!(out, [MemberIndex(1)]);
    assert_eq!(tracker.len(), 2);
}

#[test]
#[should_panic(expected = "in the order of time")]
fn announces_out_of_order_are_a_bug() {
    let mut tracker = filled(TrackerAnswer::Random, 3, 2);
    tracker.announce(SimTime::ZERO, MemberIndex(5), AnnounceEvent::Started, &mut stream(), &mut Vec::new());
}
