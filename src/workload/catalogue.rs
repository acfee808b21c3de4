//! The files that there are: sizes, names, popularity.
//!
//! A catalogue of a million files keeps eight bytes a file, or nothing where all have one size: names are computed.

use super::names::{Names, Scatter};
use super::popularity::Shares;
use super::{Wish, samplers};
use crate::protocol::names::{Field, Query, Words};
use crate::rng::Seed;
use crate::spec::{Content, File, FileSize, Popularity, metainfo_size, stand_in_infohash};
use crate::units::{Bytes, FileIndex};

/// All files, in the order of popularity.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    content: Content,
    seed: u64,
    sizes: Sizes,
    names: Names,
    /// Takes a file to the number of its title, so that the most popular ones are not those with the shortest names.
    title_numbers: Scatter,
    performers: u32,
}

#[derive(Clone, Debug, PartialEq)]
enum Sizes {
    Same(Bytes),
    Each(Box<[Bytes]>),
}

impl Catalogue {
    pub fn draw(content: &Content, seed: Seed) -> Catalogue {
        let (sizes, performers) = match content {
            Content::Single(file) => (Sizes::Same(file.size), 1),
            Content::Catalogue(spec) => (sizes(spec.size, spec.files, seed), spec.performers),
        };
        Catalogue {
            sizes,
            performers,
            names: Names::new(content.files(), performers),
            title_numbers: Scatter::over(u64::from(content.files())),
            seed: seed.seed,
            content: content.clone(),
        }
    }

    /// Number of files; at least 1.
    #[allow(clippy::len_without_is_empty, reason = "a catalogue is never empty")]
    pub fn len(&self) -> u32 {
        self.content.files()
    }

    /// The file, cut as a torrent.
    pub fn file(&self, file: FileIndex) -> File {
        match &self.content {
            Content::Single(only) => only.clone(),
            Content::Catalogue(spec) => {
                let size = self.size(file);
                File {
                    size,
                    piece: spec.piece,
                    metainfo_size: metainfo_size(size.0.div_ceil(spec.piece.0)),
                    infohash: infohash(self.seed, file),
                }
            }
        }
    }

    pub fn size(&self, file: FileIndex) -> Bytes {
        match &self.sizes {
            Sizes::Same(size) => *size,
            Sizes::Each(sizes) => sizes[file.at()],
        }
    }

    /// Readable, and different for each file.
    pub fn title(&self, file: FileIndex) -> String {
        self.names.text(&self.words(file).title)
    }

    /// Each has as many files as the others, popular and rare ones, up to one.
    pub fn performer(&self, file: FileIndex) -> String {
        self.names.text(&self.words(file).performer)
    }

    /// All words of all names, ascending.
    pub fn vocabulary(&self) -> &[String] {
        self.names.vocabulary()
    }

    pub fn words(&self, file: FileIndex) -> Words {
        let title = self.title_numbers.place(u64::from(file.0)) as u32;
        Words { title: self.names.title(title), performer: self.names.performer(file.0 % self.performers) }
    }

    /// What a person types for this wish: the words of the title or of the performer, of which one may be left out and one be
    /// cut to its beginning. The file that is wished for always matches; others may.
    pub fn query(&self, wish: &Wish) -> Query {
        let name = self.words(wish.file);
        let words = match wish.by {
            Field::Title => name.title,
            Field::Performer => name.performer,
        };
        Query { field: wish.by, words: self.names.typed(&words, wish.typed) }
    }

    /// How often each file is picked.
    pub(super) fn shares(&self) -> Shares {
        let popularity = match &self.content {
            Content::Single(_) => Popularity::Uniform,
            Content::Catalogue(spec) => spec.popularity,
        };
        Shares::new(self.len(), popularity)
    }
}

/// The i-th file's size is the i-th draw, so that a larger catalogue leaves the smaller one as it is.
fn sizes(size: FileSize, files: u32, seed: Seed) -> Sizes {
    let mut stream = seed.stream("file sizes");
    let mut each = |quantile: &dyn Fn(f64) -> f64| {
        let draw = |_| Bytes((quantile(samplers::unit(&mut stream)).round() as u64).max(1));
        Sizes::Each((0..files).map(draw).collect())
    };
    match size {
        FileSize::Fixed(size) => Sizes::Same(size),
        FileSize::Uniform { from, to } => each(&|u| samplers::uniform(u, from.as_f64(), to.as_f64())),
        FileSize::LogNormal { median, sigma } => each(&|u| samplers::log_normal(u, median.as_f64(), sigma)),
    }
}

