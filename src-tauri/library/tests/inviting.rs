//! Invitations and links that sign in: good once, and not for long.

use super::*;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn new(name: &str) -> NewAccount {
    NewAccount {
        name: name.to_owned(),
        password: Some("hunter22".to_owned()),
        ..NewAccount::default()
    }
}

#[test]
fn an_invitation_is_good_for_one_account_and_stays_good_where_that_fails() {
    let world = World::new();
    let (invite, code) = world.library.create_invite(7 * DAY, true).unwrap();
    assert_eq!(world.library.invites().unwrap(), [invite]);
    let taken = world.library.accept_invite(&code, new("owner"));
    assert!(
        matches!(taken, Err(Error::AccountNameTaken { .. })),
        "{taken:?}"
    );
    let (account, cookie) = world
        .another_handle()
        .accept_invite(&code, new("kitten"))
        .unwrap();
    assert!(account.admin && account.has_password);
    assert_eq!(
        world.library.actor_for_session(&cookie).unwrap(),
        Some(Actor::Account {
            id: account.id,
            admin: false
        })
    );
    assert!(world.library.invites().unwrap().is_empty());
    let again = world.library.accept_invite(&code, new("cat"));
    assert!(matches!(again, Err(Error::InvalidInvite)), "{again:?}");
    assert!(world.library.account_by_name("cat").is_err());
}

#[test]
fn an_invitation_ends_by_itself_or_when_it_is_revoked() {
    let world = World::new();
    let (_, old) = world.library.create_invite(DAY, false).unwrap();
    world.let_pass(DAY);
    assert!(world.library.accept_invite(&old, new("kitten")).is_err());
    assert!(world.library.invites().unwrap().is_empty());
    world.library.delete_expired().unwrap();

    let (invite, code) = world.library.create_invite(DAY, false).unwrap();
    world.library.revoke_invite(&invite.id).unwrap();
    assert!(world.library.accept_invite(&code, new("kitten")).is_err());
    let twice = world.library.revoke_invite(&invite.id);
    assert!(matches!(twice, Err(Error::InvalidInvite)));
}

#[test]
fn a_link_signs_in_once_within_ten_minutes() {
    let world = World::new();
    let owner = world.library.account_by_name(OWNER).unwrap();
    let link = || world.library.create_sign_in_link(&owner.id).unwrap();
    let (token, end) = link();
    assert_eq!(end, world.library.now().plus(Duration::from_secs(600)));
    // It is no cookie itself.
    assert_eq!(world.library.actor_for_session(&token).unwrap(), None);
    let (id, cookie) = world
        .another_handle()
        .start_session_from_link(&token)
        .unwrap()
        .unwrap();
    assert_eq!(id, owner.id);
    assert!(world.library.actor_for_session(&cookie).unwrap().is_some());
    assert_eq!(world.library.start_session_from_link(&token).unwrap(), None);

    let (late, _) = link();
    world.let_pass(Duration::from_secs(600));
    assert_eq!(world.library.start_session_from_link(&late).unwrap(), None);

    let (old, _) = link();
    world.library.set_password(OWNER, "hunter22").unwrap();
    assert_eq!(world.library.start_session_from_link(&old).unwrap(), None);
}
