//! libtorrent finds its best neighbours with C++'s `nth_element`, which leaves them in an order of its own. That order decides
//! who gets a regular slot, and it is not chance: connections are kept in one order for their whole life, so the same
//! neighbours come first round after round.
//!
//! This is Hoare's selection with the median of three as GNU's library has it (Musser 1997), since the real client
//! is built with that. Below four elements it sorts by insertion.

/// Moves the `count` least by `less` to the front, in whatever order the algorithm leaves them in.
pub fn select<T: Copy>(items: &mut [T], count: usize, less: impl Fn(T, T) -> bool) {
    if count >= items.len() {
        return;
    }
    let (mut first, mut last) = (0, items.len());
    while last - first > 3 {
        let cut = partition(items, first, last, &less);
        if cut <= count {
            first = cut;
        } else {
            last = cut;
        }
    }
    insertion_sort(&mut items[first..last], &less);
}

/// Parts `first..last` at the median of its second, middle and last; returns where the upper part begins.
fn partition<T: Copy>(items: &mut [T], first: usize, last: usize, less: &impl Fn(T, T) -> bool) -> usize {
    let median = median_of_three(items, [first + 1, first + (last - first) / 2, last - 1], less);
    items.swap(first, median);
    let pivot = items[first];
    let (mut low, mut high) = (first + 1, last);
    loop {
        while less(items[low], pivot) {
            low += 1;
        }
        high -= 1;
        while less(pivot, items[high]) {
            high -= 1;
        }
        if low >= high {
            return low;
        }
        items.swap(low, high);
        low += 1;
    }
}

fn median_of_three<T: Copy>(items: &[T], [a, b, c]: [usize; 3], less: &impl Fn(T, T) -> bool) -> usize {
    let below = |x: usize, y: usize| less(items[x], items[y]);
    match (below(a, b), below(b, c), below(a, c)) {
        (true, true, _) => b,
        (true, false, true) => c,
        (true, false, false) => a,
        (false, _, true) => a,
        (false, true, false) => c,
        (false, false, false) => b,
    }
}

fn insertion_sort<T: Copy>(items: &mut [T], less: &impl Fn(T, T) -> bool) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && less(items[at], items[at - 1]) {
            items.swap(at, at - 1);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    #[test]
    fn the_least_come_to_the_front() {
        let mut stream = Seed { seed: 3, replicate: 0 }.stream("select");
        for len in 0..40 {
            for count in 0..=len {
                let mut items: Vec<usize> = (0..len).map(|_| stream.below(10)).collect();
                let mut sorted = items.clone();
                sorted.sort_unstable();
                select(&mut items, count, |a, b| a < b);
                let mut front = items[..count].to_vec();
                front.sort_unstable();
                assert_eq!(front, sorted[..count], "{count} of {len}");
            }
        }
    }

    #[test]
    fn few_stay_in_their_order() {
        // With no more than the wanted number nothing is moved.
        let mut items = [3, 1, 2];
        select(&mut items, 3, |a, b| a < b);
        assert_eq!(items, [3, 1, 2]);
    }
}
