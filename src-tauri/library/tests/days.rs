//! Images by the day, as calendars of different places have it.

use super::listing::{own, put};
use super::*;

fn at(world: &World, moment: &str) {
    let moment = Timestamp::parse(moment).unwrap().micros();
    // `put` lets a second pass first.
    world.clock.0.store(moment - 1_000_000, Ordering::SeqCst);
}

fn days(world: &World, listing: &Listing, zone: &Zone) -> Vec<(String, u64)> {
    let days = world
        .library
        .count_images_by_day(&world.owner(), listing, zone)
        .unwrap();
    days.into_iter().map(|day| (day.date, day.images)).collect()
}

#[test]
fn a_day_begins_at_midnight_where_it_is_looked_at_also_when_clocks_change() {
    let world = World::new();
    let owner = world.owner();
    for moment in [
        "2026-03-28T22:59:59Z", // 23:59:59 on the 28th in Berlin, where clocks go forward that night
        "2026-03-28T23:00:00Z", // midnight
        "2026-03-29T21:59:59Z", // 23:59:59 on the 29th, in summer time
        "2026-03-29T22:00:00Z", // midnight of the 30th
    ] {
        at(&world, moment);
        put(&world, &owner, "a.png", "");
    }
    let told = |days: &[(&str, u64)]| -> Vec<(String, u64)> {
        let days = days.iter();
        days.map(|(date, images)| ((*date).to_owned(), *images))
            .collect()
    };
    assert_eq!(
        days(&world, &own(), &Zone::from_name("Europe/Berlin").unwrap()),
        told(&[("2026-03-30", 1), ("2026-03-29", 2), ("2026-03-28", 1)])
    );
    assert_eq!(
        days(&world, &own(), &Zone::UTC),
        told(&[("2026-03-29", 2), ("2026-03-28", 2)])
    );
    assert!(Zone::from_name("Europe/Nowhere").is_none());
}

#[test]
fn days_are_of_what_the_list_is_of() {
    let world = World::new();
    let (owner, other) = (world.owner(), kitten(&world));
    put(&world, &owner, "cat.png", "trips");
    put(&world, &owner, "dog.png", "");
    put(&world, &other, "cat.png", "");
    let counted = |listing: &Listing| -> u64 {
        let days = days(&world, listing, &Zone::UTC);
        days.into_iter().map(|(_, images)| images).sum()
    };
    assert_eq!(counted(&own()), 2);
    let named = |term: &str| Listing {
        search: Some(Search::NameOrFolder(term.to_owned())),
        ..own()
    };
    assert_eq!(counted(&named("CAT")), 1);
    assert_eq!(counted(&named("nothing")), 0);
    let root = Listing {
        folder: FolderFilter::Root,
        ..own()
    };
    assert_eq!(counted(&root), 1);
}
