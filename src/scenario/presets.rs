//! Known clients as settings: each number with its source. Nothing here is fitted to a result.
//!
//! Sources: BEP 3 and Cohen 2003 ("Incentives build robustness in BitTorrent"); the mainline client
//! 3.4 and 4.0 (`Choker.py`, `PiecePicker.py`, `download.py`); libtorrent 2 (`settings_pack.cpp`,
//! `choker.cpp`); Transmission 4 (`peer-mgr.cc`, `peer-msgs.cc`, `peer-mgr-wishlist.cc`).

use crate::spec::{
    Choker, ClientSpec, ConnectionLimits, Endgame, Optimistic, Picker, RequestQueue, SeedChoker,
    StrictPriority,
};
use crate::units::SimDuration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    Lecture,
    Mainline34,
    Mainline40,
    Libtorrent2,
    Transmission4,
}

const fn seconds(secs: u64) -> SimDuration {
    SimDuration::from_whole_secs(secs)
}

impl Preset {
    pub fn client(self) -> ClientSpec {
        match self {
            Preset::Lecture => lecture(),
            Preset::Mainline34 => mainline_34(),
            Preset::Mainline40 => mainline_40(),
            Preset::Libtorrent2 => libtorrent_2(),
            Preset::Transmission4 => transmission_4(),
        }
    }

    /// How many peers the client asks the tracker for.
    pub fn numwant(self) -> u32 {
        match self {
            // Mainline asks for no number and its tracker answers with 50.
            Preset::Lecture | Preset::Mainline34 | Preset::Mainline40 => 50,
            // libtorrent: num_want = 200.
            Preset::Libtorrent2 => 200,
            // Transmission: numwant = 80.
            Preset::Transmission4 => 80,
        }
    }
}

/// What lectures teach: BEP 3 to the letter, with the optimistic slot beside the four best.
fn lecture() -> ClientSpec {
    ClientSpec {
        name: "lecture".to_owned(),
        picker: Picker::RarestFirst,
        // Cohen 2003: random "until the first complete piece".
        random_first: 1,
        // Cohen 2003: strict priority for the blocks of a started piece.
        strict_priority: StrictPriority::On,
        // Cohen 2003: requests for all missing blocks go to all peers, cancelled on arrival.
        endgame: Endgame::AskAll,
        choker: Choker::TitForTat,
        // BEP 3: a seed ranks by the rate at which it can upload.
        seed_choker: SeedChoker::FastestUpload,
        // Lectures and textbooks: top four and one optimistic; BEP 3 counts the latter among the four.
        regular_slots: 4,
        optimistic_slots: 1,
        // BEP 3: new connections are three times as likely to start as the optimistic unchoke.
        optimistic: Optimistic::NewcomersThrice,
        // Cohen 2003, anti-snubbing: there may be more than one optimistic unchoke at a time.
        min_uploads: None,
        // BEP 3 is silent on equals, and counts the optimistic unchoke among the four where it deserves it.
        equals_stay: false,
        optimistic_apart: false,
        // BEP 3: peers with a better rate that are not interested get unchoked.
        unchokes_uninterested: true,
        // BEP 3: peers who are choked change once every ten seconds and not in between, against fibrillation.
        rechokes_on_interest: false,
        // BEP 3: the choke set changes every 10 s, the optimistic unchoke every 30 s.
        rechoke_every: seconds(10),
        optimistic_every: seconds(30),
        // Cohen 2003: a rolling 20 s average; the old seed rule uses the same.
        rate_window: seconds(20),
        seed_rate_window: seconds(20),
        // Cohen 2003: over a minute without a piece from a neighbour is being snubbed by it.
        snub_after: Some(seconds(60)),
        // BEP 6 is younger than both documents.
        allowed_fast: 0,
        // BEP 6: granted until the peer has as many pieces as the set.
        allowed_fast_for_starters: true,
        // Cohen 2003: five requests outstanding.
        request_queue: RequestQueue::Fixed(5),
        // Neither is in the documents.
        whole_piece_within: None,
        look_again_after: None,
        max_sources: None,
        // The documents give no limits; mainline 3.4's.
        connections: MAINLINE_34_CONNECTIONS,
        connectable: true,
        hash_check: true,
        // BEP 16: not recommended for general use; every client leaves it to the user.
        super_seeding: false,
        limiter_tick: None,
    }
}

