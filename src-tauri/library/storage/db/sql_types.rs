//! How the library's own types are written into columns and read back.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use uuid::Uuid;

use crate::{
    AccountId, ApiKeyId, Digest, FolderId, ImageId, InviteId, PresetId, Scopes, Timestamp,
};

/// A column of a foreign type, for which this crate cannot implement the traits directly.
pub(crate) struct Sql<T>(pub(crate) T);

macro_rules! impl_uuid_sql {
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

impl_uuid_sql!(ImageId, AccountId, FolderId, PresetId, InviteId);

impl ToSql for ApiKeyId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for ApiKeyId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<ApiKeyId> {
        String::column_result(value).map(ApiKeyId)
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

impl ToSql for Sql<&[String]> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(self.0)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(ToSqlOutput::from(text))
    }
}

impl FromSql for Sql<Vec<String>> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Sql<Vec<String>>> {
        serde_json::from_str(value.as_str()?)
            .map(Sql)
            .map_err(FromSqlError::other)
    }
}

impl ToSql for Sql<&[imaging::Transform]> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let keys: Vec<String> = self.0.iter().map(imaging::Transform::cache_key).collect();
        let text = serde_json::to_string(&keys)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(ToSqlOutput::from(text))
    }
}

impl FromSql for Sql<Vec<imaging::Transform>> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Sql<Vec<imaging::Transform>>> {
        let keys = Sql::<Vec<String>>::column_result(value)?.0;
        let transforms = keys
            .iter()
            .map(|key| imaging::Transform::from_cache_key(key));
        transforms
            .collect::<Option<_>>()
            .map(Sql)
            .ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for Sql<imaging::Format> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.name()))
    }
}

impl FromSql for Sql<imaging::Format> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Sql<imaging::Format>> {
        imaging::Format::from_name(value.as_str()?)
            .map(Sql)
            .ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for Sql<imaging::Orientation> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.exif_value()))
    }
}

impl FromSql for Sql<imaging::Orientation> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Sql<imaging::Orientation>> {
        let tag = u16::column_result(value)?;
        imaging::Orientation::from_exif(tag)
            .map(Sql)
            .ok_or(FromSqlError::OutOfRange(tag.into()))
    }
}

/// The value of a parameter, for statements that are composed at run time.
pub(crate) fn to_sql_value(of: &dyn ToSql) -> rusqlite::Result<Value> {
    Ok(match of.to_sql()? {
        ToSqlOutput::Owned(value) => value,
        ToSqlOutput::Borrowed(value) => Value::column_result(value)?,
        _ => Value::Null,
    })
}
