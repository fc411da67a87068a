//! `many DATABASE ACCOUNT IMAGES`: multiplies the images of an account until it has so many, for
//! `make bench-gallery`. A hundred thousand uploads would take minutes; rows that share the bytes of a few
//! dozen real ones take seconds, and lists cannot tell them apart.

use std::process::ExitCode;

use rusqlite::Connection;

/// A picture every quarter of an hour, back from now: some two years and ten months of days.
const APART: u32 = 15 * 60 * 1_000_000;

const MULTIPLY: &str = "
CREATE TEMP TABLE sample AS
    SELECT row_number() OVER (ORDER BY created_at, id) - 1 AS number, * FROM images
    WHERE owner = (SELECT id FROM accounts WHERE name = :account);

INSERT INTO images (id, short, name, digest, bytes, format, width, height, orientation, animated, complete, owner,
    door, created_at, updated_at, extension, folder, public, title, description, tags, nsfw, views, replaced_at,
    expires_at, folded_name, folded_description, folded_text)
WITH RECURSIVE more (number) AS (
    SELECT (SELECT count(*) FROM sample) UNION ALL SELECT number + 1 FROM more WHERE number + 1 < :images)
SELECT randomblob(16), printf('m%09d', more.number), printf('%06d ', more.number) || name, digest, bytes, format,
    width, height, orientation, animated, complete, owner, door, created_at - more.number * :apart, updated_at,
    extension, folder, public, title, description, tags, nsfw, views, replaced_at, expires_at,
    printf('%06d ', more.number) || folded_name, folded_description,
    printf('%06d ', more.number) || folded_text
FROM more JOIN sample ON sample.number = more.number % (SELECT count(*) FROM sample);

INSERT INTO imgshare_names (image, account, stem, extension)
SELECT id, owner, short, extension FROM images WHERE id NOT IN (SELECT image FROM imgshare_names);

INSERT INTO chevereto_names (image, code, day, name, extension)
SELECT id, substr(short, -8), '2026/01/01', short, extension FROM images
WHERE id NOT IN (SELECT image FROM chevereto_names);
";

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [database, account, images] = given.as_slice() else {
        eprintln!("many DATABASE ACCOUNT IMAGES");
        return ExitCode::FAILURE;
    };
    let images: u32 = images.parse().expect("a number of images");
    multiply(database, account, images).expect("the rows are multiplied");
    ExitCode::SUCCESS
}

fn multiply(database: &str, account: &str, images: u32) -> rusqlite::Result<()> {
    let mut connection = Connection::open(database)?;
    let transaction = connection.transaction()?;
    for statement in MULTIPLY.split_terminator(";\n") {
        let mut statement = transaction.prepare(statement)?;
        let named: [(&str, &dyn rusqlite::ToSql); 3] = [
            (":account", &account),
            (":images", &images),
            (":apart", &APART),
        ];
        for (name, value) in named {
            if let Some(place) = statement.parameter_index(name)? {
                statement.raw_bind_parameter(place, value)?;
            }
        }
        statement.raw_execute()?;
    }
    transaction.commit()
}
