#!/usr/bin/env python3
"""Measures swarms of real libtorrent sessions on this machine, for `unchoke validate` to be compared with.

One session a peer, each with a loopback address and sockets of its own; rates are limited by the clients. Needs
`pip install libtorrent`; nothing in the build or the tests needs it.

    scripts/measure_libtorrent.py --list
    scripts/measure_libtorrent.py two_classes --repetitions 3 --out measured/

writes `peers.csv` (a row a peer and repetition) and `progress.csv` (the leechers' mean progress every second) for each
set-up, appending, so that several runs fill one pair of files. Times are seconds since the first leecher's arrival. A set-up
takes one to four minutes of wall time and a tenth of a core.
"""

import argparse
import csv
import dataclasses
import os
import tempfile
import time

import libtorrent as lt

FILE_BYTES = 16 * 1024 * 1024
PIECE_BYTES = 256 * 1024
TICK_S = 0.1
# The seed is there this long before the first leecher.
HEAD_START_S = 4.8


@dataclasses.dataclass
class Group:
    """Leechers of one kind. Rates in KiB/s, 0: no limit; `every_s`: between two arrivals."""

    name: str
    count: int
    up: int
    down: int = 0
    every_s: float = 0.0
    first_s: float = 0.0
    leaves: bool = False


@dataclasses.dataclass
class Setup:
    """One seed and groups of leechers."""

    seed_up: int
    groups: list
    slots: int = 4
    allowed_fast: int = 5
    seed_leaves_after_copies: float = 0.0


SETUPS = {
    # The set-ups that the founders measured, to see that this script measures the same.
    "C_pair": Setup(200, [Group("leech", 1, 200)]),
    "S1": Setup(200, [Group("leech", 20, 200)]),
    "X1_nofast": Setup(1000, [Group("leech", 20, 200)], allowed_fast=0),
    # Held out: nothing in the simulator was chosen by looking at these.
    "two_classes": Setup(400, [Group("slow", 10, 100), Group("fast", 10, 400)]),
    "staggered_leave": Setup(200, [Group("leech", 15, 200, every_s=5.0, leaves=True)]),
    "free_riders": Setup(400, [Group("leech", 12, 200), Group("rider", 4, 1)], allowed_fast=0),
    "download_limit": Setup(600, [Group("leech", 10, 200, down=250)]),
    "seed_leaves": Setup(400, [Group("leech", 12, 200)], allowed_fast=0, seed_leaves_after_copies=1.5),
    "eight_slots": Setup(500, [Group("leech", 15, 200)], slots=8),
    "slow_leechers": Setup(300, [Group("leech", 10, 60)]),
}


class Peer:
    """A session and its place in the set-up."""

    def __init__(self, name, group, number, block, up, down, setup):
        self.name, self.group, self.up, self.down = name, group, up, down
        self.address = f"127.{block}.{number // 250 + 1}.{number % 250 + 1}"
        self.handle = self.joined = self.complete = self.left = None
        self.status = None
        self.session = lt.session(
            {
                "listen_interfaces": f"{self.address}:6881",
                "outgoing_interfaces": self.address,
                "enable_dht": False,
                "enable_lsd": False,
                "enable_upnp": False,
                "enable_natpmp": False,
                "enable_outgoing_utp": False,
                "enable_incoming_utp": False,
                "upload_rate_limit": up * 1024,
                "download_rate_limit": down * 1024,
                "unchoke_slots_limit": setup.slots,
                "allowed_fast_set_size": setup.allowed_fast,
                "alert_mask": 0,
            }
        )
        # Peers on loopback belong to a class without limits; here everybody is in the class that has them.
        everywhere = lt.ip_filter()
        everywhere.add_rule("0.0.0.0", "255.255.255.255", 1 << lt.session.global_peer_class_id)
        self.session.set_peer_class_filter(everywhere)

    def join(self, torrent, path, others, now):
        """Adds the torrent and dials everybody who is there: the mesh is full."""
        parameters = lt.add_torrent_params()
        parameters.ti = torrent
        parameters.save_path = path
        if self.group == "seed":
            parameters.flags |= lt.torrent_flags.seed_mode
        parameters.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
        self.handle = self.session.add_torrent(parameters)
        self.joined = now
        for other in others:
            self.handle.connect_peer((other.address, 6881))

    def leave(self, now):
        self.status = self.handle.status()
        self.session.remove_torrent(self.handle)
        self.left = now

    @property
    def present(self):
        return self.joined is not None and self.left is None


def make_torrent(folder):
    """A random file and its torrent."""
    path = os.path.join(folder, "data.bin")
    with open(path, "wb") as file:
        file.write(os.urandom(FILE_BYTES))
    storage = lt.file_storage()
    lt.add_files(storage, path)
    creator = lt.create_torrent(storage, PIECE_BYTES, lt.create_torrent.v1_only)
    lt.set_piece_hashes(creator, folder)
    return lt.torrent_info(lt.bdecode(lt.bencode(creator.generate())))


