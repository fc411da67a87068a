//! Output: results on stdout, messages on stderr.
//!
//! `println!` and `eprintln!` panic when the reader has gone, as in `vitrine key list | head -1`.

use std::io::{self, Write};

/// Prints one result. Fails when stdout cannot be written.
pub fn print_result(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Prints the lines of a listing. A reader that has seen enough is no failure: the rest is left out.
pub fn print_listing(lines: impl IntoIterator<Item = String>) -> io::Result<()> {
    for line in lines {
        match print_result(&line) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
    Ok(())
}

/// Says something to the person. When nobody can hear it, there is nobody to tell that either.
pub fn print_message(words: &str) {
    let _ = writeln!(io::stderr().lock(), "{words}");
}

/// A line of a listing: its fields separated by tabs, `-` for one that is empty.
pub fn format_columns<const N: usize>(fields: [String; N]) -> String {
    fields
        .map(|field| {
            if field.is_empty() {
                "-".into()
            } else {
                field.replace(['\t', '\n', '\r'], " ")
            }
        })
        .join("\t")
}
