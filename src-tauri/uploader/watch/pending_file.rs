//! One file that has appeared, until it is taken in: when is it worth a look? Pure; time is told to it.
//!
//! Where the system says that a file was closed by who wrote it, that is waited for, and then for a moment of quiet,
//! since some programs open it again at once. Where it does not, the file has to look the same several times in a row.
//! Either way the picture then has to be whole, which is not decided here; until it is, this says when to try again.

use std::time::Instant;

use super::Pace;
use crate::queue::job::JobId;
use crate::queue::store::seen_files::Look;

/// What is known of whoever writes the file.
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
pub(super) struct File {
    /// The folder it was found in.
    pub folder: String,
    /// Its row, once it is known to be a picture.
    pub job: Option<JobId>,
    writer: Writer,
    last: Option<Look>,
    same: u32,
    /// Tries that found no whole picture, in a row.
    tries: u32,
    due: Instant,
}

impl File {
    /// It was found lying there.
    pub fn found(folder: &str, now: Instant, pace: &Pace) -> File {
        File {
            folder: folder.to_owned(),
            job: None,
            writer: Writer::Unknown,
            last: None,
            same: 0,
            tries: 0,
            due: now + pace.look,
        }
    }

    /// Something was written to it, or it was made. `tells` where the system will say when it is closed.
    pub fn touched(&mut self, tells: bool, now: Instant, pace: &Pace) {
        self.tries = 0;
        self.same = 0;
        (self.writer, self.due) = match tells {
            // A program may keep it open for as long as it likes; should its end go unnoticed, this is the net.
            true => (Writer::Open, now + pace.again_at_most),
            false => (Writer::Unknown, now + pace.look),
        };
    }

    /// Who wrote it has closed it, or has moved it here.
    pub fn closed(&mut self, now: Instant, pace: &Pace) {
        self.tries = 0;
        self.writer = Writer::Closed;
        self.due = now + pace.quiet;
    }

    /// What was known of its writer may have gone by unnoticed.
    pub fn lost_sight(&mut self, now: Instant, pace: &Pace) {
        if self.writer != Writer::Unknown {
            self.writer = Writer::Unknown;
            self.same = 0;
            self.due = now + pace.look;
        }
    }

    pub fn due(&self) -> Instant {
        self.due
    }

    /// It is due, and looks like this. Whether it is worth a try.
    pub fn observe(&mut self, look: Look, now: Instant, pace: &Pace) -> bool {
        let same = self.last == Some(look);
        self.last = Some(look);
        match self.writer {
            Writer::Closed => true,
            Writer::Open if same => {
                // Open all this time and not written to: its end may have gone by unnoticed.
                self.lost_sight(now, pace);
                false
            }
            Writer::Open => {
                self.due = now + pace.again_at_most;
                false
            }
            Writer::Unknown => {
                self.same = if same { self.same + 1 } else { 0 };
                self.due = now + pace.look;
                // The first of the looks that have to be the same has nothing before it.
                self.same + 1 >= pace.looks
            }
        }
    }

    /// It is no whole picture yet.
    pub fn not_yet(&mut self, now: Instant, pace: &Pace) {
        let wait = pace
            .again
            .saturating_mul(1 << self.tries.min(20))
            .min(pace.again_at_most);
        self.tries += 1;
        self.due = now + wait;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const LOOK: Look = Look {
        bytes: 5,
        modified: 1,
    };

    fn grown(bytes: u64) -> Look {
        Look { bytes, ..LOOK }
    }

    fn new() -> (File, Instant, Pace) {
        let (now, pace) = (Instant::now(), Pace::default());
        (File::found("f", now, &pace), now, pace)
    }

    #[test]
    fn a_closed_file_is_looked_at_after_a_moment_of_quiet() {
        let (mut file, now, pace) = new();
        file.touched(true, now, &pace);
        assert_eq!(file.due(), now + pace.again_at_most);
        file.closed(now, &pace);
        assert_eq!(file.due(), now + pace.quiet);
        let later = now + Duration::from_millis(100);
        file.closed(later, &pace);
        assert_eq!(file.due(), later + pace.quiet, "closed once more");
        assert!(file.observe(LOOK, file.due(), &pace));
    }

    #[test]
    fn a_file_that_is_opened_again_is_not_looked_at() {
        let (mut file, now, pace) = new();
        file.closed(now, &pace);
        file.touched(true, now, &pace);
        assert_eq!(file.due(), now + pace.again_at_most);
        assert!(!file.observe(LOOK, file.due(), &pace));
    }

    #[test]
    fn one_whose_end_nobody_tells_has_to_look_the_same_three_times() {
        let (mut file, now, pace) = new();
        file.touched(false, now, &pace);
        let looks = [grown(1), grown(2), grown(2), grown(3), grown(3), grown(3)];
        let ready: Vec<_> = looks
            .into_iter()
            .map(|look| file.observe(look, now, &pace))
            .collect();
        assert_eq!(ready, [false, false, false, false, false, true]);
    }

    #[test]
    fn one_that_is_not_whole_is_asked_less_and_less_often() {
        let (mut file, now, pace) = new();
        let mut waits = Vec::new();
        for _ in 0..13 {
            file.not_yet(now, &pace);
            waits.push((file.due() - now).as_millis());
        }
        assert_eq!(waits[..4], [500, 1000, 2000, 4000]);
        assert_eq!(waits[11..], [600_000, 600_000]);
        // Anything that happens to it begins anew.
        file.closed(now, &pace);
        assert_eq!(file.due(), now + pace.quiet);
    }

    #[test]
    fn one_that_is_open_for_ever_and_still_is_looked_at_in_the_end() {
        let (mut file, now, pace) = new();
        file.touched(true, now, &pace);
        assert!(!file.observe(LOOK, now, &pace));
        assert!(
            !file.observe(LOOK, now, &pace),
            "now it is one of unknown end"
        );
        assert!(!file.observe(LOOK, now, &pace));
        assert!(file.observe(LOOK, now, &pace));
    }
}
