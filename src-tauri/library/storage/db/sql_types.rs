//! How the library's own types are written into columns and read back.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use uuid::Uuid;

use crate::{
    AccountId, Digest, Door, FolderId, ImageId, InviteId, KeyId, PresetId, Scopes, Timestamp,
};

/// A column of a type that is `imaging`'s, and so cannot say itself how it is stored.
pub(crate) struct Stored<T>(pub(crate) T);

macro_rules! stored_as_uuid {
    ($($id:ident),*) => {$(
        impl ToSql for $id {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(self.0.as_bytes().as_slice()))
            }
        }

        impl FromSql for $id {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<$id> {
                <[u8; 16]>::column_result(value).map(|bytes| $id(Uuid::from_bytes(bytes)))
            }
        }
    )*};
}

stored_as_uuid!(ImageId, AccountId, FolderId, PresetId, InviteId);

impl ToSql for KeyId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for KeyId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<KeyId> {
        String::column_result(value).map(KeyId)
    }
}

impl ToSql for Digest {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.as_slice()))
    }
}

impl FromSql for Digest {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Digest> {
        <[u8; 32]>::column_result(value).map(Digest)
    }
}

impl ToSql for Timestamp {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.micros()))
    }
}

impl FromSql for Timestamp {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Timestamp> {
        value.as_i64().map(Timestamp::from_micros)
    }
}

impl ToSql for Scopes {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.to_string()))
    }
}

impl FromSql for Scopes {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Scopes> {
        match value.as_str()? {
            "" => Ok(Scopes::NONE),
            names => names.parse().map_err(FromSqlError::other),
        }
    }
}

impl ToSql for Door {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.name()))
    }
}

impl FromSql for Door {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Door> {
        Door::from_name(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for Stored<&[String]> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(self.0)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(ToSqlOutput::from(text))
    }
}

impl FromSql for Stored<Vec<String>> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Stored<Vec<String>>> {
        serde_json::from_str(value.as_str()?)
            .map(Stored)
            .map_err(FromSqlError::other)
    }
}

impl ToSql for Stored<imaging::Format> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.name()))
    }
}

impl FromSql for Stored<imaging::Format> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Stored<imaging::Format>> {
        imaging::Format::from_name(value.as_str()?)
            .map(Stored)
            .ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for Stored<imaging::Orientation> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.exif()))
    }
}

impl FromSql for Stored<imaging::Orientation> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Stored<imaging::Orientation>> {
        let tag = u16::column_result(value)?;
        imaging::Orientation::from_exif(tag)
            .map(Stored)
            .ok_or(FromSqlError::OutOfRange(tag.into()))
    }
}

/// For statements that are put together: what stands in a parameter.
pub(crate) fn value(of: &dyn ToSql) -> rusqlite::Result<Value> {
    Ok(match of.to_sql()? {
        ToSqlOutput::Owned(value) => value,
        ToSqlOutput::Borrowed(value) => Value::column_result(value)?,
        _ => Value::Null,
    })
}
