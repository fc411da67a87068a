//! Presets: named transforms of an account. Their parameters are text, which the dialect parses.

use crate::auth::permissions;
use crate::auth::permissions::Actor;
use crate::auth::scopes::Scope;
use crate::error::{Error, Result};
use crate::storage::db::{Column, Row, params};
use crate::{AccountId, Library, PresetId, Timestamp, random};

const MAX_NAME_LENGTH: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    pub id: PresetId,
    pub name: String,
    /// As they were given.
    pub params: String,
    pub created_at: Timestamp,
}

impl Library {
    /// `params` have been checked by the dialect.
    pub fn add_preset(&self, actor: &Actor, name: &str, params: &str) -> Result<Preset> {
        let owner = permissions::require_scope(actor, Scope::Manage)?;
        check_name(name)?;
        let preset = Preset {
            id: PresetId(random::random_uuid(self.ids())?),
            name: name.to_owned(),
            params: params.to_owned(),
            created_at: self.now(),
        };
        self.database().write(|write| {
            let added = write.execute(
                "INSERT OR IGNORE INTO presets (id, owner, name, params, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![preset.id, owner, preset.name, preset.params, preset.created_at],
            )?;
            if added == 0 {
                return Err(Error::PresetTaken {
                    name: name.to_owned(),
                });
            }
            Ok(())
        })?;
        Ok(preset)
    }

    /// All of an account's, by name.
    pub fn presets(&self, actor: &Actor) -> Result<Vec<Preset>> {
        let owner = permissions::require_scope(actor, Scope::Manage)?;
        self.database().read(|read| {
            read.query_all(
                &format!("{SELECT} WHERE owner = ?1 ORDER BY name"),
                params![owner],
                preset_from_row,
            )
        })
    }

    /// The account's preset of that name, whoever asks.
    pub fn preset(&self, owner: &AccountId, name: &str) -> Result<Preset> {
        self.database()
            .read(|read| {
                read.query_one(
                    &format!("{SELECT} WHERE owner = ?1 AND name = ?2"),
                    params![owner, name],
                    preset_from_row,
                )
            })?
            .ok_or(Error::PresetNotFound)
    }

    pub fn delete_preset(&self, actor: &Actor, id: &PresetId) -> Result<()> {
        let owner = permissions::require_scope(actor, Scope::Manage)?;
        let gone = self.database().write(|write| {
            write.execute(
                "DELETE FROM presets WHERE id = ?1 AND owner = ?2",
                params![id, owner],
            )
        })?;
        if gone == 0 {
            Err(Error::PresetNotFound)
        } else {
            Ok(())
        }
    }
}

const SELECT: &str = "SELECT id, name, params, created_at FROM presets";

fn preset_from_row(row: &Row<'_>) -> Column<Preset> {
    Ok(Preset {
        id: row.get(0)?,
        name: row.get(1)?,
        params: row.get(2)?,
        created_at: row.get(3)?,
    })
}

fn check_name(name: &str) -> Result<()> {
    let good = (1..=MAX_NAME_LENGTH).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if good {
        Ok(())
    } else {
        Err(Error::InvalidPresetName {
            name: name.chars().take(MAX_NAME_LENGTH).collect(),
        })
    }
}
