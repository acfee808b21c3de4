//! What each person brings along.

use super::Holdings;
use super::popularity::Urn;
use crate::rng::Stream;
use crate::spec::StartsWith;
use crate::units::FileIndex;

/// What a person has of the single file's `pieces` pieces, or of the files in the urn, which are taken out of it. A part is
/// the head of a random order, so that a larger part holds the smaller one.
pub fn holdings(
    starts_with: &StartsWith,
    pieces: u32,
    urn: &mut Urn<'_>,
    own: impl FnOnce() -> Stream,
) -> Holdings {
    match starts_with {
        StartsWith::Nothing => Holdings::Nothing,
        StartsWith::WholeFile => Holdings::Everything,
        StartsWith::FractionOfPieces(fraction) => {
            // A product such as 0.29 x 100 = 28.999999999999996 means 29.
            let wanted = (fraction * f64::from(pieces) + 1e-9).floor() as u32;
            match wanted.min(pieces) {
                0 => Holdings::Nothing,
                wanted if wanted == pieces => Holdings::Everything,
                wanted => Holdings::Pieces(random_subset(pieces, wanted, &mut own())),
            }
        }
        StartsWith::AllButPieces(missing) => {
            named(pieces, (0..pieces).filter(|piece| !missing.contains(piece)).collect())
        }
        StartsWith::Files(0) => Holdings::Nothing,
        StartsWith::Files(wanted) if *wanted >= urn.files().end => Holdings::Everything,
        StartsWith::Files(wanted) => Holdings::Files(files(*wanted, urn, &mut own())),
    }
}

fn files(wanted: u32, urn: &mut Urn<'_>, stream: &mut Stream) -> Box<[FileIndex]> {
    let next = |_| {
        let bits = stream.bits();
        urn.draw(urn.files(), bits, stream).expect("fewer are wanted than there are")
    };
    let mut files: Box<[FileIndex]> = (0..wanted).map(next).collect();
    files.sort_unstable();
    files
}

/// The first `wanted` of a random order of the pieces (the first steps of Fisher and Yates), ascending.
fn random_subset(pieces: u32, wanted: u32, stream: &mut Stream) -> Vec<u32> {
    let mut order: Vec<u32> = (0..pieces).collect();
    for place in 0..wanted as usize {
        let chosen = place + stream.below(order.len() - place);
        order.swap(place, chosen);
    }
    order.truncate(wanted as usize);
    order.sort_unstable();
    order
}

/// Names the extremes, so that a reader need not count.
fn named(pieces: u32, held: Vec<u32>) -> Holdings {
    if held.is_empty() {
        Holdings::Nothing
    } else if held.len() == pieces as usize {
        Holdings::Everything
    } else {
        Holdings::Pieces(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;
    use crate::spec::Popularity;
    use crate::units::PersonIndex;
    use crate::workload::popularity::Shares;

    fn part(fraction: f64, pieces: u32, person: u32) -> Holdings {
        let own = Seed { seed: 3, replicate: 0 }.per_person("holdings");
        let shares = Shares::new(1, Popularity::Uniform);
        let starts_with = StartsWith::FractionOfPieces(fraction);
        holdings(&starts_with, pieces, &mut Urn::new(&shares), || own(PersonIndex(person)))
    }

    fn pieces_of(holdings: Holdings) -> Vec<u32> {
        match holdings {
            Holdings::Pieces(pieces) => pieces,
            Holdings::Nothing | Holdings::Everything | Holdings::Files(_) => {
                panic!("a proper part was asked for")
            }
        }
    }

    #[test]
    fn a_part_has_its_size_rounded_down_and_ascends() {
        for (fraction, size) in [(0.5, 50), (0.29, 29), (0.999, 99), (0.011, 1)] {
            let pieces = pieces_of(part(fraction, 100, 0));
            assert_eq!(pieces.len(), size);
            assert!(pieces.is_sorted_by(|a, b| a < b) && pieces[size - 1] < 100);
        }
        assert_eq!(part(0.009, 100, 0), Holdings::Nothing);
        assert_eq!(part(0.0, 100, 0), Holdings::Nothing);
        assert_eq!(part(1.0, 100, 0), Holdings::Everything);
    }

    #[test]
    fn a_larger_part_holds_the_smaller_one() {
        let (small, large) = (pieces_of(part(0.2, 100, 4)), pieces_of(part(0.7, 100, 4)));
        assert!(small.iter().all(|piece| large.contains(piece)));
    }

    #[test]
    fn every_piece_is_equally_likely() {
        let mut copies = [0u32; 20];
        for person in 0..10_000 {
            for piece in pieces_of(part(0.25, 20, person)) {
                copies[piece as usize] += 1;
            }
        }
        // Mean 2500, standard deviation sqrt(10000 x 0.25 x 0.75) = 43; five of them.
        assert!(copies.iter().all(|&n| n.abs_diff(2_500) < 217), "{copies:?}");
    }

    #[test]
    fn all_but_some_pieces_are_the_others() {
        let all_but = |missing: &[u32]| {
            let shares = Shares::new(1, Popularity::Uniform);
            let starts_with = StartsWith::AllButPieces(missing.to_vec());
            holdings(&starts_with, 4, &mut Urn::new(&shares), || unreachable!("nothing to draw"))
        };
        assert_eq!(all_but(&[0, 2]), Holdings::Pieces(vec![1, 3]));
        assert_eq!(all_but(&[]), Holdings::Everything);
        assert_eq!(all_but(&[0, 1, 2, 3]), Holdings::Nothing);
    }

    #[test]
    fn files_are_distinct_ascend_and_a_larger_folder_holds_the_smaller_one() {
        let shares = Shares::new(500, Popularity::Zipf { exponent: 0.8 });
        let own = Seed { seed: 3, replicate: 0 }.per_person("holdings");
        let folder =
            |n| match holdings(&StartsWith::Files(n), 0, &mut Urn::new(&shares), || own(PersonIndex(4))) {
                Holdings::Files(files) => files,
                other => panic!("a proper part was asked for, not {other:?}"),
            };
        let sizes = [1, 2, 30, 200, 499];
        let folders = sizes.map(folder);
        for (folder, size) in folders.iter().zip(sizes) {
            assert_eq!(folder.len(), size as usize);
            assert!(folder.is_sorted_by(|a, b| a < b) && folder.iter().all(|file| file.0 < 500));
        }
        for pair in folders.windows(2) {
            assert!(pair[0].iter().all(|file| pair[1].contains(file)));
        }
        let whole = holdings(&StartsWith::Files(500), 0, &mut Urn::new(&shares), || unreachable!());
        assert_eq!(whole, Holdings::Everything);
    }
}
