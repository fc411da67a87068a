//! Access tokens: an hour of being signed in, in a text that carries its own proof (a JWT, HS256).
//!
//! Nothing is stored of one. It ends before its hour when its account is removed or gets another password.

use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::auth::permissions::Actor;
use crate::error::{Error, Result, StorageContext};
use crate::storage::db::params;
use crate::{Account, AccountId, Library, Timestamp};

/// How long one is good.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_secs(60 * 60);

#[derive(Serialize, Deserialize)]
struct Claims {
    iat: i64,
    exp: i64,
    /// Microseconds, since an account may get a new password within the second.
    since: i64,
    roles: Vec<String>,
    username: String,
    uuid: String,
}

/// Who comes with an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenStatus {
    Valid(Actor),
    /// It was good, and its hour is over.
    Expired,
    /// No token of ours, or one of an account that is gone or has another password now.
    Invalid,
}

impl Library {
    pub fn issue_access_token(&self, account: &Account) -> Result<String> {
        let now = self.now();
        let claims = Claims {
            iat: now.seconds(),
            exp: now.plus(ACCESS_TOKEN_LIFETIME).seconds(),
            since: now.micros(),
            roles: roles(account),
            username: account.name.clone(),
            uuid: account.id.to_string(),
        };
        let key = EncodingKey::from_secret(&self.access_token_secret()?);
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
            .map_err(|error| Error::storage("writing an access token", error))
    }

    pub fn actor_for_access_token(&self, token: &str) -> Result<TokenStatus> {
        let key = DecodingKey::from_secret(&self.access_token_secret()?);
        // Its end is looked at here, by the library's own clock.
        let mut rules = Validation::new(Algorithm::HS256);
        rules.validate_exp = false;
        let claims = match jsonwebtoken::decode::<Claims>(token, &key, &rules) {
            Ok(token) => token.claims,
            Err(error) if matches!(error.kind(), ErrorKind::ExpiredSignature) => {
                return Ok(TokenStatus::Expired);
            }
            Err(_) => return Ok(TokenStatus::Invalid),
        };
        if claims.exp <= self.now().seconds() {
            return Ok(TokenStatus::Expired);
        }
        let Ok(id) = claims.uuid.parse::<AccountId>() else {
            return Ok(TokenStatus::Invalid);
        };
        let since = Timestamp::from_micros(claims.since);
        let lives = self.database().read(|read| {
            read.exists(
                "SELECT 1 FROM accounts WHERE id = ?1 AND coalesce(password_changed_at, 0) <= ?2",
                params![id, since],
            )
        })?;
        Ok(if lives {
            TokenStatus::Valid(Actor::Account { id, admin: false })
        } else {
            TokenStatus::Invalid
        })
    }

    /// What signs the tokens of this folder, drawn when it is first needed.
    fn access_token_secret(&self) -> Result<Vec<u8>> {
        self.load_or_create_secret("access tokens")
    }

    /// A random secret of this folder, the same for every process.
    pub(crate) fn load_or_create_secret(&self, name: &str) -> Result<Vec<u8>> {
        const FIND: &str = "SELECT value FROM secrets WHERE name = ?1";
        let found = self
            .database()
            .read(|read| read.query_one(FIND, params![name], |row| row.get(0)))?;
        if let Some(secret) = found {
            return Ok(secret);
        }
        let mut secret = [0; 32];
        self.ids()
            .fill(&mut secret)
            .context("drawing a random number")?;
        self.database().write(|write| {
            write.execute(
                "INSERT OR IGNORE INTO secrets (name, value) VALUES (?1, ?2)",
                params![name, secret],
            )?;
            let kept = write.query_one(FIND, params![name], |row| row.get(0))?;
            kept.ok_or_else(|| Error::storage("drawing a secret", "it was not kept"))
        })
    }

    /// A short text that tells this folder from others, for the name of its cookie: browsers tell no ports apart.
    pub fn instance_id(&self) -> Result<String> {
        let secret = self.load_or_create_secret("mark")?;
        Ok(secret[..4]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect())
    }
}

fn roles(account: &Account) -> Vec<String> {
    let admin = account.admin.then_some("ROLE_ADMIN");
    let roles = std::iter::once("ROLE_USER").chain(admin);
    roles.map(str::to_owned).collect()
}
