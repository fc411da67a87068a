//! Lists: whose, where, in which order, and page after page.

use super::*;

/// The account's own, the newest first.
pub(super) fn own() -> Listing {
    Listing {
        owner: OwnerFilter::Own,
        folder: FolderFilter::Any,
        search: None,
        order: Order::CreatedAt,
        descending: true,
        start: PageStart::Skip(0),
        limit: 100,
        count_total: true,
    }
}

pub(super) fn put_with(world: &World, actor: &Actor, name: &str, details: UploadMetadata) -> Image {
    world.let_pass(Duration::from_secs(1));
    let upload = Upload {
        name: name.to_owned(),
        metadata: details,
        ..upload(&world.library, &picture(1))
    };
    match world.library.add_image(actor, upload, None).unwrap() {
        AddOutcome::New(kept) => kept.image,
        AddOutcome::Replay(_) => unreachable!("nothing was to be remembered"),
    }
}

pub(super) fn put(world: &World, actor: &Actor, name: &str, folder: &str) -> Image {
    let place = FolderPath::parse(folder).unwrap();
    put_with(
        world,
        actor,
        name,
        UploadMetadata {
            destination: place.map_or(Destination::Root, Destination::Path),
            ..UploadMetadata::default()
        },
    )
}

fn named(page: &Page) -> Vec<&str> {
    page.images.iter().map(|image| &*image.name).collect()
}

/// The names of those that are found, the oldest first, and that the count agrees.
#[track_caller]
pub(super) fn found(world: &World, actor: &Actor, listing: Listing) -> Vec<String> {
    let listing = Listing {
        descending: false,
        ..listing
    };
    let page = world.library.list_images(actor, &listing).unwrap();
    assert_eq!(page.total, page.images.len() as u64, "the count is another");
    named(&page).into_iter().map(str::to_owned).collect()
}

#[test]
fn an_accounts_own_images_come_newest_first_and_those_of_one_moment_in_one_order() {
    let world = World::new();
    let owner = world.owner();
    put(&world, &owner, "old", "");
    put(&world, &owner, "new", "");
    let page = world.library.list_images(&owner, &own()).unwrap();
    assert_eq!(
        (named(&page), page.total, page.has_more),
        (vec!["new", "old"], 2, false)
    );

    world.let_pass(HOUR);
    let same: Vec<_> = (2..9)
        .map(|tint| add(&world.library, &owner, &picture(tint)))
        .collect();
    let mut ids: Vec<_> = same.iter().map(|image| image.id).collect();
    ids.sort();
    ids.reverse();
    let page = world.library.list_images(&owner, &own()).unwrap();
    let listed: Vec<_> = page.images[..7].iter().map(|image| image.id).collect();
    assert_eq!(listed, ids);
}

#[test]
fn pages_say_how_many_there_are_wherever_they_begin() {
    let world = World::new();
    let owner = world.owner();
    for name in ["a", "b", "c", "d", "e"] {
        put(&world, &owner, name, "");
    }
    let page = |skip, most| {
        let listing = Listing {
            start: PageStart::Skip(skip),
            limit: most,
            ..own()
        };
        let page = world.library.list_images(&owner, &listing).unwrap();
        (named(&page).concat(), page.total, page.has_more)
    };
    assert_eq!(page(0, 2), ("ed".into(), 5, true));
    assert_eq!(page(2, 2), ("cb".into(), 5, true));
    assert_eq!(page(4, 2), ("a".into(), 5, false));
    assert_eq!(page(3, 2), ("ba".into(), 5, false), "exactly to the end");
    assert_eq!(page(0, 5), ("edcba".into(), 5, false));
    assert_eq!(page(5, 5), (String::new(), 5, false), "beyond the end");
    assert_eq!(page(u64::MAX, 100), (String::new(), 5, false));
}

#[test]
fn others_and_guests_and_expired_images_are_not_among_ones_own() {
    let world = World::new();
    let (owner, kitten) = (world.owner(), kitten(&world));
    put(&world, &owner, "mine", "");
    put(&world, &kitten, "kittens", "");
    put(&world, &Actor::Guest, "a guests", "");
    let soon = UploadMetadata {
        expires_at: Some(world.library.now().plus(HOUR)),
        ..UploadMetadata::default()
    };
    put_with(&world, &owner, "fleeting", soon);
    assert_eq!(found(&world, &owner, own()), ["mine", "fleeting"]);
    world.let_pass(HOUR);
    assert_eq!(found(&world, &owner, own()), ["mine"]);
    assert_eq!(found(&world, &kitten, own()), ["kittens"]);
}

