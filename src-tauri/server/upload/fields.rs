//! Fields of a form or a query: names and values in their order.

use url::form_urlencoded;

/// More are dropped, as PHP does: whoever sends them has nothing to say in them.
const MAX_FIELDS: usize = 1000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Those of a query or an urlencoded body; what is no UTF-8 in it is replaced.
    pub fn from_query(query: &str) -> Fields {
        form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .take(MAX_FIELDS)
            .collect()
    }

    pub fn push(&mut self, name: String, value: String) {
        if self.0.len() < MAX_FIELDS {
            self.0.push((name, value));
        }
    }

    /// The value of that name; of several the last, as in PHP.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut newest_first = self.0.iter().rev();
        let found = newest_first.find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value of the first of these names that is there.
    pub fn first_present(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// All values of a list's name in its spellings: `uuid`, `uuid[]`, `uuid[0]`.
    pub fn list_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter(move |(found, _)| is_list_item(found, name))
            .map(|(_, value)| value)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Fields {
        Fields(fields.into_iter().collect())
    }
}

fn is_list_item(found: &str, name: &str) -> bool {
    match found.strip_prefix(name) {
        Some("") => true,
        Some(index) => index
            .strip_prefix('[')
            .and_then(|index| index.strip_suffix(']'))
            .is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit())),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_name_wins_and_all_are_kept_in_order() {
        let fields = Fields::from_query("a=1&b=2&a=3&a%5B%5D=4&c&=5&d=%FF+x");
        assert_eq!(fields.get("a"), Some("3"));
        let named = fields.iter().filter(|(name, _)| *name == "a");
        assert_eq!(
            named.map(|(_, value)| value).collect::<Vec<_>>(),
            ["1", "3"]
        );
        assert_eq!(fields.get("a[]"), Some("4"));
        assert_eq!(fields.get("c"), Some(""));
        assert_eq!(fields.get("d"), Some("\u{fffd} x"));
        assert_eq!(fields.first_present(&["x", "b", "a"]), Some("2"));
        assert_eq!(fields.get("x"), None);
    }

    #[test]
    fn a_list_is_found_in_all_its_spellings_but_not_nested_deeper() {
        let fields =
            Fields::from_query("u%5B%5D=1&u[0]=2&u[17]=3&u=4&u[a]=x&u[0][1]=x&u[=x&u]=x&uu=x");
        assert_eq!(
            fields.list_values("u").collect::<Vec<_>>(),
            ["1", "2", "3", "4"]
        );
    }

    #[test]
    fn more_than_a_thousand_are_dropped() {
        let query: Vec<String> = (0..1500).map(|number| format!("a={number}")).collect();
        let fields = Fields::from_query(&query.join("&"));
        assert_eq!(fields.list_values("a").count(), MAX_FIELDS);
        assert_eq!(fields.get("a"), Some("999"));
    }
}