fn infohash(seed: u64, file: FileIndex) -> [u8; 20] {
    let kind = b"unchoke infohash of a catalogue\0";
    stand_in_infohash(&[kind, &seed.to_le_bytes(), &file.0.to_le_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::CatalogueSpec;
    use crate::units::{SimTime, portable};
    use std::collections::BTreeSet;

    const SEED: Seed = Seed { seed: 7, replicate: 0 };

    fn catalogue(files: u32, performers: u32, size: FileSize) -> Catalogue {
        let piece = Bytes(256 * Bytes::KIB);
        let spec = CatalogueSpec { files, size, piece, performers, popularity: Popularity::Uniform };
        Catalogue::draw(&Content::Catalogue(spec), SEED)
    }

    fn songs(files: u32, performers: u32) -> Catalogue {
        catalogue(files, performers, FileSize::Fixed(Bytes(4_000_000)))
    }

    fn all(catalogue: &Catalogue) -> impl Iterator<Item = FileIndex> + use<> {
        (0..catalogue.len()).map(FileIndex)
    }

    #[test]
    fn titles_differ_and_performers_share_the_files_evenly() {
        let songs = songs(1_000, 30);
        let titles: BTreeSet<String> = all(&songs).map(|file| songs.title(file)).collect();
        assert_eq!(titles.len(), 1_000);
        let performers: Vec<String> = all(&songs).map(|file| songs.performer(file)).collect();
        let names: BTreeSet<&String> = performers.iter().collect();
        assert_eq!(names.len(), 30);
        for name in names {
            let files = performers.iter().filter(|performer| *performer == name).count();
            assert!((33..=34).contains(&files));
        }
    }

    #[test]
    fn long_titles_are_as_common_among_popular_files_as_among_rare_ones() {
        let songs = songs(100_000, 1);
        for part in 0..10 {
            let files = (part * 10_000..(part + 1) * 10_000).map(FileIndex);
            let mut with = [0u32; 5];
            files.for_each(|file| with[songs.words(file).title.len()] += 1);
            assert!(with[2].abs_diff(2_500) < 50 && with[3].abs_diff(5_000) < 50, "{with:?}");
            assert!(with[4].abs_diff(2_500) < 50, "{with:?}");
        }
    }

    #[test]
    fn words_are_those_of_the_printed_names() {
        let songs = songs(500, 50);
        for file in all(&songs) {
            let words = songs.words(file);
            let printed = |numbers: &[u32]| {
                let words: Vec<&str> =
                    numbers.iter().map(|&word| songs.vocabulary()[word as usize].as_str()).collect();
                words.join(" ")
            };
            assert_eq!(printed(&words.title), songs.title(file).to_lowercase());
            assert_eq!(printed(&words.performer), songs.performer(file).to_lowercase());
        }
    }

    #[test]
    fn what_is_typed_finds_the_file_and_often_others() {
        let songs = songs(20_000, 2_000);
        let names: Vec<Words> = all(&songs).map(|file| songs.words(file)).collect();
        let mut several = 0;
        for number in 0..200u32 {
            let file = FileIndex(number * 97);
            let by = if number % 4 == 0 { Field::Performer } else { Field::Title };
            let typed = number.wrapping_mul(0x9e37_79b9) >> 4;
            let query = songs.query(&Wish { at: SimTime::ZERO, file, by, typed });
            assert!(query.matches(&names[file.at()]));
            let found = names.iter().filter(|name| query.matches(name)).count();
            several += u32::from(by == Field::Title && found > 1);
        }
        assert!((20..80).contains(&several), "{several} of 150 title searches found more than one");
    }

    #[test]
    fn sizes_follow_their_distribution_and_a_larger_catalogue_keeps_them() {
        let median = Bytes(4_000_000);
        let log_normal = catalogue(100_000, 1, FileSize::LogNormal { median, sigma: 0.5 });
        let mut sizes: Vec<u64> = all(&log_normal).map(|file| log_normal.size(file).0).collect();
        let larger = catalogue(100_001, 1, FileSize::LogNormal { median, sigma: 0.5 });
        assert_eq!(sizes, all(&larger).take(100_000).map(|file| larger.size(file).0).collect::<Vec<_>>());
        sizes.sort_unstable();
        // The p-quantile of the normal distribution is 1 at p = 0.8413; standard error of that quantile 0.7 %.
        let at_one_sigma = sizes[84_134] as f64 / (4e6 * portable::exp(0.5));
        assert!((at_one_sigma - 1.0).abs() < 0.02 && sizes[50_000].abs_diff(4_000_000) < 40_000);

        let uniform = catalogue(100_000, 1, FileSize::Uniform { from: Bytes(1_000), to: Bytes(3_000) });
        let mean = all(&uniform).map(|file| uniform.size(file).as_f64()).sum::<f64>() / 1e5;
        // Standard error 2000 / sqrt(12 x 100000) = 1.8.
        assert!((mean - 2_000.0).abs() < 8.0, "{mean}");
        assert!(all(&uniform).all(|file| (1_000..=3_000).contains(&uniform.size(file).0)));
    }

    #[test]
    fn each_file_is_a_torrent_of_its_own() {
        let songs = songs(3, 1);
        let files: Vec<File> = all(&songs).map(|file| songs.file(file)).collect();
        // 4 000 000 bytes in pieces of 256 KiB: 16 pieces.
        assert!(files.iter().all(|file| file.pieces() == 16 && file.metainfo_size == Bytes(520)));
        assert_ne!(files[0].infohash, files[1].infohash);
    }
}
