//! The members of a JSON body, read one by one, so that each that is wrong is told by its name.

use serde_json::{Map, Value};

use crate::error::{Error, Result, Violation};

/// An image's description, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 255;

/// A body's members, and what is wrong with them so far.
#[derive(Debug, Default)]
pub struct BodyValidator {
    members: Map<String, Value>,
    violations: Vec<Violation>,
}

impl BodyValidator {
    /// No body has no members.
    ///
    /// # Errors
    /// [`Error::BadBody`] where there is something, and it is no object.
    pub fn from_json(body: Option<Value>) -> Result<BodyValidator> {
        let members = match body {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(members)) => members,
            Some(_) => return Err(Error::bad_body("it must be a JSON object")),
        };
        Ok(BodyValidator {
            members,
            violations: Vec::new(),
        })
    }

    /// A text; absent and null are none.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        match self.members.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.add_violation(name, "This value should be of type string.");
                None
            }
        }
    }

    /// A text that must be there, of at most so many characters; empty where it is wrong.
    pub fn required(&mut self, name: &'static str, most: usize) -> String {
        let before = self.violations.len();
        let text = self.text(name).unwrap_or_default();
        if text.trim().is_empty() && self.violations.len() == before {
            self.add_violation(name, "This value should not be blank.");
        }
        self.limit_length(name, text, most)
    }

    /// The text, if it is not too long.
    pub fn limit_length(&mut self, name: &'static str, text: String, most: usize) -> String {
        if text.chars().count() > most {
            self.add_violation(
                name,
                format!("This value is too long. It should have {most} characters or less."),
            );
        }
        text
    }

    pub fn boolean(&mut self, name: &'static str) -> Option<bool> {
        match self.members.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::Bool(value)) => Some(*value),
            Some(_) => {
                self.add_violation(name, "This value should be of type bool.");
                None
            }
        }
    }

    pub fn add_violation(&mut self, property: &'static str, message: impl Into<String>) {
        self.violations.push(Violation {
            property: property.into(),
            message: message.into(),
        });
    }

    /// # Errors
    /// All that was wrong, if anything was.
    pub fn finish(self) -> Result<()> {
        if self.violations.is_empty() {
            Ok(())
        } else {
            Err(Error::Violations(self.violations))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_of_another_type_are_listed_by_name() {
        let mut given =
            BodyValidator::from_json(Some(json!({"a": 1, "b": "x", "c": null, "d": "é"}))).unwrap();
        assert_eq!(given.text("a"), None);
        assert_eq!(given.boolean("b"), None);
        assert_eq!((given.text("c"), given.boolean("c")), (None, None));
        assert_eq!(given.required("d", 1), "é");
        assert_eq!(given.required("e", 1), "");
        let Err(Error::Violations(violations)) = given.finish() else {
            panic!("nothing was wrong");
        };
        let told: Vec<_> = violations.iter().map(|broken| &*broken.property).collect();
        assert_eq!(told, ["a", "b", "e"]);
    }

    #[test]
    fn no_body_has_no_members_and_a_list_is_no_body() {
        assert!(BodyValidator::from_json(None).unwrap().finish().is_ok());
        assert!(BodyValidator::from_json(Some(json!([]))).is_err());
    }
}
