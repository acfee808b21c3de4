//! Titles and performers: readable, all different, computed from their number.
//!
//! A name is a number written in words: each word is a digit of it, so different numbers give different names and nothing is
//! stored. Numbers are scattered first, so that neighbours share no word and long names are as common among popular files
//! as among rare ones. A quarter of the titles have two words as long as those last, a half three, the rest four.
//!
//! A small catalogue uses few words: so few that who leaves one out finds a title or two besides, whatever the size.

use std::ops::Range;

use smallvec::SmallVec;

use super::words::{FIRST_NAMES, LAST_NAMES, MOODS, OPENINGS, QUALITIES, THINGS};
use crate::protocol::names::WordIndex;
use crate::units::greatest_common_divisor;

/// A title or a performer's name as word numbers.
pub type Name = SmallVec<[WordIndex; 4]>;

/// The least that somebody types of a word.
const SHORTEST_BEGINNING: usize = 3;
/// The smallest catalogue uses so many words of each list.
const FEWEST_WORDS: u64 = 5;

/// All words, and how a number becomes a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    vocabulary: Vec<String>,
    titles: [Pattern; 3],
    performers: [Pattern; 2],
}

impl Names {
    /// Names for that many files and performers.
    pub fn new(files: u32, performers: u32) -> Names {
        let [openings, qualities, things, moods] =
            [OPENINGS, QUALITIES, THINGS, MOODS].map(|list| some_of(list, files));
        let [first, last] = [FIRST_NAMES, LAST_NAMES].map(|list| some_of(list, performers));
        let lists = [&openings, &qualities, &things, &moods, &first, &last];
        let mut vocabulary: Vec<String> = lists.into_iter().flatten().map(|&word| word.to_owned()).collect();
        vocabulary.sort_unstable();
        vocabulary.dedup();
        let pattern = |lists: &[&Vec<&str>]| Pattern::new(lists, &vocabulary);
        let titles = [
            pattern(&[&qualities, &things]),
            pattern(&[&qualities, &things, &moods]),
            pattern(&[&openings, &qualities, &things, &moods]),
        ];
        let performers = [pattern(&[&first, &last]), pattern(&[&first, &first, &last])];
        Names { vocabulary, titles, performers }
    }

    pub fn vocabulary(&self) -> &[String] {
        &self.vocabulary
    }

    pub fn title(&self, number: u32) -> Name {
        let [two, three, four] = &self.titles;
        match number % 4 {
            0 if u64::from(number / 4) < two.capacity() => two.name(number / 4),
            1 | 3 => three.name(number),
            _ => four.name(number),
        }
    }

    pub fn performer(&self, number: u32) -> Name {
        let [two, three] = &self.performers;
        match number % 2 {
            0 if u64::from(number / 2) < two.capacity() => two.name(number / 2),
            _ => three.name(number),
        }
    }

    /// As it is printed: "Silver River".
    pub fn text(&self, name: &[WordIndex]) -> String {
        let capitalised = |&word: &WordIndex| {
            let word = &self.vocabulary[word as usize];
            word[..1].to_uppercase() + &word[1..]
        };
        name.iter().map(capitalised).collect::<Vec<_>>().join(" ")
    }

    /// What somebody types who looks for that name. `typed` chooses: of a name of three words or more one is left out in
    /// half of the cases; then one of the words, or none, is cut to a beginning.
    pub fn typed(&self, name: &[WordIndex], typed: u32) -> SmallVec<[Range<WordIndex>; 4]> {
        let mut choice = Choice(typed);
        let left_out = (name.len() > 2 && choice.among(2) == 0).then(|| choice.among(name.len()));
        let kept = name.iter().enumerate().filter(|&(place, _)| Some(place) != left_out);
        let mut words: SmallVec<[Range<WordIndex>; 4]> = kept.map(|(_, &word)| word..word + 1).collect();
        if let Some(cut) = words.get_mut(choice.among(name.len() + 1)) {
            let word = &self.vocabulary[cut.start as usize];
            let letters = SHORTEST_BEGINNING + choice.among(word.len() + 1 - SHORTEST_BEGINNING);
            *cut = self.beginning_with(&word[..letters]);
        }
        words
    }

    fn beginning_with(&self, beginning: &str) -> Range<WordIndex> {
        let from = self.vocabulary.partition_point(|word| word.as_str() < beginning);
        let length = self.vocabulary[from..].partition_point(|word| word.starts_with(beginning));
        from as WordIndex..(from + length) as WordIndex
    }
}

/// Independent small choices from one number.
struct Choice(u32);

impl Choice {
    fn among(&mut self, n: usize) -> usize {
        let n = n as u32;
        let chosen = self.0 % n;
        self.0 /= n;
        chosen as usize
    }
}

/// So many words of the list that two of them make about `names` names.
fn some_of(list: &str, names: u32) -> Vec<&str> {
    let words: Vec<&str> = list.split_whitespace().collect();
    let scatter = Scatter::over(words.len() as u64);
    let enough = (u64::from(names.isqrt()) + FEWEST_WORDS).min(words.len() as u64);
    (0..enough).map(|place| words[scatter.place(place) as usize]).collect()
}

