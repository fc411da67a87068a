//! The variants that are asked for most, in memory, so that each answer does not read its file again.
//!
//! It mirrors the shelf and knows nothing that does not lie there: whoever finds something here looks whether its file
//! is still in its place, so what is deleted, by this process or another, is gone from here in that moment. Only
//! bytes are kept, by digest and transform; their image's row was read before. When the cap is reached, the least
//! recently used go.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::mutex::held;
use crate::variants::content::Content;

pub(crate) struct Hot {
    cap: AtomicU64,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    contents: HashMap<PathBuf, (Content, u64)>,
    /// Paths by the turn in which they were last used.
    turns: BTreeMap<u64, PathBuf>,
    turn: u64,
    bytes: u64,
}

impl Hot {
    pub(crate) fn new(cap: u64) -> Hot {
        Hot {
            cap: AtomicU64::new(cap),
            kept: Mutex::default(),
        }
    }

    /// What lies at `path`, if it is here.
    pub(crate) fn get(&self, path: &Path) -> Option<Content> {
        held(&self.kept).used(path)
    }

    /// Keeps a content that is whole in memory; an open file is left alone.
    pub(crate) fn put(&self, path: &Path, content: &Content) {
        let cap = self.cap.load(Ordering::Relaxed);
        if let Some(content) = content.shared()
            && content.len <= cap
        {
            held(&self.kept).insert(path, content, cap);
        }
    }

    /// As many bytes may be here from now on.
    pub(crate) fn allow(&self, cap: u64) {
        self.cap.store(cap, Ordering::Relaxed);
        held(&self.kept).shrink(cap);
    }

    pub(crate) fn forget(&self, path: &Path) {
        held(&self.kept).remove(path);
    }

    /// Forgets all but those whose path `stays`.
    pub(crate) fn retain(&self, stays: impl Fn(&Path) -> bool) {
        // The disk is asked while nobody waits for us.
        let paths: Vec<PathBuf> = held(&self.kept).contents.keys().cloned().collect();
        for path in paths.iter().filter(|path| !stays(path)) {
            self.forget(path);
        }
    }
}

impl Kept {
    fn used(&mut self, path: &Path) -> Option<Content> {
        let (content, turn) = self.contents.get_mut(path)?;
        self.turn += 1;
        let before = std::mem::replace(turn, self.turn);
        let path = self.turns.remove(&before)?;
        self.turns.insert(self.turn, path);
        content.shared()
    }

    fn insert(&mut self, path: &Path, content: Content, cap: u64) {
        self.remove(path);
        self.turn += 1;
        self.bytes += content.len;
        self.turns.insert(self.turn, path.to_owned());
        self.contents.insert(path.to_owned(), (content, self.turn));
        self.shrink(cap);
    }

    fn shrink(&mut self, cap: u64) {
        while self.bytes > cap
            && let Some((_, oldest)) = self.turns.pop_first()
        {
            if let Some((content, _)) = self.contents.remove(&oldest) {
                self.bytes -= content.len;
            }
        }
    }

    fn remove(&mut self, path: &Path) {
        if let Some((content, turn)) = self.contents.remove(path) {
            self.bytes -= content.len;
            self.turns.remove(&turn);
        }
    }
}

#[cfg(test)]
mod tests {
    use imaging::Format;

    use super::*;

    fn content(length: usize) -> Content {
        Content::whole(vec![7; length], Format::Png, "\"a\"".to_owned())
    }

    fn here(hot: &Hot) -> Vec<String> {
        let kept = held(&hot.kept);
        assert_eq!(kept.contents.len(), kept.turns.len());
        let bytes: u64 = kept.contents.values().map(|(content, _)| content.len).sum();
        assert_eq!(bytes, kept.bytes);
        assert!(bytes <= hot.cap.load(Ordering::Relaxed));
        let paths = kept.turns.values();
        paths.map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn the_least_recently_used_goes_when_the_cap_is_reached() {
        let hot = Hot::new(100);
        for path in ["a", "b", "c"] {
            hot.put(Path::new(path), &content(30));
        }
        assert_eq!(hot.get(Path::new("a")).unwrap().len, 30);
        hot.put(Path::new("d"), &content(30));
        assert_eq!(here(&hot), ["c", "a", "d"]);
        hot.put(Path::new("e"), &content(100));
        assert_eq!(here(&hot), ["e"]);
        hot.put(Path::new("f"), &content(101));
        assert_eq!(here(&hot), ["e"]);
    }

    #[test]
    fn what_is_put_again_counts_once_and_what_is_forgotten_not_at_all() {
        let hot = Hot::new(100);
        for length in [10, 20, 30] {
            hot.put(Path::new("a"), &content(length));
        }
        hot.put(Path::new("b"), &content(40));
        assert_eq!(hot.get(Path::new("a")).unwrap().len, 30);
        hot.forget(Path::new("a"));
        hot.forget(Path::new("a"));
        assert!(hot.get(Path::new("a")).is_none());
        assert_eq!(here(&hot), ["b"]);
        hot.retain(|path| path != Path::new("b"));
        assert!(here(&hot).is_empty());
    }

    #[test]
    fn where_less_room_is_allowed_the_least_recently_used_go_at_once() {
        let hot = Hot::new(100);
        for path in ["a", "b", "c"] {
            hot.put(Path::new(path), &content(30));
        }
        hot.allow(60);
        assert_eq!(here(&hot), ["b", "c"]);
        hot.put(Path::new("d"), &content(61));
        assert_eq!(here(&hot), ["b", "c"]);
    }

    #[test]
    fn without_room_nothing_is_kept() {
        let hot = Hot::new(0);
        hot.put(Path::new("a"), &content(1));
        assert!(here(&hot).is_empty());
    }
}
