//! A file that appeared in a watched folder, until it is complete. Pure: the current time is passed in.
//!
//! Where the system says that a file was closed by who wrote it, that is waited for, and then for a moment of quiet,
//! since some programs open it again at once. Where it does not, the file has to look the same several times in a row.
//! Either way the picture then has to be whole, which is not decided here; until it is, this says when to try again.

use std::time::Instant;

use super::WatchTimings;
use crate::queue::job::JobId;
use crate::queue::store::seen_files::FileStamp;

/// What is known of the program that writes the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writer {
    /// Nothing.
    Unknown,
    /// It writes.
    Open,
    /// It has closed the file.
    Closed,
}

#[derive(Clone, Debug)]
pub(super) struct PendingFile {
    /// The folder it was found in.
    pub folder: String,
    /// Its row, once it is known to be a picture.
    pub job: Option<JobId>,
    writer: Writer,
    last_stamp: Option<FileStamp>,
    unchanged_checks: u32,
    /// Tries that found no whole picture, in a row.
    failed_attempts: u32,
    next_check: Instant,
}

impl PendingFile {
    /// It was found lying there.
    pub fn new(folder: &str, now: Instant, timings: &WatchTimings) -> PendingFile {
        PendingFile {
            folder: folder.to_owned(),
            job: None,
            writer: Writer::Unknown,
            last_stamp: None,
            unchanged_checks: 0,
            failed_attempts: 0,
            next_check: now + timings.stable_interval,
        }
    }

    /// Something was written to it, or it was made. `tells` where the system will say when it is closed.
    pub fn record_write(&mut self, reports_close: bool, now: Instant, timings: &WatchTimings) {
        self.failed_attempts = 0;
        self.unchanged_checks = 0;
        (self.writer, self.next_check) = match reports_close {
            // A program may keep it open for as long as it likes; should its end go unnoticed, this is the net.
            true => (Writer::Open, now + timings.max_retry_delay),
            false => (Writer::Unknown, now + timings.stable_interval),
        };
    }

    /// Who wrote it has closed it, or has moved it here.
    pub fn record_close(&mut self, now: Instant, timings: &WatchTimings) {
        self.failed_attempts = 0;
        self.writer = Writer::Closed;
        self.next_check = now + timings.quiet_period;
    }

    /// What was known of its writer may have gone by unnoticed.
    pub fn forget_writer(&mut self, now: Instant, timings: &WatchTimings) {
        if self.writer != Writer::Unknown {
            self.writer = Writer::Unknown;
            self.unchanged_checks = 0;
            self.next_check = now + timings.stable_interval;
        }
    }

    pub fn next_check(&self) -> Instant {
        self.next_check
    }

    /// It is due, and looks like this. Whether it is worth a try.
    pub fn observe(&mut self, stamp: FileStamp, now: Instant, timings: &WatchTimings) -> bool {
        let same = self.last_stamp == Some(stamp);
        self.last_stamp = Some(stamp);
        match self.writer {
            Writer::Closed => true,
            Writer::Open if same => {
                // Open all this time and not written to: its end may have gone by unnoticed.
                self.forget_writer(now, timings);
                false
            }
            Writer::Open => {
                self.next_check = now + timings.max_retry_delay;
                false
            }
            Writer::Unknown => {
                self.unchanged_checks = if same { self.unchanged_checks + 1 } else { 0 };
                self.next_check = now + timings.stable_interval;
                // The first of the looks that have to be the same has nothing before it.
                self.unchanged_checks + 1 >= timings.stable_checks
            }
        }
    }

    /// It is no whole picture yet.
    pub fn schedule_retry(&mut self, now: Instant, timings: &WatchTimings) {
        let wait = timings
            .retry_delay
            .saturating_mul(1 << self.failed_attempts.min(20))
            .min(timings.max_retry_delay);
        self.failed_attempts += 1;
        self.next_check = now + wait;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const STAMP: FileStamp = FileStamp {
        bytes: 5,
        modified: 1,
    };

    fn stamp_with_bytes(bytes: u64) -> FileStamp {
        FileStamp { bytes, ..STAMP }
    }

    fn new_file() -> (PendingFile, Instant, WatchTimings) {
        let (now, pace) = (Instant::now(), WatchTimings::default());
        (PendingFile::new("f", now, &pace), now, pace)
    }

    #[test]
    fn a_closed_file_is_checked_after_a_quiet_period() {
        let (mut file, now, pace) = new_file();
        file.record_write(true, now, &pace);
        assert_eq!(file.next_check(), now + pace.max_retry_delay);
        file.record_close(now, &pace);
        assert_eq!(file.next_check(), now + pace.quiet_period);
        let later = now + Duration::from_millis(100);
        file.record_close(later, &pace);
        assert_eq!(
            file.next_check(),
            later + pace.quiet_period,
            "closed once more"
        );
        assert!(file.observe(STAMP, file.next_check(), &pace));
    }

    #[test]
    fn a_reopened_file_is_not_checked() {
        let (mut file, now, pace) = new_file();
        file.record_close(now, &pace);
        file.record_write(true, now, &pace);
        assert_eq!(file.next_check(), now + pace.max_retry_delay);
        assert!(!file.observe(STAMP, file.next_check(), &pace));
    }

    #[test]
    fn a_file_without_close_events_must_be_unchanged_three_times() {
        let (mut file, now, pace) = new_file();
        file.record_write(false, now, &pace);
        let looks = [
            stamp_with_bytes(1),
            stamp_with_bytes(2),
            stamp_with_bytes(2),
            stamp_with_bytes(3),
            stamp_with_bytes(3),
            stamp_with_bytes(3),
        ];
        let ready: Vec<_> = looks
            .into_iter()
            .map(|look| file.observe(look, now, &pace))
            .collect();
        assert_eq!(ready, [false, false, false, false, false, true]);
    }

    #[test]
    fn an_incomplete_file_is_retried_with_backoff() {
        let (mut file, now, pace) = new_file();
        let mut waits = Vec::new();
        for _ in 0..13 {
            file.schedule_retry(now, &pace);
            waits.push((file.next_check() - now).as_millis());
        }
        assert_eq!(waits[..4], [500, 1000, 2000, 4000]);
        assert_eq!(waits[11..], [600_000, 600_000]);
        // Any event restarts the wait.
        file.record_close(now, &pace);
        assert_eq!(file.next_check(), now + pace.quiet_period);
    }

    #[test]
    fn a_file_left_open_is_checked_eventually() {
        let (mut file, now, pace) = new_file();
        file.record_write(true, now, &pace);
        assert!(!file.observe(STAMP, now, &pace));
        assert!(
            !file.observe(STAMP, now, &pace),
            "now it is one of unknown end"
        );
        assert!(!file.observe(STAMP, now, &pace));
        assert!(file.observe(STAMP, now, &pace));
    }
}
