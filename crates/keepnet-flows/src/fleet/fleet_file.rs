//! A fleet file: what each customer gets, and the defaults for all of them.

use std::collections::BTreeMap;

use keepnet_staff_list::Mapper;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_json::{Map, Value, json};

use super::fleet_entry::{FleetEntry, FleetWork, LISTS, OF_LEAVERS};
use crate::import::ImportMode;

/// How many problems an error names.
const MOST_NAMED: usize = 10;

/// What each customer gets, from TOML or JSON:
///
/// ```toml
/// [defaults]
/// leavers = "deactivate"
/// [customers."Acme LLC"]
/// sync = "acme/hr.xlsx"
/// max-leavers = "5%"
/// [customers."Globex GmbH"]
/// import = "globex/new.csv"
/// group = ["New starters"]
/// ```
///
/// The defaults are options of [`FleetEntry`]; a customer gets those that its work has, where its own
/// entry says nothing. Reading a file checks all keys and values, and names the wrong ones with their
/// customer in one error. Paths are relative to the folder of the file.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FleetFile {
    /// The customers, by name or id.
    pub customers: BTreeMap<String, FleetEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    #[serde(default)]
    defaults: Map<String, Value>,
    customers: BTreeMap<String, Map<String, Value>>,
}

impl<'de> Deserialize<'de> for FleetFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FleetFile, D::Error> {
        let tables = Tables::deserialize(deserializer)?;
        let mut problems = Vec::new();
        for (key, value) in &tables.defaults {
            let problem = match LISTS.contains(&key.as_str()) {
                true => Some("a list is of one customer".to_owned()),
                false => check_value(key, value).err(),
            };
            problems.extend(problem.map(|problem| format!("defaults, {key}: {problem}")));
        }
        // Each customer would have the wrong default again.
        let mut defaults = tables.defaults;
        defaults
            .retain(|key, value| !LISTS.contains(&key.as_str()) && check_value(key, value).is_ok());
        let mut customers = BTreeMap::new();
        for (customer, table) in tables.customers {
            match entry(table, &defaults) {
                Ok(entry) => {
                    customers.insert(customer, entry);
                }
                Err(found) => {
                    let found = found.into_iter();
                    problems.extend(found.map(|problem| format!("{customer}, {problem}")));
                }
            }
        }
        if customers.is_empty() && problems.is_empty() {
            problems.push("there is no customer".to_owned());
        }
        match problems.is_empty() {
            true => Ok(FleetFile { customers }),
            false => Err(D::Error::custom(list_problems(&problems))),
        }
    }
}

/// The first problems in one line.
pub(super) fn list_problems(problems: &[String]) -> String {
    let mut line = problems[..problems.len().min(MOST_NAMED)].join("; ");
    if problems.len() > MOST_NAMED {
        line += &format!("; and {} more", problems.len() - MOST_NAMED);
    }
    line
}

