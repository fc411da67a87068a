//! Being signed in: by cookie, by refresh token, by access token; and how each ends.

use super::*;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn kitten(world: &World) -> Account {
    let new = NewAccount {
        name: "kitten".into(),
        password: Some("hunter22".into()),
        ..NewAccount::default()
    };
    world.library.add_account(new).unwrap()
}

fn signed_in(account: &Account) -> Actor {
    Actor::Account {
        id: account.id,
        admin: false,
    }
}

#[test]
fn a_name_is_taken_in_any_case_and_a_password_only_as_it_is() {
    let world = World::new();
    let kitten = kitten(&world);
    let found = |name, password| {
        let account = world.library.account_for_password(name, password);
        account.unwrap().map(|account| account.id)
    };
    // As a phone writes the first word of a line.
    assert_eq!(found("Kitten", "hunter22"), Some(kitten.id));
    assert_eq!(found("kitten", "Hunter22"), None);
}

#[test]
fn the_longest_password_signs_in() {
    let world = World::new();
    let longest = "é".repeat(500);
    world.library.set_password("owner", &longest).unwrap();
    let found = world.library.account_for_password("owner", &longest);
    assert!(found.unwrap().is_some());
}

#[test]
fn a_cookie_is_good_in_every_process_until_its_end() {
    let world = World::new();
    let kitten = kitten(&world);
    let cookie = world.library.start_session(&kitten.id).unwrap();
    let other = world.another_handle();
    assert_eq!(
        other.actor_for_session(&cookie).unwrap(),
        Some(signed_in(&kitten))
    );
    world.let_pass(world.library.session_lifetime() - Duration::from_secs(1));
    assert!(other.actor_for_session(&cookie).unwrap().is_some());
    world.let_pass(Duration::from_secs(1));
    assert_eq!(other.actor_for_session(&cookie).unwrap(), None);
    assert_eq!(world.library.delete_expired().unwrap().sessions, 1);
}

#[test]
fn signing_out_ends_one_cookie_at_once_and_no_other() {
    let world = World::new();
    let kitten = kitten(&world);
    let [one, two] = [(); 2].map(|()| world.library.start_session(&kitten.id).unwrap());
    assert_ne!(one, two);
    world.another_handle().end_session(&one).unwrap();
    assert_eq!(world.library.actor_for_session(&one).unwrap(), None);
    assert!(world.library.actor_for_session(&two).unwrap().is_some());
    world.library.end_session("nobody's").unwrap();
}

#[test]
fn one_kind_of_token_is_not_taken_for_another() {
    let world = World::new();
    let kitten = kitten(&world);
    let cookie = world.library.start_session(&kitten.id).unwrap();
    let refresh = world.library.issue_refresh_token(&kitten.id).unwrap();
    assert_eq!(world.library.actor_for_session(&refresh).unwrap(), None);
    assert_eq!(world.library.rotate_refresh_token(&cookie).unwrap(), None);
    assert!(!world.library.revoke_refresh_token(&cookie).unwrap());
    world.library.end_session(&refresh).unwrap();
    assert!(world.library.actor_for_session(&cookie).unwrap().is_some());
    assert!(
        world
            .library
            .rotate_refresh_token(&refresh)
            .unwrap()
            .is_some()
    );
}

#[test]
fn a_refresh_token_is_good_once_and_gives_the_next() {
    let world = World::new();
    let kitten = kitten(&world);
    let first = world.library.issue_refresh_token(&kitten.id).unwrap();
    let (account, second) = world.library.rotate_refresh_token(&first).unwrap().unwrap();
    assert_eq!(account, kitten.id);
    assert_eq!(world.library.rotate_refresh_token(&first).unwrap(), None);
    world.let_pass(29 * DAY);
    let (_, third) = world
        .another_handle()
        .rotate_refresh_token(&second)
        .unwrap()
        .unwrap();
    // Each lasts its own thirty days.
    world.let_pass(29 * DAY);
    assert!(world.library.revoke_refresh_token(&third).unwrap());
    assert!(!world.library.revoke_refresh_token(&third).unwrap());
    let last = world.library.issue_refresh_token(&kitten.id).unwrap();
    world.let_pass(30 * DAY);
    assert_eq!(world.library.rotate_refresh_token(&last).unwrap(), None);
}

