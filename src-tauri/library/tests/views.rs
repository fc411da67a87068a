//! Views: counted at once, written down later, never lost or counted twice.

use super::*;

fn seen(library: &Library, image: &Image) -> u64 {
    library.find_image(&short(image)).unwrap().views
}

#[test]
fn a_view_counts_at_once_and_for_others_once_it_is_written_down() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    let other = world.another_handle();
    for count in 1..=3 {
        world.library.count_view(&image);
        assert_eq!(seen(&world.library, &image), count);
    }
    assert_eq!(seen(&other, &image), 0);
    world.library.flush_counters().unwrap();
    world.library.flush_counters().unwrap();
    assert_eq!((seen(&world.library, &image), seen(&other, &image)), (3, 3));
}

#[test]
fn the_views_that_two_processes_saw_add_up() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    let other = world.another_handle();
    for library in [&world.library, &other] {
        library.count_view(&image);
        library.count_view(&image);
        library.flush_counters().unwrap();
    }
    assert_eq!(seen(&world.library, &image), 4);
}

#[test]
fn views_are_their_image_s_own_and_an_edit_keeps_them() {
    let world = World::new();
    let owner = world.owner();
    let (one, two) = (
        add(&world.library, &owner, &picture(1)),
        add(&world.library, &owner, &picture(1)),
    );
    world.library.count_view(&one);
    let edit = ImageEdit {
        title: Some("Fountain".into()),
        ..ImageEdit::default()
    };
    assert_eq!(
        world.library.edit_image(&owner, &one, edit).unwrap().views,
        1
    );
    world.library.flush_counters().unwrap();
    assert_eq!(
        (seen(&world.library, &one), seen(&world.library, &two)),
        (1, 0)
    );
}

#[test]
fn a_view_of_an_image_that_is_gone_by_then_harms_nobody() {
    let world = World::new();
    let owner = world.owner();
    let (gone, stays) = (
        add(&world.library, &owner, &picture(1)),
        add(&world.library, &owner, &picture(2)),
    );
    world.library.count_view(&gone);
    world.library.count_view(&stays);
    world.another_handle().delete_image(&owner, &gone).unwrap();
    world.library.flush_counters().unwrap();
    assert_eq!(seen(&world.library, &stays), 1);
}

#[test]
fn many_at_once_are_all_counted_while_somebody_writes_them_down() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..50).for_each(|_| world.library.count_view(&image)));
        }
        scope.spawn(|| (0..20).for_each(|_| world.library.flush_counters().unwrap()));
    });
    assert_eq!(seen(&world.library, &image), 200);
    world.library.flush_counters().unwrap();
    assert_eq!(seen(&world.another_handle(), &image), 200);
}
