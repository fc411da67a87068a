//! Processes, as the kernel tells of them.

/// Whether a process runs: neither gone nor waiting for its parent to notice its end.
pub fn runs(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

/// The processes that this one has started, of which the names begin so: as much of them as the kernel keeps, 15 letters.
pub fn processes_of(parent: u32, name: &str) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        status.starts_with(&format!("Name:\t{name}"))
            && status.contains(&format!("\nPPid:\t{parent}\n"))
    })
    .collect()
}