/// The entry of a customer with the defaults for its work, or what is wrong with it.
fn entry(
    mut table: Map<String, Value>,
    defaults: &Map<String, Value>,
) -> Result<FleetEntry, Vec<String>> {
    let mut problems = Vec::new();
    for (key, value) in &table {
        problems.extend(
            check_value(key, value)
                .err()
                .map(|it| format!("{key}: {it}")),
        );
    }
    let work = match LISTS.map(|list| table.contains_key(list)) {
        [true, false] => Some(FleetWork::Sync),
        [false, true] => Some(FleetWork::Import),
        [true, true] => {
            problems.push("import: the customer has a list to synchronize already".to_owned());
            None
        }
        [false, false] => {
            problems.push("sync: there is no list; give one with sync or import".to_owned());
            None
        }
    };
    if let Some(work) = work {
        let other = match work {
            FleetWork::Sync => LISTS[1],
            FleetWork::Import => LISTS[0],
        };
        for key in table.keys().filter(|key| !work.has(key)) {
            problems.push(format!(
                "{key}: only a customer with {other} has this option"
            ));
        }
        let keeps = table.get("leavers").or(defaults.get("leavers")) == Some(&json!("keep"));
        let is_ignored = |key: &str| keeps && OF_LEAVERS.contains(&key);
        for (key, value) in &table {
            if work == FleetWork::Sync && is_ignored(key) && *value != json!(false) {
                problems.push(format!(
                    "{key}: it has no effect, because leavers is \"keep\""
                ));
            }
        }
        for (key, value) in defaults.iter().filter(|(key, _)| work.has(key)) {
            if !table.contains_key(key) && !is_ignored(key) {
                table.insert(key.clone(), value.clone());
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    serde_json::from_value(Value::Object(table)).map_err(|error| vec![error.to_string()])
}

/// Checks one option by itself, so that its name is known.
fn check_value(key: &str, value: &Value) -> Result<(), String> {
    let one = Map::from_iter([(key.to_owned(), value.clone())]);
    let entry: FleetEntry = serde_json::from_value(Value::Object(one)).map_err(|error| {
        let text = error.to_string();
        match text
            .strip_prefix("unknown field ")
            .and_then(|it| it.split_once(", "))
        {
            Some((_, expected)) => format!("unknown option, {expected}"),
            None => text,
        }
    })?;
    let is_blank = |value: &Value| value.as_str().is_some_and(|it| it.trim().is_empty());
    let mut parts = value.as_array().into_iter().flatten();
    if is_blank(value) || parts.any(is_blank) {
        return Err("it is blank".to_owned());
    }
    if entry.mode == Some(ImportMode::Selected) {
        return Err("a fleet selects no single people".to_owned());
    }
    for argument in &entry.map {
        let parsed = Mapper::new().argument(argument);
        parsed.map_err(|error| error.to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::{Leavers, Share};

    #[test]
    fn wrong_options_are_named_with_their_customer() {
        let check = |entry: Value, expected: &str| {
            let file = json!({ "customers": { "Acme LLC": entry } });
            let error = serde_json::from_value::<FleetFile>(file).unwrap_err();
            let text = error.to_string();
            assert!(text.starts_with(&format!("Acme LLC, {expected}")), "{text}");
            assert!(!text.contains('\n'), "{text}");
        };
        let list = "hr.csv";
        check(
            json!({ "sync": list, "delete": true }),
            "delete: unknown option, expected",
        );
        check(
            json!({ "sync": list, "max_leavers": 5 }),
            "max_leavers: unknown option",
        );
        check(
            json!({ "sync": list, "leavers": "remove" }),
            "leavers: unknown variant `remove`, expected one of",
        );
        check(
            json!({ "sync": list, "max-leavers": "some" }),
            "max-leavers: write a number of people such as 25",
        );
        check(
            json!({ "sync": list, "max-leavers": -1 }),
            "max-leavers: a number such as 25, or a share such as \"10%\"",
        );
        check(
            json!({ "sync": list, "domains": "a.example" }),
            "domains: invalid type",
        );
        check(
            json!({ "sync": list, "group": ["Staff", " "] }),
            "group: it is blank",
        );
        check(json!({ "sync": list, "key": "" }), "key: it is blank");
        check(json!({ "sync": list, "map": ["Team"] }), "map: ");
        check(json!({ "sync": list, "map": ["Team=Nothing"] }), "map: ");
        check(json!({ "sync": list, "encoding": "klingon" }), "encoding: ");
        check(json!({ "sync": list, "header-row": 0 }), "header-row: ");
        check(
            json!({ "sync": list, "mode": "new" }),
            "mode: only a customer with import has this option",
        );
        check(
            json!({ "import": list, "max-leavers": 5 }),
            "max-leavers: only a customer with sync has this option",
        );
        check(
            json!({ "sync": list, "leavers": "keep", "max-leavers": 5 }),
            "max-leavers: it has no effect, because leavers is \"keep\"",
        );
        check(
            json!({ "sync": list, "leavers": "keep", "smaller-list": true }),
            "smaller-list: it has no effect",
        );
        check(
            json!({ "sync": list, "leavers": "keep", "unreadable-rows": true }),
            "unreadable-rows: it has no effect",
        );
        check(
            json!({ "import": list, "mode": "selected" }),
            "mode: a fleet selects",
        );
        check(
            json!({ "import": list, "sync": list }),
            "import: the customer has a list",
        );
        check(json!({ "leavers": "keep" }), "sync: there is no list");
    }

    #[test]
    fn all_problems_of_a_file_are_named_at_once() {
        let file = json!({
            "defaults": { "leavers": "remove", "sync": "hr.csv", "nothing": 1 },
            "customers": {
                "Acme LLC": { "sync": "hr.csv", "keys": "Office" },
                "Globex GmbH": { "import": "new.csv" },
                "Initech": {},
            },
        });
        let error = serde_json::from_value::<FleetFile>(file)
            .unwrap_err()
            .to_string();
        for part in [
            "defaults, leavers: unknown variant",
            "defaults, sync: a list is of one customer",
            "defaults, nothing: unknown option",
            "Acme LLC, keys: unknown option",
            "Initech, sync: there is no list",
        ] {
            assert!(error.contains(part), "{part}: {error}");
        }
        for default in ["leavers: unknown", "nothing: unknown"] {
            assert_eq!(error.matches(default).count(), 1, "{error}");
        }
        let many = (0..30).map(|number| (format!("C{number:02}"), json!({})));
        let many = json!({ "customers": Map::from_iter(many) });
        let error = serde_json::from_value::<FleetFile>(many)
            .unwrap_err()
            .to_string();
        assert!(error.ends_with("; and 20 more"), "{error}");
        for empty in [
            json!({ "customers": {} }),
            json!({ "customers": {}, "more": 1 }),
            json!({}),
        ] {
            assert!(serde_json::from_value::<FleetFile>(empty).is_err());
        }
    }

    #[test]
    fn defaults_reach_the_work_that_has_them() {
        let file = json!({
            "defaults": { "leavers": "delete", "max-leavers": "5%", "group": ["Staff"],
                "mode": "new", "activate": true },
            "customers": {
                "Acme LLC": { "sync": "hr.csv", "max-leavers": 3, "activate": false },
                "Globex GmbH": { "import": "new.csv" },
                "Initech": { "sync": "all.csv", "leavers": "keep", "smaller-list": false },
            },
        });
        let file: FleetFile = serde_json::from_value(file).unwrap();
        assert_eq!(file.customers["Initech"].max_leavers, None);
        let (acme, globex) = (&file.customers["Acme LLC"], &file.customers["Globex GmbH"]);
        assert_eq!(acme.leavers, Some(Leavers::Delete));
        assert_eq!(acme.max_leavers, Some(Share::Count(3)));
        assert_eq!((acme.activate, acme.mode), (false, None));
        assert_eq!(globex.mode, Some(ImportMode::New));
        assert_eq!((globex.leavers, globex.max_leavers), (None, None));
        assert_eq!([&acme.group, &globex.group], [&["Staff"], &["Staff"]]);
        let text = serde_json::to_string(acme).unwrap();
        assert_eq!(serde_json::from_str::<FleetEntry>(&text).unwrap(), *acme);
    }
}
