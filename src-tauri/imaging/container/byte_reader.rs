//! A buffered reader that moves forward only and knows the file's length.
//!
//! Skipping is a seek, so a large file is not read to find its end. Running out of bytes is an `UnexpectedEof`,
//! which each skeleton turns into "incomplete" or "broken" as its format wants.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

pub(crate) struct ByteReader<R> {
    inner: BufReader<R>,
    position: u64,
    len: u64,
}

impl<R: Read + Seek> ByteReader<R> {
    pub(crate) fn new(inner: R, len: u64) -> ByteReader<R> {
        ByteReader {
            inner: BufReader::with_capacity(32 << 10, inner),
            position: 0,
            len,
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    pub(crate) fn read_array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.inner.read_exact(&mut bytes)?;
        self.position += N as u64;
        Ok(bytes)
    }

    pub(crate) fn read_byte(&mut self) -> io::Result<u8> {
        Ok(self.read_array::<1>()?[0])
    }

    /// Exactly `len` bytes, which the caller has bounded.
    pub(crate) fn read_bytes(&mut self, len: usize) -> io::Result<Vec<u8>> {
        if self
            .position
            .checked_add(len as u64)
            .is_none_or(|end| end > self.len)
        {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = vec![0; len];
        self.inner.read_exact(&mut bytes)?;
        self.position += len as u64;
        Ok(bytes)
    }

    pub(crate) fn skip(&mut self, count: u64) -> io::Result<()> {
        let to = self
            .position
            .checked_add(count)
            .filter(|to| *to <= self.len);
        let (Some(to), Ok(count)) = (to, i64::try_from(count)) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        self.inner.seek_relative(count)?;
        self.position = to;
        Ok(())
    }

    pub(crate) fn seek_to(&mut self, position: u64) -> io::Result<()> {
        if position > self.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.inner.seek(SeekFrom::Start(position))?;
        self.position = position;
        Ok(())
    }

    /// Skips everything before the next `wanted` byte and takes it too; false when there is none.
    pub(crate) fn skip_past(&mut self, wanted: u8) -> io::Result<bool> {
        loop {
            let buffer = self.inner.fill_buf()?;
            if buffer.is_empty() {
                return Ok(false);
            }
            let found = memchr::memchr(wanted, buffer);
            let taken = found.map_or(buffer.len(), |at| at + 1);
            self.inner.consume(taken);
            self.position += taken as u64;
            if found.is_some() {
                return Ok(true);
            }
        }
    }
}
