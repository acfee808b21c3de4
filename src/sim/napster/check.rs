//! Napster checks itself: searches that balance at the end, every invariant under test. What fails here is a bug.

use crate::record::{Central, Observer};
use crate::units::PersonIndex;

use super::Napster;
use super::link::LinkState;
use super::search::Stage;

impl<O: Observer> Napster<'_, O> {
    /// Accounts that must balance at the end; each that does not is a sentence.
    pub(super) fn violations(&self) -> Vec<String> {
        let mut found = Vec::new();
        let stations = self.servers.iter().map(|server| {
            let sample = server.station.sample(self.world.now, Central::Index(0), true);
            sample.served + sample.refused + u64::from(sample.queue)
        });
        let (sent, tally) = (self.tally.traffic.queries, &self.tally);
        let met = stations.sum::<u64>() - tally.vain_logins + tally.on_the_way + tally.lost;
        if sent != met {
            found.push(format!("{sent} searches were sent, but of {met} it is known what became of them"));
        }
        for (number, server) in self.servers.iter().enumerate() {
            found.extend(server.index.check().err().map(|what| format!("index {number}: {what}")));
        }
        found
    }

    /// Servers and users agree on who is connected and what is shared, but for what is on its way.
    pub(super) fn check_links(&self) {
        let now = self.world.now;
        assert_eq!(self.violations(), Vec::<String>::new(), "at {now}");
        for (number, server) in (0..).zip(&self.servers) {
            assert!(self.is_up(number) || server.index.users() == 0, "at {now}: server {number} is down");
        }
        for (person, link) in (0..).zip(&self.links) {
            let online = self.world.is_online(person);
            assert!(online || link.state == LinkState::Closed, "at {now}: {person} is off and connected");
            let peer = PersonIndex(person);
            for (number, server) in (0..).zip(&self.servers) {
                let listed = server.index.folder(peer);
                let holds = listed.iter().all(|&file| self.folders.holds(person, file));
                assert!(holds, "at {now}: server {number} lists what {person} has not got");
                assert!(listed.is_empty() || self.folders.shares(person), "at {now}: {person} rides free");
            }
            if let Some(login) = link.login {
                let index = &self.servers[link.server as usize].index;
                assert!(index.is_current(peer, login), "at {now}: its server does not know {person}");
                let news = link.news.iter().filter(|file| index.folder(peer).contains(file)).count();
                assert_eq!(news, 0, "at {now}: news of {person} is old");
            } else {
                assert!(link.news.is_empty() && link.state != LinkState::Open, "at {now}: {person}");
            }
        }
    }

    /// Who looks for a supplier has an open wish and the means for what it does.
    pub(super) fn check_hunts(&self) {
        let now = self.world.now;
        for (fetch, hunt) in (0..).zip(&self.hunts) {
            let person = self.fetches[fetch].person;
            match hunt.stage {
                Stage::Idle => {}
                Stage::Stranded => {
                    assert!(self.world.is_online(person), "at {now}: hunt {fetch} of nobody");
                    assert!(!self.is_connected(person), "at {now}: hunt {fetch} waits for what there is");
                }
                Stage::Searching | Stage::Requesting => {
                    assert!(self.is_connected(person), "at {now}: hunt {fetch} talks to nobody");
                }
                Stage::Pinging | Stage::Resting => {
                    assert!(self.world.is_online(person), "at {now}: hunt {fetch} of nobody");
                }
            }
            if hunt.stage != Stage::Idle {
                assert!(self.fetches.open_of(person).contains(&fetch), "at {now}: hunt {fetch} of no wish");
            }
        }
    }
}
