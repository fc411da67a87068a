//! Searches: which words are found in what, however they are written.

use super::listing::{found, own, put, put_with};
use super::*;

#[test]
fn terms_are_found_in_any_case_and_however_their_accents_are_written() {
    let world = World::new();
    let owner = world.owner();
    for name in ["ÉTÉ à Paris.JPG", "Straße.png", "ΟΔΟΣ.png", "naïve.png"] {
        put(&world, &owner, name, "");
    }
    let named = |term: &str| {
        let search = Some(Search::Name(term.into()));
        found(&world, &owner, Listing { search, ..own() })
    };
    for (term, name) in [
        ("été", "ÉTÉ à Paris.JPG"),
        ("E\u{301}t", "ÉTÉ à Paris.JPG"),
        ("paris.jpg", "ÉTÉ à Paris.JPG"),
        ("STRASSE", "Straße.png"),
        ("straße", "Straße.png"),
        ("οδος", "ΟΔΟΣ.png"),
        ("οδ", "ΟΔΟΣ.png"),
        ("NAÏVE", "naïve.png"),
    ] {
        assert_eq!(named(term), [name], "{term}");
    }
    assert_eq!(named(".PNG").len(), 3);
    assert!(named("ete").is_empty(), "an accent is not nothing");
}

#[test]
fn one_and_two_letters_are_terms_too() {
    let world = World::new();
    let owner = world.owner();
    for name in ["abc.png", "cab.png", "京都.png", "\u{1f600}.png"] {
        put(&world, &owner, name, "");
    }
    let named = |term: &str| {
        let search = Some(Search::Name(term.into()));
        found(&world, &owner, Listing { search, ..own() })
    };
    assert_eq!(named("c"), ["abc.png", "cab.png"]);
    assert_eq!(named("bc"), ["abc.png"]);
    assert_eq!(named("ca"), ["cab.png"]);
    assert_eq!(named("京"), ["京都.png"]);
    assert_eq!(named("都."), ["京都.png"]);
    assert_eq!(named("\u{1f600}"), ["\u{1f600}.png"]);
    assert!(named("cb").is_empty());
}

#[test]
fn every_character_of_a_term_means_itself() {
    let world = World::new();
    let owner = world.owner();
    let odd = [
        "a\"b", "a%b", "a_b", "a*b", "a?b", "a'b", "a\\b", "a[b", "a^b", "a-b", "a(b", "a:b", "a b",
    ];
    for name in odd {
        put(&world, &owner, name, "");
    }
    put(&world, &owner, "axb", "");
    for name in odd {
        for term in [name, &name[1..2]] {
            for search in [Search::Name(term.into()), Search::NameOrFolder(term.into())] {
                let search = Some(search);
                assert_eq!(
                    found(&world, &owner, Listing { search, ..own() }),
                    [name],
                    "{term}"
                );
            }
        }
    }
    for none in ["a%%", "%x%", "\" OR \"\"=\"", "NEAR", "axb*", "a__b"] {
        let search = Some(Search::Name(none.into()));
        assert!(
            found(&world, &owner, Listing { search, ..own() }).is_empty(),
            "{none}"
        );
    }
}

#[test]
fn a_folders_path_is_searched_where_that_is_asked_for() {
    let world = World::new();
    let (owner, kitten) = (world.owner(), kitten(&world));
    put(&world, &owner, "one.png", "Produits/Été");
    put(&world, &owner, "été.png", "");
    put(&world, &owner, "two.png", "Produits");
    put(&world, &kitten, "kittens.png", "Produits/Été");
    let search = |term: &str| {
        let search = Some(Search::NameOrFolder(term.into()));
        found(&world, &owner, Listing { search, ..own() })
    };
    assert_eq!(search("ÉTÉ"), ["one.png", "été.png"]);
    assert_eq!(search("produits"), ["one.png", "two.png"]);
    assert_eq!(search("s/é"), ["one.png"], "across a slash");
    assert_eq!(search("é"), ["one.png", "été.png"]);
    assert!(search("kitten").is_empty());

    // Both hold: in this folder, and with this name.
    let both = Listing {
        folder: FolderFilter::Path("Produits".into()),
        search: Some(Search::Name("two".into())),
        ..own()
    };
    assert_eq!(found(&world, &owner, both), ["two.png"]);
}