def plan(setup, block):
    """The seed, and the leechers with their arrival times in order."""
    seed = Peer("seed", "seed", 0, block, setup.seed_up, 0, setup)
    arrivals = []
    for group in setup.groups:
        for nth in range(group.count):
            number = len(arrivals) + 1
            peer = Peer(f"{group.name}{nth + 1:02}", group.name, number, block, group.up, group.down, setup)
            arrivals.append((group.first_s + nth * group.every_s, group, peer))
    arrivals.sort(key=lambda arrival: (arrival[0], arrival[2].name))
    return seed, arrivals


def run(setup, block, limit_s, folder):
    """Plays one repetition; returns the peers and the samples of progress."""
    torrent = make_torrent(folder)
    seed, arrivals = plan(setup, block)
    peers = [seed] + [peer for _, _, peer in arrivals]
    leaving = {peer.name for _, group, peer in arrivals if group.leaves}
    begin = time.monotonic()
    seed.join(torrent, folder, [], -HEAD_START_S)
    samples, waiting, next_sample = [], list(arrivals), 0.0
    while True:
        now = time.monotonic() - begin - HEAD_START_S
        while waiting and waiting[0][0] <= now:
            _, _, peer = waiting.pop(0)
            path = os.path.join(folder, peer.name)
            peer.join(torrent, path, [other for other in peers if other.present], now)
        for peer in peers:
            if peer.present and peer is not seed and peer.complete is None and peer.handle.status().is_seeding:
                peer.complete = now
                if peer.name in leaving:
                    peer.leave(now)
        copies = setup.seed_leaves_after_copies
        if copies and seed.present and seed.handle.status().total_payload_upload >= copies * FILE_BYTES:
            seed.leave(now)
        if now >= next_sample:
            next_sample += 1.0
            samples.append((now, mean_progress(peers[1:])))
        if now > limit_s or not waiting and all(peer.complete is not None for peer in peers[1:]):
            break
        time.sleep(TICK_S)
    for peer in peers:
        if peer.present:
            peer.status = peer.handle.status()
    return peers, samples


def mean_progress(leechers):
    """Mean share of pieces that the leechers have, those to come and those gone included."""
    have = [
        1.0 if peer.complete is not None else peer.handle.status().progress if peer.present else 0.0
        for peer in leechers
    ]
    return sum(have) / len(have)


def rows(name, repetition, peers):
    for peer in peers:
        status = peer.status
        yield [
            name, repetition, peer.name, peer.group, f"{peer.joined:.3f}",
            "" if peer.complete is None else f"{peer.complete:.3f}",
            status.total_payload_upload, status.total_payload_download,
            "" if peer.left is None else f"{peer.left:.3f}",
            peer.up, peer.down, status.total_redundant_bytes, status.total_failed_bytes,
            status.total_upload, status.total_download, f"libtorrent {lt.version}",
        ]


PEER_COLUMNS = (
    "scenario rep peer class arrival_s complete_s up_bytes down_bytes leave_s up_limit_KiBps down_limit_KiBps "
    "redundant_bytes failed_bytes up_all_bytes down_all_bytes client"
).split()


def append(path, header, lines):
    fresh = not os.path.exists(path)
    with open(path, "a", newline="") as file:
        writer = csv.writer(file)
        if fresh:
            writer.writerow(header)
        writer.writerows(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("setups", nargs="*", choices=[[], *SETUPS])
    parser.add_argument("--list", action="store_true", help="name the set-ups and stop")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--first-repetition", type=int, default=1, help="its number in the files")
    parser.add_argument("--limit-s", type=float, default=300.0, help="give a repetition up after this")
    parser.add_argument("--block", type=int, default=77, help="second byte of the addresses: one a concurrent run")
    parser.add_argument("--out", default=".", help="folder of peers.csv and progress.csv")
    options = parser.parse_args()
    if options.list:
        print("\n".join(SETUPS))
        return
    os.makedirs(options.out, exist_ok=True)
    for name in options.setups:
        for repetition in range(options.first_repetition, options.first_repetition + options.repetitions):
            with tempfile.TemporaryDirectory() as folder:
                peers, samples = run(SETUPS[name], options.block, options.limit_s, folder)
                append(os.path.join(options.out, "peers.csv"), PEER_COLUMNS, rows(name, repetition, peers))
                progress = [[name, repetition, f"{at:.2f}", f"{mean:.4f}"] for at, mean in samples]
                append(os.path.join(options.out, "progress.csv"), ["scenario", "rep", "time_s", "mean_progress"], progress)
                del peers


if __name__ == "__main__":
    main()
