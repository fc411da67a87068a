//! Encodes a URL as a QR code.

use fast_qr::{ECL, QRBuilder};

/// Row by row, a `1` for each dark module and a `0` for each light one, without the quiet zone. `None` if the text is too
/// long for a QR code.
pub fn encode_squares(text: &str) -> Option<Vec<String>> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let row = |at: usize| {
        code[at]
            .iter()
            .map(|square| if square.value() { '1' } else { '0' })
    };
    Some((0..code.size).map(|at| row(at).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_a_square_with_its_three_corners() -> Result<(), &'static str> {
        let squares = encode_squares("http://192.168.1.5:4870/").ok_or("too long")?;
        let side = squares.len();
        assert!(squares.iter().all(|row| row.len() == side));
        for corner in [
            &squares[0][..7],
            &squares[0][side - 7..],
            &squares[side - 1][..7],
        ] {
            assert_eq!(corner, "1111111");
        }
        Ok(())
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert!(encode_squares(&"a".repeat(5000)).is_none());
    }
}