#[test]
fn a_renamed_folder_and_a_new_name_are_found_under_what_they_are_called_now() {
    let world = World::new();
    let owner = world.owner();
    let image = put(&world, &owner, "one.png", "Winter/Schuhe");
    let winter = world.library.folders(&owner).unwrap()[0].id;
    world
        .library
        .rename_folder(&owner, &winter, "SOMMER")
        .unwrap();
    let edit = ImageEdit {
        name: Some("ZWEI.png".into()),
        ..ImageEdit::default()
    };
    world.library.edit_image(&owner, &image, edit).unwrap();
    let search = |term: &str| {
        let search = Some(Search::NameOrFolder(term.into()));
        found(&world, &owner, Listing { search, ..own() }).len()
    };
    for (term, many) in [("sommer/s", 1), ("winter", 0), ("zwei", 1), ("one", 0)] {
        assert_eq!(search(term), many, "{term}");
    }
}

#[test]
fn descriptions_and_owners_are_searched() {
    let world = World::new();
    let (owner, kitten) = (world.owner(), kitten(&world));
    world
        .library
        .set_display_name("kitten", "Ölaf Müller")
        .unwrap();
    let said = |description: &str| UploadMetadata {
        description: description.into(),
        public: true,
        ..UploadMetadata::default()
    };
    put_with(&world, &owner, "one", said("Ein ÖL-Gemälde"));
    put_with(&world, &kitten, "two", said("nothing"));
    let search = |search| {
        let listing = Listing {
            owner: OwnerFilter::Public,
            search: Some(search),
            ..own()
        };
        found(&world, &Actor::Anonymous, listing)
    };
    assert_eq!(search(Search::Description("öl".into())), ["one"]);
    assert_eq!(search(Search::Owner("öl".into())), ["two"]);
    assert_eq!(search(Search::Owner("KITT".into())), ["two"]);
    assert_eq!(
        search(Search::DescriptionOrOwner("öl".into())),
        ["one", "two"]
    );
}

#[test]
fn folders_are_found_by_their_own_name_and_at_most_fifty() {
    let world = World::new();
    let (owner, kitten) = (world.owner(), kitten(&world));
    let add = |actor: &Actor, path: &str| {
        let path = FolderPath::parse(path).unwrap().unwrap();
        world.library.add_folder(actor, &path).unwrap();
    };
    add(&owner, "Été/strand");
    add(&owner, "b/ÉTÉ 2026");
    add(&owner, "100%");
    add(&kitten, "été");
    let paths = |term: &str| -> Vec<String> {
        let found = world.library.search_folders(&owner, term).unwrap();
        found.iter().map(|folder| folder.path.to_string()).collect()
    };
    assert_eq!(paths("été"), ["b/ÉTÉ 2026", "Été"], "not those within");
    assert_eq!(paths("%"), ["100%"]);
    assert_eq!(paths("st"), ["Été/strand"]);
    for number in 0..60 {
        add(&owner, &format!("many {number:02}"));
    }
    let many = paths("MANY");
    assert_eq!(
        (many.len(), &*many[0], &*many[49]),
        (50, "many 00", "many 49")
    );
}