#[test]
fn of_two_who_use_one_refresh_token_at_once_one_is_refused() {
    let world = World::new();
    let token = world
        .library
        .issue_refresh_token(&kitten(&world).id)
        .unwrap();
    let good = std::thread::scope(|scope| {
        let use_it = || {
            world
                .another_handle()
                .rotate_refresh_token(&token)
                .unwrap()
                .is_some()
        };
        let both = [scope.spawn(use_it), scope.spawn(use_it)];
        both.map(|thread| usize::from(thread.join().unwrap()))
    });
    assert_eq!(good.iter().sum::<usize>(), 1);
}

#[test]
fn an_access_token_is_good_for_an_hour() {
    let world = World::new();
    let kitten = kitten(&world);
    let token = world.library.issue_access_token(&kitten).unwrap();
    let other = world.another_handle();
    let holder = || other.actor_for_access_token(&token).unwrap();
    assert_eq!(holder(), TokenStatus::Valid(signed_in(&kitten)));
    world.let_pass(HOUR - Duration::from_secs(1));
    assert_eq!(holder(), TokenStatus::Valid(signed_in(&kitten)));
    world.let_pass(Duration::from_secs(1));
    assert_eq!(holder(), TokenStatus::Expired);
}

#[test]
fn a_token_of_another_folder_or_one_that_was_changed_is_unknown() {
    let world = World::new();
    let kitten = kitten(&world);
    let token = world.library.issue_access_token(&kitten).unwrap();
    let unknown = |library: &Library, token: &str| {
        let holder = library.actor_for_access_token(token).unwrap();
        assert_eq!(holder, TokenStatus::Invalid, "{token}");
    };
    unknown(&World::new().library, &token);
    let parts: Vec<&str> = token.split('.').collect();
    let other = world
        .library
        .issue_access_token(&world.library.account_by_name(OWNER).unwrap());
    let other = other.unwrap();
    let claims_of_owner = other.split('.').nth(1).unwrap();
    unknown(
        &world.library,
        &[parts[0], claims_of_owner, parts[2]].join("."),
    );
    unknown(&world.library, &[parts[0], parts[1], ""].join("."));
    // {"alg":"none","typ":"JWT"}
    unknown(
        &world.library,
        &["eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", parts[1], ""].join("."),
    );
    for nonsense in ["", ".", "..", "sk_1", &token[1..]] {
        unknown(&world.library, nonsense);
    }
}

#[test]
fn another_password_or_the_account_s_end_ends_all_of_it_at_once() {
    for end in [true, false] {
        let world = World::new();
        let kitten = kitten(&world);
        let cookie = world.library.start_session(&kitten.id).unwrap();
        let refresh = world.library.issue_refresh_token(&kitten.id).unwrap();
        let access = world.library.issue_access_token(&kitten).unwrap();
        world.let_pass(Duration::from_secs(1));
        let other = world.another_handle();
        if end {
            other.remove_account("kitten", false).unwrap();
        } else {
            other.set_password("kitten", "hunter23").unwrap();
        }
        assert_eq!(world.library.actor_for_session(&cookie).unwrap(), None);
        assert_eq!(world.library.rotate_refresh_token(&refresh).unwrap(), None);
        let holder = world.library.actor_for_access_token(&access).unwrap();
        assert_eq!(holder, TokenStatus::Invalid);
        if !end {
            let again = world.library.issue_access_token(&kitten).unwrap();
            let holder = world.library.actor_for_access_token(&again).unwrap();
            assert_eq!(holder, TokenStatus::Valid(signed_in(&kitten)));
        }
    }
}
