//! The older published documents, one after the other: each step is reported, and one lock names all.

use keepnet_spec::{
    Contract, Decisions, Drift, Editorial, NamesLock, Normalised, bindings, normalise,
    read_leniently, to_canonical_json,
};
use std::{collections::BTreeMap, path::PathBuf};

use crate::published::{DOCUMENT, published_folder, say_skipped};
use crate::{decisions, read};

/// What the first version does not have yet, and all that its bindings do not.
const TOKEN: &str = "POST /connect/token";
const TOKEN_ITEMS: [&str; 3] = [
    "added method request_access_token",
    "added type PostConnectTokenAnswer",
    "added type PostConnectTokenBody",
];

#[test]
fn the_history_is_walked_step_by_step_with_one_lock() {
    let Some(folder) = published_folder("history") else {
        return;
    };
    let Ok(older) = std::fs::read_dir(folder.join("history")) else {
        return say_skipped("history", "no older documents");
    };
    let mut paths: Vec<PathBuf> = older.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.push(folder.join(DOCUMENT));
    let committed = read("crates/keepnet-spec/data/names.lock");
    let mut before: Option<Version> = None;
    let mut told = String::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        // The first version is older than the token operation; one lock names all the others.
        let is_older = !text.contains("\"/connect/token\"");
        let pinned = committed
            .lines()
            .filter(|line| !(is_older && line.starts_with(TOKEN)));
        let lock = NamesLock::parse(&pinned.collect::<Vec<_>>().join("\n")).unwrap();
        let version = Version::derive(text, lock);
        if let Some(before) = &before {
            let drift = version.drift_from(before);
            told += &format!(
                "== {}\n{}",
                path.file_stem().unwrap().display(),
                drift.to_text()
            );
            if drift.is_empty() {
                // The same contract to the byte makes the same bindings to the byte.
                assert!(version.contract == before.contract, "{}", path.display());
            } else {
                assert_eq!(differing_items(before, &version), TOKEN_ITEMS);
            }
        }
        before = Some(version);
    }
    let last = before.unwrap();
    assert!(
        last.normalised.names.to_text() == committed,
        "the walk ends with the committed names"
    );
    assert!(
        last.contract == read(DOCUMENT),
        "and with the committed contract"
    );
    crate::check_snapshot("history", &told);
}

/// One version of the published document, as `regen` would take it.
struct Version {
    text: String,
    normalised: Normalised,
    contract: String,
}

impl Version {
    fn derive(text: String, names: NamesLock) -> Version {
        let decisions = Decisions {
            names,
            ..decisions()
        };
        let normalised = normalise(read_leniently(&text).unwrap().0, &decisions).unwrap();
        let contract = to_canonical_json(&normalised.contract);
        Version {
            text,
            normalised,
            contract,
        }
    }

    fn document(&self) -> Contract {
        Contract::new(self.normalised.contract.clone())
    }

    fn bindings(&self) -> bindings::Bindings {
        let areas = decisions()
            .areas
            .names()
            .into_iter()
            .map(str::to_owned)
            .collect();
        bindings::generate(&self.document(), &areas).unwrap()
    }

    fn drift_from(&self, before: &Version) -> Drift {
        let bites = before.normalised.bites.iter();
        let bites: BTreeMap<_, _> = bites
            .map(|bite| (bite.pass.to_owned(), bite.count))
            .collect();
        Drift::between(&before.document(), &self.document())
            .with_bites(&bites, &self.normalised.bites)
            .with_editorial(Editorial::between(&before.text, &self.text).unwrap())
    }
}

/// What one version's bindings declare and the other's do not, in either direction.
fn differing_items(before: &Version, after: &Version) -> Vec<String> {
    let items = |version: &Version| crate::areas::declared(&version.bindings().client);
    let (old, new) = (items(before), items(after));
    let differing = old
        .iter()
        .filter(|(name, shape)| new.get(*name) != Some(*shape));
    let added = new.keys().filter(|name| !old.contains_key(*name));
    differing
        .map(|(name, _)| format!("changed {name}"))
        .chain(added.map(|name| format!("added {name}")))
        .collect()
}