#[test]
fn public_lists_have_what_is_public_and_everybodys_have_all() {
    let world = World::new();
    let (owner, kitten) = (world.owner(), kitten(&world));
    let public = || UploadMetadata {
        public: true,
        ..UploadMetadata::default()
    };
    put(&world, &owner, "private", "");
    put_with(&world, &owner, "public", public());
    put_with(&world, &kitten, "kittens", public());
    put(&world, &Actor::Guest, "a guests", "");
    let of = |whose| {
        let listing = Listing {
            owner: whose,
            ..own()
        };
        found(&world, &Actor::Anonymous, listing)
    };
    assert_eq!(of(OwnerFilter::Public), ["public", "kittens", "a guests"]);
    assert_eq!(
        of(OwnerFilter::All),
        ["private", "public", "kittens", "a guests"]
    );
}

#[test]
fn a_folder_lists_what_lies_in_it_and_not_what_lies_deeper() {
    let world = World::new();
    let (owner, kitten) = (world.owner(), kitten(&world));
    put(&world, &owner, "at the root", "");
    let shoe = put(&world, &owner, "shoe", "products/shoes");
    put(&world, &owner, "shop", "products");
    put(&world, &kitten, "kittens", "products");
    let within = |folder| found(&world, &owner, Listing { folder, ..own() });
    assert_eq!(within(FolderFilter::Any).len(), 3);
    assert_eq!(within(FolderFilter::Root), ["at the root"]);
    assert_eq!(within(FolderFilter::Path("products".into())), ["shop"]);
    assert_eq!(
        within(FolderFilter::Path("products/shoes".into())),
        ["shoe"]
    );
    assert_eq!(within(FolderFilter::Folder(shoe.folder.unwrap())), ["shoe"]);
    for nowhere in ["Products", "shoes", "products/", "%"] {
        assert!(
            within(FolderFilter::Path(nowhere.into())).is_empty(),
            "{nowhere}"
        );
    }
    let everybodys = Listing {
        owner: OwnerFilter::All,
        folder: FolderFilter::Path("products".into()),
        ..own()
    };
    assert_eq!(found(&world, &owner, everybodys), ["shop", "kittens"]);
}

#[test]
fn every_order_is_kept_in_both_directions() {
    let world = World::new();
    let owner = world.owner();
    for (name, width, height) in [("B", 30, 7), ("a", 10, 9), ("É", 20, 8), ("c", 10, 9)] {
        world.let_pass(Duration::from_secs(1));
        let upload = Upload {
            name: name.into(),
            metadata: UploadMetadata {
                description: format!("{name} and more"),
                ..UploadMetadata::default()
            },
            ..upload(&world.library, &sized_picture(1, width, height))
        };
        world.library.add_image(&owner, upload, None).unwrap();
    }
    let all = world.library.list_images(&owner, &own()).unwrap().images;
    for (times, image) in [3, 1, 2, 2].into_iter().zip(&all) {
        (0..times).for_each(|_| world.library.count_view(image));
    }
    world.let_pass(HOUR);
    world
        .library
        .edit_image(&owner, &all[2], ImageEdit::default())
        .unwrap();

    let key = |order, image: &Image| -> (i64, String) {
        let number = match order {
            Order::CreatedAt => image.created_at.micros(),
            Order::UpdatedAt => image.updated_at.unwrap_or(image.created_at).micros(),
            Order::Views => image.views.cast_signed(),
            Order::Bytes => image.bytes.cast_signed(),
            Order::Width => image.info.width.into(),
            Order::Height => image.info.height.into(),
            Order::Name | Order::Description => 0,
        };
        let text = match order {
            Order::Name => image.name.to_lowercase(),
            Order::Description => image.description.to_lowercase(),
            _ => String::new(),
        };
        (number, text)
    };
    for order in [
        Order::CreatedAt,
        Order::UpdatedAt,
        Order::Views,
        Order::Name,
        Order::Description,
        Order::Bytes,
        Order::Width,
        Order::Height,
    ] {
        let list = |descending| {
            let listing = Listing {
                order,
                descending,
                ..own()
            };
            world.library.list_images(&owner, &listing).unwrap().images
        };
        let rising = list(false);
        assert_eq!(rising.len(), 4);
        assert!(
            rising.is_sorted_by_key(|image| (key(order, image), image.id)),
            "{order:?}"
        );
        let mut falling = list(true);
        falling.reverse();
        assert_eq!(falling, rising, "{order:?}");
    }
}