/// mainline 3.4: min_peers 20, max_initiate 35, max_allow_in 55; it looks every 300 s.
const MAINLINE_34_CONNECTIONS: ConnectionLimits =
    ConnectionLimits { min_peers: 20, max_initiate: 35, max_allow_in: 55, check_every: seconds(300) };

fn mainline_34() -> ClientSpec {
    ClientSpec {
        name: "mainline-3.4".to_owned(),
        // PiecePicker 3.4: random while fewer than 4 pieces are had.
        random_first: 4,
        // Choker 3.4: max_uploads = 7, of which the best 6 are preferred; the walk along the
        // connection list then unchokes at least one interested peer besides.
        regular_slots: 6,
        optimistic_slots: 1,
        // Choker 3.4: the list is rotated every third round; newcomers go in near its front.
        optimistic: Optimistic::RotatingList,
        // Choker 3.4: the walk ends when min_uploads = 4 are unchoked, one of them besides the preferred.
        min_uploads: Some(4),
        // Choker 3.4: only interested peers are preferred.
        unchokes_uninterested: false,
        // Choker 3.4: interested, not_interested and connection_lost of an unchoked peer rechoke.
        rechokes_on_interest: true,
        // download.py: max_rate_period 20 s for both directions, snub_time 30 s.
        snub_after: Some(seconds(30)),
        ..lecture()
    }
}

fn mainline_40() -> ClientSpec {
    ClientSpec {
        name: "mainline-4.0".to_owned(),
        // PiecePicker 4.x: a started piece wins only if it is in the rarest bucket available.
        strict_priority: StrictPriority::IfRarest,
        // Choker 4.0: the list as before, but newcomers enter it at `randrange(n + 1)`.
        optimistic: Optimistic::RotatingListUniform,
        // Choker 4.0: forced new unchokes every 30 s, the most recently unchoked stay.
        seed_choker: SeedChoker::Rotation,
        // Automatic slots at the default upload limit of 20 kB/s: 4, so 3 preferred and 1 more.
        regular_slots: 3,
        optimistic_slots: 1,
        // min_uploads = 2.
        min_uploads: Some(2),
        // A seed's rates are averaged over 100 s.
        seed_rate_window: seconds(100),
        // 2 + floor(4 x rate / 16384) requests; the client damps what exceeds 50, cut off here.
        request_queue: RequestQueue::RateDependent { base: 2, horizon: seconds(4), min: 2, max: 50 },
        // 4.0.4: min_peers 20, max_initiate 40, max_allow_in 80.
        connections: ConnectionLimits { max_initiate: 40, max_allow_in: 80, ..MAINLINE_34_CONNECTIONS },
        ..mainline_34()
    }
}

