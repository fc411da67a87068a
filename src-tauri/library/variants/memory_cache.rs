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

use crate::mutex::lock;
use crate::variants::content::Content;

pub(crate) struct MemoryCache {
    capacity: AtomicU64,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    contents: HashMap<PathBuf, (Content, u64)>,
    /// Paths by the turn in which they were last used.
    paths_by_last_use: BTreeMap<u64, PathBuf>,
    use_counter: u64,
    total_bytes: u64,
}

impl MemoryCache {
    pub(crate) fn new(cap: u64) -> MemoryCache {
        MemoryCache {
            capacity: AtomicU64::new(cap),
            entries: Mutex::default(),
        }
    }

    /// What lies at `path`, if it is here.
    pub(crate) fn get(&self, path: &Path) -> Option<Content> {
        lock(&self.entries).get_and_touch(path)
    }

    /// Keeps a content that is whole in memory; an open file is left alone.
    pub(crate) fn put(&self, path: &Path, content: &Content) {
        let cap = self.capacity.load(Ordering::Relaxed);
        if let Some(content) = content.try_share()
            && content.len <= cap
        {
            lock(&self.entries).insert(path, content, cap);
        }
    }

    /// As many bytes may be here from now on.
    pub(crate) fn set_capacity(&self, cap: u64) {
        self.capacity.store(cap, Ordering::Relaxed);
        lock(&self.entries).shrink(cap);
    }

    pub(crate) fn remove(&self, path: &Path) {
        lock(&self.entries).remove(path);
    }

    /// Forgets all but those whose path `stays`.
    pub(crate) fn retain(&self, stays: impl Fn(&Path) -> bool) {
        // The disk is asked while nobody waits for us.
        let paths: Vec<PathBuf> = lock(&self.entries).contents.keys().cloned().collect();
        for path in paths.iter().filter(|path| !stays(path)) {
            self.remove(path);
        }
    }
}

impl Entries {
    fn get_and_touch(&mut self, path: &Path) -> Option<Content> {
        let (content, turn) = self.contents.get_mut(path)?;
        self.use_counter += 1;
        let before = std::mem::replace(turn, self.use_counter);
        let path = self.paths_by_last_use.remove(&before)?;
        self.paths_by_last_use.insert(self.use_counter, path);
        content.try_share()
    }

    fn insert(&mut self, path: &Path, content: Content, cap: u64) {
        self.remove(path);
        self.use_counter += 1;
        self.total_bytes += content.len;
        self.paths_by_last_use
            .insert(self.use_counter, path.to_owned());
        self.contents
            .insert(path.to_owned(), (content, self.use_counter));
        self.shrink(cap);
    }

    fn shrink(&mut self, cap: u64) {
        while self.total_bytes > cap
            && let Some((_, oldest)) = self.paths_by_last_use.pop_first()
        {
            if let Some((content, _)) = self.contents.remove(&oldest) {
                self.total_bytes -= content.len;
            }
        }
    }

    fn remove(&mut self, path: &Path) {
        if let Some((content, turn)) = self.contents.remove(path) {
            self.total_bytes -= content.len;
            self.paths_by_last_use.remove(&turn);
        }
    }
}

#[cfg(test)]
mod tests {
    use imaging::Format;

    use super::*;

    fn content(length: usize) -> Content {
        Content::from_bytes(vec![7; length], Format::Png, "\"a\"".to_owned())
    }

    fn cached_paths(hot: &MemoryCache) -> Vec<String> {
        let kept = lock(&hot.entries);
        assert_eq!(kept.contents.len(), kept.paths_by_last_use.len());
        let bytes: u64 = kept.contents.values().map(|(content, _)| content.len).sum();
        assert_eq!(bytes, kept.total_bytes);
        assert!(bytes <= hot.capacity.load(Ordering::Relaxed));
        let paths = kept.paths_by_last_use.values();
        paths.map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn the_least_recently_used_goes_when_the_cap_is_reached() {
        let hot = MemoryCache::new(100);
        for path in ["a", "b", "c"] {
            hot.put(Path::new(path), &content(30));
        }
        assert_eq!(hot.get(Path::new("a")).unwrap().len, 30);
        hot.put(Path::new("d"), &content(30));
        assert_eq!(cached_paths(&hot), ["c", "a", "d"]);
        hot.put(Path::new("e"), &content(100));
        assert_eq!(cached_paths(&hot), ["e"]);
        hot.put(Path::new("f"), &content(101));
        assert_eq!(cached_paths(&hot), ["e"]);
    }

    #[test]
    fn what_is_put_again_counts_once_and_what_is_removed_not_at_all() {
        let hot = MemoryCache::new(100);
        for length in [10, 20, 30] {
            hot.put(Path::new("a"), &content(length));
        }
        hot.put(Path::new("b"), &content(40));
        assert_eq!(hot.get(Path::new("a")).unwrap().len, 30);
        hot.remove(Path::new("a"));
        hot.remove(Path::new("a"));
        assert!(hot.get(Path::new("a")).is_none());
        assert_eq!(cached_paths(&hot), ["b"]);
        hot.retain(|path| path != Path::new("b"));
        assert!(cached_paths(&hot).is_empty());
    }

    #[test]
    fn a_smaller_capacity_evicts_the_least_recently_used_at_once() {
        let hot = MemoryCache::new(100);
        for path in ["a", "b", "c"] {
            hot.put(Path::new(path), &content(30));
        }
        hot.set_capacity(60);
        assert_eq!(cached_paths(&hot), ["b", "c"]);
        hot.put(Path::new("d"), &content(61));
        assert_eq!(cached_paths(&hot), ["b", "c"]);
    }

    #[test]
    fn without_capacity_nothing_is_cached() {
        let hot = MemoryCache::new(0);
        hot.put(Path::new("a"), &content(1));
        assert!(cached_paths(&hot).is_empty());
    }
}
