//! Signed links: who has one sees one variant of one image, without a key.
//!
//! Each account has a name for such links and a secret. Making a new secret leaves the old links good until
//! the old ones are revoked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::auth::permissions;
use crate::auth::permissions::{Actor, Scope};
use crate::error::{Error, Result, While};
use crate::storage::db::{Read, Write, params};
use crate::{AccountId, Ids, ImageId, Library, Timestamp, ids};

const CLIENT: usize = 12;
/// Of the 32 bytes of the code, those that a link carries.
const CARRIED: usize = 24;

/// What signs an account's links.
#[derive(Clone, PartialEq, Eq)]
pub struct Signer {
    /// The account's name in links: 12 letters and digits, for life.
    pub client: String,
    secret: Vec<u8>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.client)
    }
}

impl Signer {
    /// The signature of one variant, as text that is safe in an address. `transform` is its canonical text.
    pub fn sign(&self, image: &ImageId, transform: &str) -> String {
        sign(&self.secret, &self.client, image, transform)
    }
}

impl Library {
    /// What signs the links of the actor's account.
    pub fn signer(&self, actor: &Actor) -> Result<Signer> {
        let account = actor.account().ok_or(Error::Unauthorised)?;
        if let Some(signer) = self.catalogue().read(|read| find(read, account))? {
            return Ok(signer);
        }
        self.catalogue()
            .write(|write| ensure(write, self.ids(), account, self.now()))
    }

    /// Whose links carry this client's name.
    pub fn account_of_client(&self, client: &str) -> Result<Option<AccountId>> {
        self.catalogue().read(|read| account_of(read, client))
    }

    /// Whether one of the account's secrets made this signature. `None` if there is no such client.
    pub fn verify_signature(
        &self,
        client: &str,
        image: &ImageId,
        transform: &str,
        signature: &str,
    ) -> Result<Option<bool>> {
        self.catalogue().read(|read| {
            let Some(account) = account_of(read, client)? else {
                return Ok(None);
            };
            let secrets: Vec<Vec<u8>> = read.all(
                "SELECT secret FROM signing_secrets WHERE account = ?1",
                params![account],
                |row| row.get(0),
            )?;
            let good = secrets.iter().any(|secret| {
                let right = sign(secret, client, image, transform);
                bool::from(right.as_bytes().ct_eq(signature.as_bytes()))
            });
            Ok(Some(good))
        })
    }

    /// A new secret signs from now on; links that older ones signed stay good.
    pub fn rotate_signing_secret(&self, actor: &Actor) -> Result<()> {
        let account = permissions::scoped(actor, Scope::Manage)?;
        let secret = draw(self.ids())?;
        self.catalogue()
            .write(|write| insert(write, account, &secret, self.now()))
    }

    /// Ends all links that were signed before the newest secret was made.
    pub fn revoke_old_signatures(&self, actor: &Actor) -> Result<()> {
        let account = permissions::scoped(actor, Scope::Manage)?;
        self.catalogue().write(|write| {
            write.execute(
                "DELETE FROM signing_secrets WHERE account = ?1
                    AND id < (SELECT max(id) FROM signing_secrets WHERE account = ?1)",
                params![account],
            )
        })?;
        Ok(())
    }
}

fn account_of(read: &Read<'_>, client: &str) -> Result<Option<AccountId>> {
    read.one(
        "SELECT id FROM accounts WHERE client = ?1",
        params![client],
        |row| row.get(0),
    )
}

pub(crate) fn find(read: &Read<'_>, account: &AccountId) -> Result<Option<Signer>> {
    read.one(
        "SELECT client, secret FROM accounts JOIN signing_secrets ON account = accounts.id
         WHERE accounts.id = ?1 AND client IS NOT NULL ORDER BY signing_secrets.id DESC LIMIT 1",
        params![account],
        |row| {
            Ok(Signer {
                client: row.get(0)?,
                secret: row.get(1)?,
            })
        },
    )
}

/// The account's signer, made where it has none yet.
pub(crate) fn ensure(
    write: &Write<'_>,
    ids: &dyn Ids,
    account: &AccountId,
    now: Timestamp,
) -> Result<Signer> {
    if let Some(signer) = find(write, account)? {
        return Ok(signer);
    }
    let mut client = ids::base62(ids, CLIENT)?;
    while account_of(write, &client)?.is_some() {
        client = ids::base62(ids, CLIENT)?;
    }
    write.execute(
        "UPDATE accounts SET client = ?2 WHERE id = ?1 AND client IS NULL",
        params![account, client],
    )?;
    insert(write, account, &draw(ids)?, now)?;
    find(write, account)?.ok_or(Error::Unauthorised)
}

fn insert(write: &Write<'_>, account: &AccountId, secret: &[u8], now: Timestamp) -> Result<()> {
    write.execute(
        "INSERT INTO signing_secrets (account, secret, created_at) VALUES (?1, ?2, ?3)",
        params![account, secret, now],
    )?;
    Ok(())
}

fn draw(ids: &dyn Ids) -> Result<[u8; 32]> {
    let mut secret = [0; 32];
    ids.fill(&mut secret).during("drawing a random number")?;
    Ok(secret)
}

fn sign(secret: &[u8], client: &str, image: &ImageId, transform: &str) -> String {
    let mut code = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    code.update(format!("v1\n{client}\n{image}\n{transform}").as_bytes());
    URL_SAFE_NO_PAD.encode(&code.finalize().into_bytes()[..CARRIED])
}
