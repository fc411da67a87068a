//! Memory cache: the bytes of the variants that are requested most, so that a hit does not read its file again.
//!
//! It mirrors the disk cache and holds nothing that is not there: a caller that finds something here checks that its
//! file still exists, so what is deleted, by this process or another, is gone from here at that moment. Only
//! bytes are kept, by digest and transform; their image's row was read before. When the capacity is reached, the
//! least recently used go.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use lru::LruCache;

use crate::mutex::lock;
use crate::variants::content::Content;

pub(crate) struct MemoryCache {
    /// In bytes.
    capacity: AtomicU64,
    entries: Mutex<Entries>,
}

/// The contents by path, and how many bytes they are together.
struct Entries {
    contents: LruCache<PathBuf, Content>,
    total_bytes: u64,
}

impl MemoryCache {
    pub(crate) fn new(capacity: u64) -> MemoryCache {
        MemoryCache {
            capacity: AtomicU64::new(capacity),
            entries: Mutex::new(Entries {
                contents: LruCache::unbounded(),
                total_bytes: 0,
            }),
        }
    }

    pub(crate) fn get(&self, path: &Path) -> Option<Content> {
        lock(&self.entries).contents.get(path)?.try_share()
    }

    /// Keeps a content that is whole in memory; an open file is ignored.
    pub(crate) fn put(&self, path: &Path, content: &Content) {
        let capacity = self.capacity.load(Ordering::Relaxed);
        if let Some(content) = content.try_share()
            && content.len <= capacity
        {
            lock(&self.entries).insert(path, content, capacity);
        }
    }

    pub(crate) fn set_capacity(&self, capacity: u64) {
        self.capacity.store(capacity, Ordering::Relaxed);
        lock(&self.entries).shrink(capacity);
    }

    pub(crate) fn remove(&self, path: &Path) {
        lock(&self.entries).remove(path);
    }

    /// Removes all entries but those whose path `stays`.
    pub(crate) fn retain(&self, stays: impl Fn(&Path) -> bool) {
        // `stays` reads the disk, so it runs without the lock.
        let paths: Vec<PathBuf> = {
            let entries = lock(&self.entries);
            entries
                .contents
                .iter()
                .map(|(path, _)| path.clone())
                .collect()
        };
        for path in paths.iter().filter(|path| !stays(path)) {
            self.remove(path);
        }
    }
}

impl Entries {
    fn insert(&mut self, path: &Path, content: Content, capacity: u64) {
        self.remove(path);
        self.total_bytes += content.len;
        self.contents.put(path.to_owned(), content);
        self.shrink(capacity);
    }

    fn shrink(&mut self, capacity: u64) {
        while self.total_bytes > capacity
            && let Some((_, content)) = self.contents.pop_lru()
        {
            self.total_bytes -= content.len;
        }
    }

    fn remove(&mut self, path: &Path) {
        if let Some(content) = self.contents.pop(path) {
            self.total_bytes -= content.len;
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
        let bytes: u64 = kept.contents.iter().map(|(_, content)| content.len).sum();
        assert_eq!(bytes, kept.total_bytes);
        assert!(bytes <= hot.capacity.load(Ordering::Relaxed));
        let paths = kept.contents.iter().rev();
        paths.map(|(path, _)| path.display().to_string()).collect()
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
