//! Who is in which swarm: a person is in one for every file that it holds or wishes for.
//!
//! A *host* is a person with its two lines and its session; a *member* is a host in the swarm of one torrent, and the
//! arenas of the swarm are indexed by it; a connection is between two members of one torrent. The members of a torrent
//! follow each other, in the order of persons, so that what lies in an arena for each piece is found without a table.
//! Where there is one file, everybody is a member of its torrent and a member's index is its person's.

use crate::units::FileIndex;
use crate::workload::{Catalogue, Holdings, Person};

pub struct Members {
    /// The person behind each member; empty where members and persons have the same numbers, so that nobody need look.
    persons: Vec<u32>,
    /// The members of each person, one after another: files held at the start, then wishes in their order.
    by_person: Vec<u32>,
    /// Where those of a person begin, and the end.
    begins: Vec<u32>,
}

/// The members of one torrent.
pub struct Band {
    pub file: FileIndex,
    pub first: u32,
    pub count: u32,
}

impl Members {
    /// Numbers all members; also says which of them belong to which file, ascending, without the files that nobody
    /// holds or wishes for.
    pub fn new(people: &[Person], catalogue: &Catalogue) -> (Members, Vec<Band>) {
        let (mut files, mut begins) = (Vec::new(), vec![0]);
        let mut owners = Vec::new();
        for (index, person) in people.iter().enumerate() {
            add_files(person, catalogue.len(), &mut files);
            owners.resize(files.len(), index as u32);
            begins.push(index_of(files.len()));
        }
        let mut order: Vec<u32> = (0..index_of(files.len())).collect();
        // Stable: the members of a torrent stay in the order of persons.
        order.sort_by_key(|&at| files[at as usize]);
        let mut by_person = vec![0; files.len()];
        for (member, &at) in order.iter().enumerate() {
            by_person[at as usize] = member as u32;
        }
        let mut persons: Vec<u32> = order.iter().map(|&at| owners[at as usize]).collect();
        if persons.iter().copied().eq(0..index_of(people.len())) {
            persons = Vec::new();
        }
        let mut bands: Vec<Band> = Vec::new();
        for (member, &at) in order.iter().enumerate() {
            let file = files[at as usize];
            match bands.last_mut() {
                Some(band) if band.file == file => band.count += 1,
                Some(_) | None => bands.push(Band { file, first: member as u32, count: 1 }),
            }
        }
        if bands.is_empty() && catalogue.len() == 1 {
            // The only file has a torrent even where nobody is to come.
            bands.push(Band { file: FileIndex(0), first: 0, count: 0 });
        }
        (Members { persons, by_person, begins }, bands)
    }

    /// Number of members of all torrents.
    pub fn len(&self) -> usize {
        self.by_person.len()
    }

    pub fn person(&self, member: u32) -> u32 {
        self.persons.get(member as usize).copied().unwrap_or(member)
    }

    /// The members that a person is: files held at the start, then wishes in their order.
    pub fn of(&self, person: u32) -> &[u32] {
        let [begin, end] = [0, 1].map(|next| self.begins[person as usize + next] as usize);
        &self.by_person[begin..end]
    }
}

/// Adds every file that the person holds or will wish for, each once.
fn add_files(person: &Person, catalogue: u32, files: &mut Vec<FileIndex>) {
    if catalogue == 1 {
        return files.push(FileIndex(0));
    }
    match &person.holds {
        Holdings::Nothing => {}
        Holdings::Everything => files.extend((0..catalogue).map(FileIndex)),
        Holdings::Files(held) => files.extend(held),
        Holdings::Pieces(_) => unreachable!("only a single file is held in part"),
    }
    files.extend(person.wishes.iter().map(|wish| wish.file));
}

fn index_of(count: usize) -> u32 {
    u32::try_from(count).expect("fewer than 2^32 members")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::names::Field;
    use crate::rng::Seed;
    use crate::spec::{Behavior, CatalogueSpec, Content, File, FileSize, Popularity};
    use crate::units::{Bytes, ClassIndex, Rate, SimDuration, SimTime};
    use crate::workload::Wish;

    fn person(holds: Holdings, wishes: &[u32]) -> Person {
        let wish =
            |&file: &u32| Wish { at: SimTime::ZERO, file: FileIndex(file), by: Field::Title, typed: 0 };
        Person {
            class: ClassIndex(0),
            arrives: Some(SimTime::ZERO),
            upload: Rate::UNLIMITED,
            download: Rate::UNLIMITED,
            access_latency: SimDuration::ZERO,
            holds,
            behavior: Behavior::Compliant,
            patience: None,
            lingers: None,
            leaves_at: None,
            leaves_after_copies: None,
            vanishes: false,
            absences: Vec::new(),
            wishes: wishes.iter().map(wish).collect(),
        }
    }

    fn files(held: &[u32]) -> Holdings {
        Holdings::Files(held.iter().copied().map(FileIndex).collect())
    }

    fn catalogue(files: u32) -> Catalogue {
        let (size, piece) = (Bytes(100_000), Bytes(16_384));
        let content = if files == 1 {
            Content::Single(File { size, piece, metainfo_size: Bytes(300), infohash: [0; 20] })
        } else {
            let size = FileSize::Fixed(size);
            let popularity = Popularity::Uniform;
            Content::Catalogue(CatalogueSpec { files, size, piece, performers: 1, popularity })
        };
        Catalogue::draw(&content, Seed { seed: 1, replicate: 0 })
    }

    #[test]
    fn with_one_file_everybody_is_the_member_of_that_number() {
        let people = [
            person(Holdings::Everything, &[]),
            person(Holdings::Nothing, &[0]),
            person(Holdings::Nothing, &[]),
            person(Holdings::Pieces(vec![2]), &[0]),
        ];
        let (members, bands) = Members::new(&people, &catalogue(1));
        assert_eq!((members.len(), bands.len()), (4, 1));
        assert_eq!((bands[0].file, bands[0].first, bands[0].count), (FileIndex(0), 0, 4));
        for index in 0..4 {
            assert_eq!((members.person(index), members.of(index)), (index, &[index][..]));
        }
    }

    #[test]
    fn members_of_a_torrent_follow_each_other_in_the_order_of_persons() {
        let people = [
            person(files(&[1, 4]), &[3, 0]),
            person(Holdings::Nothing, &[]),
            person(Holdings::Everything, &[]),
            person(Holdings::Nothing, &[4]),
        ];
        let (members, bands) = Members::new(&people, &catalogue(6));
        let of_file = |band: &Band| {
            let persons = (band.first..band.first + band.count).map(|member| members.person(member));
            (band.file.0, persons.collect::<Vec<_>>())
        };
        let expected = [
            (0, vec![0, 2]),
            (1, vec![0, 2]),
            (2, vec![2]),
            (3, vec![0, 2]),
            (4, vec![0, 2, 3]),
            (5, vec![2]),
        ];
        assert_eq!(bands.iter().map(of_file).collect::<Vec<_>>(), expected);
        // Held files first, then wishes in their order.
        assert_eq!(members.of(0), [2, 7, 5, 0]);
        assert!(members.of(1).is_empty());
        assert_eq!(members.of(2), [1, 3, 4, 6, 8, 10]);
        assert_eq!(members.of(3), [9]);
    }
}
