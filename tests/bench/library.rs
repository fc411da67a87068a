//! `make bench-library`: lists, searches and counts over 100,000 images, none of which may take 50 ms.
//!
//! The images come in as everybody's do, one upload after the other, so filling the library takes a minute or
//! two. The database is in memory where the system has a place for that, because queries are measured, not the disk.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use library::{
    Actor, Destination, FolderFilter, FolderPath, Library, Listing, NewAccount, NewApiKey, Order,
    OwnerFilter, PageStart, Search, Settings, Upload, UploadMetadata, Zone,
};
use tempfile::TempDir;

const IMAGES: u32 = 100_000;
const LIMIT: Duration = Duration::from_millis(50);
const ROUNDS: usize = 15;

/// A PNG of one pixel.
const PIXEL: &[u8] = include_bytes!("pixel.png");

const WORDS: [&str; 24] = [
    "Fountain",
    "Straße",
    "été",
    "IMG",
    "DSC",
    "Screenshot",
    "holiday",
    "京都",
    "wedding",
    "Müller",
    "invoice",
    "scan",
    "receipt",
    "cat",
    "kitten",
    "garden",
    "snow",
    "Zürich",
    "beach",
    "train",
    "\"quoted\"",
    "100%",
    "under_score",
    "star*",
];

fn main() -> ExitCode {
    // `cargo test --benches` only wants to know whether it starts.
    if std::env::args().any(|argument| argument == "--test") {
        return ExitCode::SUCCESS;
    }
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        TempDir::new_in(memory)
    } else {
        TempDir::new()
    };
    let folder = folder.expect("a folder can be made");
    let settings = Settings {
        prepare_sizes: false,
        ..Settings::default()
    };
    let library = Library::open(folder.path(), settings).expect("a new library");
    let begun = Instant::now();
    let owner = fill(&library);
    println!(
        "{IMAGES} images came in within {:.0} s",
        begun.elapsed().as_secs_f64()
    );

    let mut slow = 0;
    for (name, listing) in listings() {
        let mut found = (0, 0);
        slow += measure(name, || {
            let page = library.list_images(&owner, &listing).expect("a list");
            found = (page.images.len() as u64, page.total);
        });
        println!("    {} of {}", found.0, found.1);
    }
    let berlin = Zone::from_name("Europe/Berlin").expect("a time zone");
    let counted = [
        "the newest",
        "by name: one letter",
        "by name or folder: nothing",
        "anything: a common word",
        "anything: nothing",
    ];
    for (name, listing) in listings() {
        if !counted.contains(&name) {
            continue;
        }
        let mut found = 0;
        slow += measure(&format!("days of: {name}"), || {
            found = library
                .count_images_by_day(&owner, &listing, &berlin)
                .expect("days")
                .len();
        });
        println!("    {found} days");
    }
    let (_, newest) = listings().swap_remove(0);
    let gallery = Listing {
        limit: 100,
        count_total: false,
        start: PageStart::Skip(45_000),
        ..newest
    };
    slow += measure("100 of the gallery, with their names", || {
        let page = library.list_images(&owner, &gallery).expect("a list");
        library.public_names_of_all(&page.images).expect("names");
    });
    slow += measure("all folders, counted", || {
        library.folders(&owner).expect("folders");
    });
    slow += measure("folders by name", || {
        library.search_folders(&owner, "é").expect("folders");
    });
    if slow == 0 {
        println!("All within {} ms.", LIMIT.as_millis());
        ExitCode::SUCCESS
    } else {
        println!("{slow} took longer than {} ms.", LIMIT.as_millis());
        ExitCode::FAILURE
    }
}

/// One account with nine tenths of the images, four tenths of those in one folder; another with the rest.
fn fill(library: &Library) -> Actor {
    let account = NewAccount {
        name: "other".to_owned(),
        ..NewAccount::default()
    };
    library.add_account(account).expect("an account");
    let (owner, other) = (key(library, "owner"), key(library, "other"));
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap_or_default()
    };
    for number in 0..IMAGES {
        let (one, two) = (WORDS[draw(WORDS.len())], WORDS[draw(WORDS.len())]);
        let path = match draw(10) {
            0..=3 => "everything".to_owned(),
            4..=6 => format!("{one}/{two}/{}", draw(20)),
            _ => String::new(),
        };
        let place = FolderPath::parse(&path).expect("a path");
        let mut incoming = library.stage_upload().expect("room for an upload");
        incoming.append(PIXEL).expect("a pixel is taken");
        let upload = Upload {
            staged_upload: incoming,
            name: format!("{one} {two}_{number:06}.png"),
            origin: "media",
            metadata: UploadMetadata {
                destination: place.map_or(Destination::Root, Destination::Path),
                public: number % 2 == 0,
                title: format!("A {two}"),
                description: format!("{two} and {one}"),
                tags: vec![one.to_owned(), format!("tag {}", draw(50))],
                ..UploadMetadata::default()
            },
        };
        let actor = if number % 10 == 0 { &other } else { &owner };
        library
            .add_image(actor, upload, None)
            .expect("a pixel is kept");
    }
    owner
}

