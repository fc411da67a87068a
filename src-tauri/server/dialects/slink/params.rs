//! The members of a JSON body, read one by one, so that each that is wrong is told by its name.

use serde_json::{Map, Value};

use crate::error::{Error, Result, Violation};

/// An image's description, in characters.
pub const LONGEST_DESCRIPTION: usize = 255;

/// A body's members, and what is wrong with them so far.
#[derive(Debug, Default)]
pub struct Given {
    members: Map<String, Value>,
    violations: Vec<Violation>,
}

impl Given {
    /// No body has no members.
    ///
    /// # Errors
    /// [`Error::BadBody`] where there is something, and it is no object.
    pub fn of(body: Option<Value>) -> Result<Given> {
        let members = match body {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(members)) => members,
            Some(_) => return Err(Error::bad_body("it must be a JSON object")),
        };
        Ok(Given {
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
                self.breaks(name, "This value should be of type string.");
                None
            }
        }
    }

    /// A text that must be there, of at most so many characters; empty where it is wrong.
    pub fn needed(&mut self, name: &'static str, most: usize) -> String {
        let before = self.violations.len();
        let text = self.text(name).unwrap_or_default();
        if text.trim().is_empty() && self.violations.len() == before {
            self.breaks(name, "This value should not be blank.");
        }
        self.at_most(name, text, most)
    }

    /// The text, if it is not too long.
    pub fn at_most(&mut self, name: &'static str, text: String, most: usize) -> String {
        if text.chars().count() > most {
            self.breaks(
                name,
                format!("This value is too long. It should have {most} characters or less."),
            );
        }
        text
    }

    pub fn switch(&mut self, name: &'static str) -> Option<bool> {
        match self.members.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::Bool(value)) => Some(*value),
            Some(_) => {
                self.breaks(name, "This value should be of type bool.");
                None
            }
        }
    }

    pub fn breaks(&mut self, property: &'static str, message: impl Into<String>) {
        self.violations.push(Violation {
            property: property.into(),
            message: message.into(),
        });
    }

    /// # Errors
    /// All that was wrong, if anything was.
    pub fn done(self) -> Result<()> {
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
    fn members_of_another_type_are_told_by_their_names() {
        let mut given = Given::of(Some(json!({"a": 1, "b": "x", "c": null, "d": "é"}))).unwrap();
        assert_eq!(given.text("a"), None);
        assert_eq!(given.switch("b"), None);
        assert_eq!((given.text("c"), given.switch("c")), (None, None));
        assert_eq!(given.needed("d", 1), "é");
        assert_eq!(given.needed("e", 1), "");
        let Err(Error::Violations(violations)) = given.done() else {
            panic!("nothing was wrong");
        };
        let told: Vec<_> = violations.iter().map(|broken| &*broken.property).collect();
        assert_eq!(told, ["a", "b", "e"]);
    }

    #[test]
    fn no_body_has_no_members_and_a_list_is_no_body() {
        assert!(Given::of(None).unwrap().done().is_ok());
        assert!(Given::of(Some(json!([]))).is_err());
    }
}
