//! The content digest: SHA-256 in hexadecimal.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Failure;

pub(crate) fn hash_file(path: &Path) -> Result<String, Failure> {
    let read = || -> io::Result<String> {
        let mut file = File::open(path)?;
        let mut hash = Sha256::new();
        let mut piece = vec![0; 64 * 1024];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(to_hex(&hash.finalize())),
                read => hash.update(&piece[..read]),
            }
        }
    };
    read().map_err(|error| Failure::from_read_error(&error))
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