fn key(library: &Library, account: &str) -> Actor {
    let new = NewApiKey {
        account: account.to_owned(),
        ..NewApiKey::default()
    };
    let (_, secret) = library.create_api_key(new).expect("a key");
    let actor = library
        .actor_for_secret(secret.expose())
        .expect("an answer");
    actor.expect("the key is good")
}

fn listings() -> Vec<(&'static str, Listing)> {
    let own = Listing {
        owner: OwnerFilter::Own,
        folder: FolderFilter::Any,
        search: None,
        order: Order::CreatedAt,
        descending: true,
        start: PageStart::Skip(0),
        limit: 24,
        count_total: true,
    };
    let named = |term: &str| Listing {
        search: Some(Search::Name(term.to_owned())),
        ..own.clone()
    };
    let anywhere = |term: &str| Listing {
        search: Some(Search::NameOrFolder(term.to_owned())),
        limit: 50,
        ..own.clone()
    };
    let anything = |text: &str| Listing {
        search: Some(Search::Anything(text.to_owned(), Zone::UTC)),
        limit: 100,
        ..own.clone()
    };
    let within = |folder| Listing {
        folder,
        ..own.clone()
    };
    let by = |order| Listing {
        order,
        ..own.clone()
    };
    let public = |listing: Listing| Listing {
        owner: OwnerFilter::Public,
        ..listing
    };
    vec![
        ("the newest", own.clone()),
        (
            "the last page",
            Listing {
                start: PageStart::Skip(89_990),
                ..own.clone()
            },
        ),
        ("the root", within(FolderFilter::Root)),
        (
            "a large folder",
            within(FolderFilter::Path("everything".into())),
        ),
        (
            "a small folder",
            within(FolderFilter::Path("cat/snow/7".into())),
        ),
        ("no folder", within(FolderFilter::Path("nowhere".into()))),
        ("by name: one letter", named("e")),
        ("by name: two letters", named("üL")),
        ("by name: a common word", named("STRASSE")),
        ("by name: one image", named("_012345")),
        ("by name: nothing", named("nothing at all")),
        ("by name: %", named("%")),
        ("by name: \"", named("\"")),
        (
            "by name in a large folder",
            Listing {
                folder: FolderFilter::Path("everything".into()),
                ..named("京")
            },
        ),
        ("by name or folder: one letter", anywhere("z")),
        ("by name or folder: a common word", anywhere("ZÜRICH")),
        ("by name or folder: one image", anywhere("_012345")),
        ("by name or folder: across a slash", anywhere("t/s")),
        ("by name or folder: nothing", anywhere("nothing at all")),
        ("anything: one letter", anything("z")),
        ("anything: a common word", anything("STRASSE")),
        ("anything: two common words", anything("beach zürich")),
        ("anything: one image", anything("_012345")),
        ("anything: a month", anything("2026-03")),
        ("anything: nothing", anything("nowhere")),
        (
            "anything, by size",
            Listing {
                order: Order::Bytes,
                ..anything("cat")
            },
        ),
        ("by the last edit", by(Order::UpdatedAt)),
        ("by views", by(Order::Views)),
        ("by name's order", by(Order::Name)),
        ("by size", by(Order::Bytes)),
        ("public, the newest", public(own.clone())),
        ("public, by the last edit", public(by(Order::UpdatedAt))),
        ("public, by views", public(by(Order::Views))),
        (
            "public, by description or owner",
            public(Listing {
                search: Some(Search::DescriptionOrOwner("nothing at all".into())),
                ..own.clone()
            }),
        ),
        (
            "everybody's",
            Listing {
                owner: OwnerFilter::All,
                ..own
            },
        ),
    ]
}

/// Prints the median and the longest of some rounds. Answers 1 where the median is too long.
fn measure(name: &str, mut act: impl FnMut()) -> usize {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            act();
            begun.elapsed()
        })
        .collect();
    times.sort();
    let (median, longest) = (times[ROUNDS / 2], times[ROUNDS - 1]);
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    let mark = if median > LIMIT { "  TOO SLOW" } else { "" };
    println!(
        "{name:36} median {:6.1} ms, longest {:6.1} ms{mark}",
        milliseconds(median),
        milliseconds(longest)
    );
    usize::from(median > LIMIT)
}
