//! Memory for the benches, as Linux tells it.

/// The most memory this process has had, in bytes.
pub fn peak_memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("Linux tells peak memory");
    let line = text.lines().find(|line| line.starts_with("VmHWM:")).expect("a line VmHWM");
    let kib: f64 = line.split_whitespace().nth(1).and_then(|field| field.parse().ok()).expect("KiB");
    kib * 1024.0
}
