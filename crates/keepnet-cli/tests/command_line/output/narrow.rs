//! Lists on terminals of several widths: no id is cut, and customers can be told apart.

use std::collections::BTreeSet;
use std::fs;

use jiff::Timestamp;
use keepnet_sandbox::{Sandbox, Seed};
use serde_json::Value;
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr as _;

use crate::support::{Keepnet, Service};
use crate::terminals::terminal::Terminal;

struct Setup {
    service: Service,
    folder: TempDir,
}

/// The lists, each with the key of what identifies a row.
const LISTS: &[(&str, &str)] = &[
    ("companies list", "id"),
    ("companies doctor --expires-within 1d", "company.id"),
    ("users count --companies all", "company.id"),
    ("users list --company cuSt00000001 --limit 3", "id"),
    ("users list --companies all", "id"),
    ("groups list --company cuSt00000001", "id"),
    ("groups list --companies all", "company.id"),
    ("jobs list --company cuSt00000001", "id"),
    ("jobs list --companies all", "company.id"),
    ("imports list", "id"),
    ("billing diff earlier.json later.json", "id"),
    ("fleet plan fleet.toml", "company_id"),
    ("fleet run fleet.toml --yes", "company_id"),
    ("api list --search get_job", "name"),
    ("config list", "name"),
];

impl Setup {
    /// Three customers whose names differ at the end alone, an import, a fleet, and two usage files.
    fn new() -> Setup {
        let mut seed = Seed::fleet(3, 1, Timestamp::now());
        seed.company_groups.clear();
        let customers = seed.companies.iter_mut().skip(1);
        for (number, company) in (1..).zip(customers) {
            company.name = format!("Northwind Traders Holding, subsidiary {number}");
            company.groups = vec![format!("People of the subsidiary, group {number}")];
        }
        let setup = Setup {
            service: Service::start(Sandbox::builder().seed(seed)),
            folder: tempfile::tempdir().unwrap(),
        };
        setup.run("billing snapshot -o earlier.json");
        let mut fleet = "[defaults]\nleavers = \"keep\"\n".to_owned();
        for number in 1..=3 {
            let people = format!("Email\nnia@customer-000{number}.example\n");
            fs::write(setup.folder.path().join(format!("{number}.csv")), people).unwrap();
            fleet += &format!("[customers.cuSt0000000{number}]\nsync = \"{number}.csv\"\n");
        }
        fs::write(setup.folder.path().join("fleet.toml"), fleet).unwrap();
        setup
            .run("users import 1.csv --yes --company cuSt00000001 --domains customer-0001.example");
        setup.run("billing snapshot -o later.json");
        setup
    }

    fn keepnet(&self, line: &str) -> Keepnet {
        let words: Vec<_> = line.split(' ').collect();
        Keepnet::new(&words)
            .in_folder(self.folder.path())
            .env("KEEPNET_STATE_DIR", "state")
            .env("TERM", "xterm")
            .env("LANG", "en_US.UTF-8")
            .with_service(&self.service)
    }

    fn run(&self, line: &str) -> String {
        let run = self.keepnet(line).run();
        assert!([0, 5].contains(&run.code), "{line}: {}", run.stderr);
        run.stdout
    }

    /// What identifies the rows of a list.
    fn ids(&self, line: &str, key: &str) -> Vec<String> {
        let document = self.run(&format!("{line} --output json"));
        let document: Value = serde_json::from_str(&document).unwrap();
        let rows = document.get("items").or(document.get("changes")).unwrap();
        let ids = rows.as_array().unwrap().iter();
        let pointer = format!("/{}", key.replace('.', "/"));
        let id = |row: &Value| row.pointer(&pointer)?.as_str().map(str::to_owned);
        ids.map(|row| id(row).unwrap_or_else(|| panic!("{line}: {row}")))
            .collect()
    }
}

#[test]
fn lists_keep_ids_and_differences_at_any_width() {
    let setup = Setup::new();
    for (line, key) in LISTS {
        let ids = setup.ids(line, key);
        assert!(!ids.is_empty(), "{line}");
        let piped = setup.run(line);
        for columns in [40, 60, 80, 120] {
            let (_, screen) = Terminal::start(setup.keepnet(line), columns).finish();
            for id in &ids {
                assert!(screen.contains(id), "{line}, {columns}, {id}:\n{screen}");
            }
            assert_eq!(
                names_told_apart(&screen),
                names_told_apart(&piped),
                "{line}, {columns}:\n{screen}"
            );
            check_fit(line, columns, &screen);
        }
        assert!(!piped.contains('…'), "{line}:\n{piped}");
    }
}

/// How many customers can be told apart by what is left of their names in cells, which have a gap on
/// one side at least.
fn names_told_apart(text: &str) -> usize {
    let cells = text.lines().filter(|line| line.contains("  "));
    let names = cells.filter_map(|line| line.find("Northwind").map(|at| &line[at..]));
    let names: BTreeSet<_> = names.filter_map(|name| name.split("  ").next()).collect();
    names.len()
}

/// A line of a table fits, or the list is printed as records.
fn check_fit(line: &str, columns: u16, screen: &str) {
    let mut lines = screen.lines();
    let is_header = |line: &&str| {
        let mut words = line.split("  ").filter(|it| !it.is_empty());
        line.contains("  ") && words.all(|it| it == it.to_uppercase())
    };
    let Some(header) = lines.find(is_header) else {
        return;
    };
    let table = [header].into_iter().chain(lines);
    for row in table.take_while(|it| it.contains("  ")) {
        assert!(
            row.width() <= usize::from(columns),
            "{line}, {columns}: {row}\n{screen}"
        );
    }
}

#[test]
fn long_name_does_not_widen_a_table_in_a_pipe() {
    let mut seed = Seed::fleet(2, 1, Timestamp::now());
    seed.company_groups.clear();
    seed.companies[1].name = "N".repeat(5000);
    let setup = Setup {
        service: Service::start(Sandbox::builder().seed(seed)),
        folder: tempfile::tempdir().unwrap(),
    };
    let table = setup.run("companies list");
    let widths: Vec<_> = table.lines().map(str::len).collect();
    assert!(table.contains(&"N".repeat(5000)), "{widths:?}");
    let wide = widths.iter().filter(|width| **width > 200).count();
    assert_eq!(wide, 1, "{widths:?}");
}