#[test]
fn a_cursor_goes_through_all_once_also_where_times_are_alike() {
    let world = World::new();
    let owner = world.owner();
    for tint in 0..10 {
        if tint % 3 == 0 {
            world.let_pass(Duration::from_secs(1));
        }
        let image = add(&world.library, &owner, &picture(tint));
        if tint == 4 {
            world.let_pass(Duration::from_secs(1));
            world
                .library
                .edit_image(&owner, &image, ImageEdit::default())
                .unwrap();
        }
    }
    for (order, descending) in [
        (Order::CreatedAt, true),
        (Order::CreatedAt, false),
        (Order::UpdatedAt, true),
        (Order::UpdatedAt, false),
    ] {
        let mut listing = Listing {
            order,
            descending,
            ..own()
        };
        let all: Vec<_> = world.library.list_images(&owner, &listing).unwrap().images;
        listing.limit = 3;
        let mut gone_through = Vec::new();
        loop {
            let page = world.library.list_images(&owner, &listing).unwrap();
            assert_eq!(page.total, 10);
            gone_through.extend(page.images);
            let last = gone_through.last().unwrap();
            let time = match order {
                Order::UpdatedAt => last.updated_at.unwrap_or(last.created_at),
                _ => last.created_at,
            };
            listing.start = PageStart::After(time, last.id);
            if !page.has_more {
                break;
            }
        }
        assert_eq!(gone_through, all, "{order:?} {descending}");
        let beyond = world.library.list_images(&owner, &listing).unwrap();
        assert_eq!((beyond.images.len(), beyond.total), (0, 10));
    }
}

#[test]
fn only_a_key_that_may_manage_lists() {
    let world = World::new();
    let sender = actor(
        &world.library,
        NewApiKey {
            scopes: "upload,delete".parse().unwrap(),
            ..NewApiKey::default()
        },
    );
    let refused = [
        world.library.list_images(&sender, &own()).map(drop),
        world.library.folders(&sender).map(drop),
        world.library.search_folders(&sender, "a").map(drop),
        world.library.list_images_by_id(&sender, &[]).map(drop),
    ];
    for refused in refused {
        let scope = Scope::Manage;
        assert!(matches!(refused, Err(Error::Forbidden { scope: found }) if found == scope));
    }
    for nobody in [Actor::Anonymous, Actor::Guest] {
        let refused = world.library.list_images(&nobody, &own());
        assert!(matches!(refused, Err(Error::Unauthorised)));
    }
}

#[test]
fn images_are_listed_by_id_in_the_order_of_the_ids() {
    let world = World::new();
    let (owner, kitten) = (world.owner(), kitten(&world));
    let (a, b) = (put(&world, &owner, "a", ""), put(&world, &owner, "b", ""));
    let others = put(&world, &kitten, "c", "");
    let nothing: ImageId = "00112233-4455-4677-8899-aabbccddeeff".parse().unwrap();
    let ids = [b.id, others.id, nothing, a.id];
    assert_eq!(
        world.library.list_images_by_id(&owner, &ids).unwrap(),
        [b, a]
    );
}

#[test]
fn a_list_that_is_not_counted_says_how_many_there_are_at_least() {
    let world = World::new();
    let owner = world.owner();
    for name in ["a", "b", "c", "d"] {
        put(&world, &owner, name, "");
    }
    let listing = Listing {
        count_total: false,
        start: PageStart::Skip(1),
        limit: 2,
        ..own()
    };
    let page = world.library.list_images(&owner, &listing).unwrap();
    assert_eq!((page.images.len(), page.total, page.has_more), (2, 3, true));
}