/// A kind of name: one list of words for each place.
#[derive(Clone, Debug, PartialEq)]
struct Pattern {
    /// The numbers of each list's words.
    lists: Vec<Vec<WordIndex>>,
    scatter: Scatter,
}

impl Pattern {
    fn new(lists: &[&Vec<&str>], vocabulary: &[String]) -> Pattern {
        let number = |word: &&str| {
            let place = vocabulary.binary_search_by(|known| known.as_str().cmp(*word));
            place.expect("the vocabulary has every word") as WordIndex
        };
        let lists: Vec<Vec<WordIndex>> = lists.iter().map(|list| list.iter().map(number).collect()).collect();
        let scatter = Scatter::over(lists.iter().map(|list| list.len() as u64).product());
        Pattern { lists, scatter }
    }

    /// How many different names it gives.
    fn capacity(&self) -> u64 {
        self.scatter.size
    }

    fn name(&self, number: u32) -> Name {
        let mut rest = self.scatter.place(u64::from(number));
        let digit = |list: &Vec<WordIndex>| {
            let digit = rest % list.len() as u64;
            rest /= list.len() as u64;
            list[digit as usize]
        };
        self.lists.iter().map(digit).collect()
    }
}

/// A fixed bijection of `0..size` that takes neighbours far apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scatter {
    size: u64,
    stride: u64,
}

impl Scatter {
    /// Multiplies by what is next to the golden section of `size` and has no divisor in common with it. `size` stays below
    /// 2^32, so nothing overflows.
    pub fn over(size: u64) -> Scatter {
        assert!((1..1 << 32).contains(&size), "{size} names");
        let golden = (size as f64 * 0.618_033_988_749_895) as u64;
        let stride = (golden.max(1)..).find(|&stride| greatest_common_divisor(stride, size) == 1);
        Scatter { size, stride: stride.expect("a number next to a multiple of `size` would do") }
    }

    /// `number` is below `size`.
    pub fn place(self, number: u64) -> u64 {
        assert!(number < self.size, "there are only {} names", self.size);
        number * self.stride % self.size
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn words_are_plain_and_each_stands_once_in_its_list() {
        for list in [OPENINGS, QUALITIES, THINGS, MOODS, FIRST_NAMES, LAST_NAMES] {
            let words: Vec<&str> = list.split_whitespace().collect();
            assert!(words.is_sorted_by(|a, b| a < b), "not ascending: {list}");
            let plain = |word: &&str| word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_lowercase());
            assert!(words.iter().all(plain), "{list}");
        }
    }

    #[test]
    fn a_million_files_have_different_titles_and_performers() {
        let names = Names::new(1_000_000, 1_000_000);
        let all = |name: &dyn Fn(u32) -> Name| (0..1_000_000).map(name).collect::<BTreeSet<Name>>().len();
        assert_eq!(all(&|number| names.title(number)), 1_000_000);
        assert_eq!(all(&|number| names.performer(number)), 1_000_000);
    }

    #[test]
    fn names_read_well() {
        let names = Names::new(1_000_000, 1_000);
        let titles: Vec<String> = (1..5).map(|number| names.text(&names.title(number))).collect();
        assert_eq!(
            titles,
            ["Faithful Coat Heatwave", "Watching False Widow Grace", "Salty Shore Friday", "Kind Balloon"]
        );
        let performers: Vec<String> = (1..3).map(|number| names.text(&names.performer(number))).collect();
        assert_eq!(performers, ["Lloyd Ursula Maddox", "Phyllis Maddox"]);
    }

    #[test]
    fn scattering_is_a_bijection() {
        for size in [1, 2, 3, 10, 97, 360, 4_096] {
            let scatter = Scatter::over(size);
            let places: BTreeSet<u64> = (0..size).map(|number| scatter.place(number)).collect();
            assert_eq!(places, (0..size).collect());
        }
    }

    #[test]
    fn what_is_typed_begins_words_of_the_name_and_varies() {
        let names = Names::new(1_000_000, 1_000);
        let name = names.title(2);
        let mut ways = BTreeSet::new();
        for typed in (0..4_000_000_000).step_by(1_000_003) {
            let words = names.typed(&name, typed);
            assert!((3..=4).contains(&words.len()));
            assert!(words.iter().all(|typed| name.iter().any(|word| typed.contains(word))));
            ways.insert(words.iter().map(|range| (range.start, range.end)).collect::<Vec<_>>());
        }
        assert!(ways.len() > 20, "{}", ways.len());
    }

    #[test]
    fn a_beginning_stands_for_all_words_that_have_it() {
        let names = Names::new(1_000_000, 1_000);
        let range = names.beginning_with("sun");
        let words = &names.vocabulary[range.start as usize..range.end as usize];
        assert_eq!(words, ["sun", "sunday", "sunny", "sunrise", "sunset"]);
    }
}
