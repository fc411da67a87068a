//! Returns memory of decoded images to the system as soon as they are done.
//!
//! glibc maps large pieces one by one and returns each when it is freed; but every time one is freed, it
//! raises the size from which it does so, up to 32 MB, and from then on keeps such pieces in the arena of
//! whichever thread had them, for good. A threshold that is set once stays.

#![allow(unsafe_code, reason = "calls glibc's mallopt")]

/// Rows and small pictures lie below, a canvas worth returning above.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MMAP_THRESHOLD: libc::c_int = 256 << 10;

/// Of the whole process, for good. Other systems' allocators give back by themselves.
pub fn set_mmap_threshold() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: mallopt only sets numbers of the allocator, under its own lock, and may be called at any time.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MMAP_THRESHOLD);
        libc::mallopt(libc::M_TRIM_THRESHOLD, MMAP_THRESHOLD);
    }
}