#[test]
fn the_dashboards_search_looks_everywhere_and_every_word_has_to_be_somewhere() {
    let world = World::new();
    let (owner, kitten) = (world.owner(), kitten(&world));
    let told = UploadMetadata {
        title: "A calm Sea".into(),
        description: "Seen from the old bridge, in März".into(),
        tags: vec!["water".into(), "north wind".into()],
        destination: Destination::Path(FolderPath::parse("Trips/Été").unwrap().unwrap()),
        ..UploadMetadata::default()
    };
    put_with(&world, &owner, "IMG_0815.png", told.clone());
    put(&world, &owner, "bridge.png", "");
    put_with(&world, &kitten, "IMG_0815.png", told);
    let search = |text: &str| {
        let search = Some(Search::Anything(text.into(), Zone::UTC));
        found(&world, &owner, Listing { search, ..own() })
    };
    for text in [
        "0815",
        "calm s",
        "SEA",
        "OLD bridge",
        "märz",
        "WATER",
        "wind",
        "trips",
        "s/é",
        "sea été water img",
        "",
    ] {
        assert!(search(text).contains(&"IMG_0815.png".to_owned()), "{text}");
    }
    assert_eq!(search("Bridge"), ["IMG_0815.png", "bridge.png"]);
    assert!(search("bridge nowhere").is_empty());
    assert!(
        search("seaseen").is_empty(),
        "no word reaches from one text into the next"
    );
    assert_eq!(
        search(&"sea ".repeat(40_000)).len(),
        1,
        "more words than a question can hold"
    );
    for order in [Order::Name, Order::UpdatedAt, Order::Views, Order::Bytes] {
        let search = Some(Search::Anything("bridge".into(), Zone::UTC));
        assert_eq!(
            found(
                &world,
                &owner,
                Listing {
                    search,
                    order,
                    ..own()
                }
            )
            .len(),
            2
        );
    }
}

#[test]
fn what_is_said_of_an_image_later_is_found_and_what_was_said_before_is_not() {
    let world = World::new();
    let owner = world.owner();
    let image = put(&world, &owner, "one.png", "");
    let edit = ImageEdit {
        title: Some("Ein Öltank".into()),
        tags: Some(vec!["harbour".into()]),
        ..ImageEdit::default()
    };
    let image = world.library.edit_image(&owner, &image, edit).unwrap();
    let search = |text: &str| {
        let search = Some(Search::Anything(text.into(), Zone::UTC));
        found(&world, &owner, Listing { search, ..own() }).len()
    };
    assert_eq!((search("ÖL"), search("harbour one")), (1, 1));
    let edit = ImageEdit {
        title: Some(String::new()),
        ..ImageEdit::default()
    };
    world.library.edit_image(&owner, &image, edit).unwrap();
    assert_eq!((search("öl"), search("harbour")), (0, 1));
}

#[test]
fn a_day_and_a_month_are_found_as_the_calendar_there_has_them() {
    let world = World::new();
    let owner = world.owner();
    for (name, moment) in [
        ("a.png", "2026-02-28T22:59:58Z"), // 23:59:58 in Berlin
        ("b.png", "2026-02-28T23:00:00Z"), // the 1st of March there
        ("c.png", "2026-03-14T12:00:00Z"),
        ("of 2026-03.png", "2026-05-01T00:00:00Z"),
    ] {
        let moment = Timestamp::parse(moment).unwrap().micros();
        // `put` lets a second pass first.
        world.clock.0.store(moment - 1_000_000, Ordering::SeqCst);
        put(&world, &owner, name, "");
    }
    let search = |text: &str, zone: &str| {
        let search = Some(Search::Anything(
            text.into(),
            Zone::from_name(zone).unwrap(),
        ));
        found(&world, &owner, Listing { search, ..own() })
    };
    assert_eq!(
        search("2026-03", "Europe/Berlin"),
        ["b.png", "c.png", "of 2026-03.png"]
    );
    assert_eq!(search("2026-03", "UTC"), ["c.png", "of 2026-03.png"]);
    assert_eq!(search("2026-03-14 C.", "UTC"), ["c.png"]);
    assert_eq!(search("2026-02-28", "UTC"), ["a.png", "b.png"]);
    for none in ["2026-13", "2026-02-30", "9999-12", "-999-01", "2026/03"] {
        assert!(search(none, "UTC").is_empty(), "{none}");
    }
}
