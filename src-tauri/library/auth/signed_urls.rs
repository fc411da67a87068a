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
use crate::auth::permissions::Actor;
use crate::auth::scopes::Scope;
use crate::error::{Error, Result, StorageContext};
use crate::storage::db::{ReadTx, WriteTx, params};
use crate::{AccountId, Ids, ImageId, Library, Timestamp, random};

const CLIENT_LENGTH: usize = 12;
/// Of the 32 bytes of the code, those that a link carries.
const SIGNATURE_BYTES: usize = 24;

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
        compute_signature(&self.secret, &self.client, image, transform)
    }
}

impl Library {
    /// What signs the links of the actor's account.
    pub fn signer(&self, actor: &Actor) -> Result<Signer> {
        let account = actor.account().ok_or(Error::Unauthorised)?;
        if let Some(signer) = self.database().read(|read| find_signer(read, account))? {
            return Ok(signer);
        }
        self.database()
            .write(|write| find_or_create_signer(write, self.ids(), account, self.now()))
    }

    /// Whose links carry this client's name.
    pub fn account_by_client(&self, client: &str) -> Result<Option<AccountId>> {
        self.database().read(|read| find_account(read, client))
    }

    /// Whether one of the account's secrets made this signature. `None` if there is no such client.
    pub fn verify_signature(
        &self,
        client: &str,
        image: &ImageId,
        transform: &str,
        signature: &str,
    ) -> Result<Option<bool>> {
        self.database().read(|read| {
            let Some(account) = find_account(read, client)? else {
                return Ok(None);
            };
            let secrets: Vec<Vec<u8>> = read.query_all(
                "SELECT secret FROM signing_secrets WHERE account = ?1",
                params![account],
                |row| row.get(0),
            )?;
            let good = secrets.iter().any(|secret| {
                let right = compute_signature(secret, client, image, transform);
                bool::from(right.as_bytes().ct_eq(signature.as_bytes()))
            });
            Ok(Some(good))
        })
    }

    /// A new secret signs from now on; links that older ones signed stay good.
    pub fn rotate_signing_secret(&self, actor: &Actor) -> Result<()> {
        let account = permissions::require_scope(actor, Scope::Manage)?;
        let secret = generate_secret(self.ids())?;
        self.database()
            .write(|write| insert_secret(write, account, &secret, self.now()))
    }

    /// Ends all links that were signed before the newest secret was made.
    pub fn revoke_old_signatures(&self, actor: &Actor) -> Result<()> {
        let account = permissions::require_scope(actor, Scope::Manage)?;
        self.database().write(|write| {
            write.execute(
                "DELETE FROM signing_secrets WHERE account = ?1
                    AND id < (SELECT max(id) FROM signing_secrets WHERE account = ?1)",
                params![account],
            )
        })?;
        Ok(())
    }
}

fn find_account(read: &ReadTx<'_>, client: &str) -> Result<Option<AccountId>> {
    read.query_one(
        "SELECT id FROM accounts WHERE client = ?1",
        params![client],
        |row| row.get(0),
    )
}

pub(crate) fn find_signer(read: &ReadTx<'_>, account: &AccountId) -> Result<Option<Signer>> {
    read.query_one(
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
pub(crate) fn find_or_create_signer(
    write: &WriteTx<'_>,
    ids: &dyn Ids,
    account: &AccountId,
    now: Timestamp,
) -> Result<Signer> {
    if let Some(signer) = find_signer(write, account)? {
        return Ok(signer);
    }
    let mut client = random::random_base62(ids, CLIENT_LENGTH)?;
    while find_account(write, &client)?.is_some() {
        client = random::random_base62(ids, CLIENT_LENGTH)?;
    }
    write.execute(
        "UPDATE accounts SET client = ?2 WHERE id = ?1 AND client IS NULL",
        params![account, client],
    )?;
    insert_secret(write, account, &generate_secret(ids)?, now)?;
    find_signer(write, account)?.ok_or(Error::Unauthorised)
}

fn insert_secret(
    write: &WriteTx<'_>,
    account: &AccountId,
    secret: &[u8],
    now: Timestamp,
) -> Result<()> {
    write.execute(
        "INSERT INTO signing_secrets (account, secret, created_at) VALUES (?1, ?2, ?3)",
        params![account, secret, now],
    )?;
    Ok(())
}

fn generate_secret(ids: &dyn Ids) -> Result<[u8; 32]> {
    let mut secret = [0; 32];
    ids.fill(&mut secret).context("drawing a random number")?;
    Ok(secret)
}

fn compute_signature(secret: &[u8], client: &str, image: &ImageId, transform: &str) -> String {
    let mut code = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    code.update(format!("v1\n{client}\n{image}\n{transform}").as_bytes());
    URL_SAFE_NO_PAD.encode(&code.finalize().into_bytes()[..SIGNATURE_BYTES])
}