fn libtorrent_2() -> ClientSpec {
    ClientSpec {
        name: "libtorrent-2".to_owned(),
        picker: Picker::RarestFirst,
        // initial_picker_threshold = 4.
        random_first: 4,
        // piece_picker.cpp: a started piece goes first among pieces of the same availability; picker_options and pick_pieces
        // set prioritize_partials in random first, above 3/2 started pieces a peer, and above 2048 started blocks.
        strict_priority: StrictPriority::Bounded,
        // strict_end_game_mode: one duplicate, of a peer with nothing outstanding.
        endgame: Endgame::WhenIdle,
        // choking_algorithm = fixed_slots_choker; choker.cpp and session_impl.cpp.
        choker: Choker::FixedSlots,
        // seed_choking_algorithm = round_robin with seeding_piece_quota = 20, and one minute.
        seed_choker: SeedChoker::RoundRobin { pieces: 20, at_least: seconds(60) },
        // unchoke_slots_limit = 8, of which max(1, 8 / 5) = 1 is optimistic.
        regular_slots: 7,
        optimistic_slots: 1,
        optimistic: Optimistic::LongestWait,
        // The choker ranks all and fills all its slots.
        min_uploads: None,
        equals_stay: false,
        optimistic_apart: false,
        unchokes_uninterested: false,
        // peer_connection.cpp: who loses interest is choked and the next round is brought forward, and
        // who becomes interested gets a free slot at once.
        rechokes_on_interest: true,
        // unchoke_interval = 15, optimistic_unchoke_interval = 30.
        rechoke_every: seconds(15),
        optimistic_every: seconds(30),
        // stat.hpp: rates are averages of five seconds. It ranks by the bytes of the last round.
        rate_window: seconds(5),
        seed_rate_window: seconds(5),
        // piece_timeout = 20. It has no rule that denies a slot, but who sent nothing for longer
        // than the ranking window ranks last anyway; the blocks asked for are set free.
        snub_after: Some(seconds(20)),
        // allowed_fast_set_size = 5.
        allowed_fast: 5,
        // peer_connection.cpp: incoming_request serves the set however many pieces the peer has.
        allowed_fast_for_starters: false,
        // m_desired_queue_size = 4 at first; request_queue_time = 3, max_out_request_queue = 500, min_request_queue = 2.
        request_queue: RequestQueue::SlowStart { begin: 4, horizon: seconds(3), min: 2, max: 500 },
        // whole_pieces_threshold = 20.
        whole_piece_within: Some(seconds(20)),
        // peer_connection.cpp, second_tick: five seconds after the last request of an idle connection.
        look_again_after: Some(seconds(5)),
        max_sources: None,
        // connections_limit = 200. It has no min_peers and no regular look of its own: mainline's.
        connections: ConnectionLimits { max_initiate: 200, max_allow_in: 200, ..MAINLINE_34_CONNECTIONS },
        connectable: true,
        hash_check: true,
        super_seeding: false,
        // tick_interval = 500, as used by bandwidth_manager::update_quotas; rate_limit_ip_overhead = true, as in
        // session_impl.cpp, trancieve_ip_packet. A client without limits has neither.
        limiter_tick: Some(SimDuration::from_millis(500)),
    }
}

fn transmission_4() -> ClientSpec {
    ClientSpec {
        name: "transmission-4".to_owned(),
        picker: Picker::RarestFirst,
        // The wishlist has no random phase.
        random_first: 0,
        // The wishlist sorts by blocks still missing before it sorts by rarity.
        strict_priority: StrictPriority::On,
        // EndgameMaxPeers = 2: at most one duplicate request of a block. The client does not wait
        // until the second peer is idle; of the modes here this is the nearest.
        endgame: Endgame::WhenIdle,
        choker: Choker::TitForTat,
        // get_rate: a finished torrent ranks by the rate to the peer.
        seed_choker: SeedChoker::FastestUpload,
        // upload-slots-per-torrent = 8, and the optimistic peer besides.
        regular_slots: 8,
        optimistic_slots: 1,
        // rechokeUploads: uniform among the choked and interested.
        optimistic: Optimistic::Uniform,
        // rechokeUploads goes through all until the slots are full.
        min_uploads: None,
        // ChokeData::compare: the faster, then who is not choked, then a salt.
        equals_stay: true,
        // rechokeUploads: the optimistic peer is left out of the ranking.
        optimistic_apart: true,
        // rechokeUploads: better peers that are not interested are unchoked and take no slot.
        unchokes_uninterested: true,
        // rechoke_pulse is the only caller of rechokeUploads.
        rechokes_on_interest: false,
        // RechokePeriod 10 s; the optimistic state counts down from OptimisticUnchokeMultiplier = 4
        // and ends at the round after zero: about 50 s.
        rechoke_every: seconds(10),
        optimistic_every: seconds(50),
        // bandwidth.h: HistoryMSec = 2000.
        rate_window: seconds(2),
        seed_rate_window: seconds(2),
        // No anti-snubbing.
        snub_after: None,
        // It never offers an allowed-fast set.
        allowed_fast: 0,
        allowed_fast_for_starters: true,
        // max(32, 10 s of the rate), at most 500 (its reqq).
        request_queue: RequestQueue::RateDependent { base: 0, horizon: seconds(10), min: 32, max: 500 },
        whole_piece_within: None,
        look_again_after: None,
        max_sources: None,
        // peer-limit-per-torrent = 50. It has no min_peers and no regular look of its own: mainline's.
        connections: ConnectionLimits { max_initiate: 50, max_allow_in: 50, ..MAINLINE_34_CONNECTIONS },
        connectable: true,
        hash_check: true,
        super_seeding: false,
        limiter_tick: None,
    }
}
