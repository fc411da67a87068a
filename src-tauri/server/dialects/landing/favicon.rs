//! The server's `/favicon.ico`, drawn here: a picture in a shop window, sixteen pixels wide.

/// `#` frame, `.` sky, `o` sun, `^` hill; a space is transparent.
const PIXEL_ART: [&[u8; 16]; 16] = [
    b"                ",
    b" ############## ",
    b"################",
    b"##............##",
    b"##.......oo...##",
    b"##......oooo..##",
    b"##......oooo..##",
    b"##.......oo...##",
    b"##...^........##",
    b"##..^^^....^..##",
    b"##.^^^^^..^^^.##",
    b"##^^^^^^^^^^^^##",
    b"##^^^^^^^^^^^^##",
    b"################",
    b" ############## ",
    b"                ",
];

/// One image of 16 × 16 pixels in an ICO container.
pub fn encode_ico() -> Vec<u8> {
    const SIDE: u32 = 16;
    const PIXELS: u32 = SIDE * SIDE * 4;
    const MASK: u32 = SIDE * 4;
    const HEADER: u32 = 40;
    let mut file = Vec::new();
    // The directory: one entry, 16 × 16, 32 bits, and where it lies.
    file.extend([0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0]);
    file.extend((HEADER + PIXELS + MASK).to_le_bytes());
    file.extend(22_u32.to_le_bytes());
    // A BMP header; its height counts the pixels and the mask below them.
    for number in [
        HEADER,
        SIDE,
        SIDE * 2,
        1 | 32 << 16,
        0,
        PIXELS + MASK,
        0,
        0,
        0,
        0,
    ] {
        file.extend(number.to_le_bytes());
    }
    for row in PIXEL_ART.iter().rev() {
        file.extend(row.iter().flat_map(|mark| colour(*mark)));
    }
    // The mask is what programs without transparency look at; the alpha channel says it all.
    file.extend([0; MASK as usize]);
    file
}

/// Blue, green, red, alpha.
fn colour(mark: u8) -> [u8; 4] {
    match mark {
        b'#' => [0x12, 0x3b, 0x8a, 0xff],
        b'.' => [0xf1, 0xe3, 0xc9, 0xff],
        b'o' => [0x3c, 0xb4, 0xf2, 0xff],
        b'^' => [0x5a, 0x8c, 0x4f, 0xff],
        _ => [0; 4],
    }
}
