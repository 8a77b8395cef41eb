//! The older published documents in their order: each step is reported, and one lock names all.

use keepnet_spec::{
    Contract, ContractDiff, Decisions, EditorialChanges, NamesLock, Normalized, normalize,
    read_leniently, to_canonical_json,
};
use std::{collections::BTreeMap, path::PathBuf};

use crate::published::{DOCUMENT, published_folder, say_skipped};
use crate::{decisions, read};

/// The operation that the first version does not have.
const TOKEN: &str = "POST /connect/token";

#[test]
fn each_step_of_the_history_is_reported() {
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
    let mut versions: Vec<Version> = Vec::new();
    let mut report = String::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        // The first version is older than the token operation; one lock names all the others.
        let is_older = !text.contains("\"/connect/token\"");
        let pinned = committed
            .lines()
            .filter(|line| !(is_older && line.starts_with(TOKEN)));
        let lock = NamesLock::parse(&pinned.collect::<Vec<_>>().join("\n")).unwrap();
        let version = Version::derive(text, lock);
        if let Some(before) = versions.last() {
            let diff = version.diff_from(before);
            report += &format!(
                "== {}\n{}",
                path.file_stem().unwrap().display(),
                diff.to_text()
            );
            if diff.is_empty() {
                // The same contract to the byte makes the same bindings to the byte.
                assert!(version.contract == before.contract, "{}", path.display());
            }
        }
        versions.push(version);
    }
    // A maintainer can also go back, and forward again.
    for pair in versions.windows(2).rev() {
        let (older, newer) = (&pair[0], &pair[1]);
        let back = ContractDiff::between(&newer.document(), &older.document()).unwrap();
        let is_reported = !back.is_empty();
        assert!(is_reported || older.contract == newer.contract);
    }
    let newest = versions.pop().unwrap();
    let lock = NamesLock::parse(&committed).unwrap();
    let last = Version::derive(newest.text, lock);
    assert!(last.contract == newest.contract, "forward again");
    assert!(
        last.normalized.names.to_text() == committed,
        "the walk ends with the committed names"
    );
    assert!(
        last.contract == read(DOCUMENT),
        "and with the committed contract"
    );
    crate::check_snapshot("history", &report);
}

/// One version of the published document, as `regen` would take it.
struct Version {
    text: String,
    normalized: Normalized,
    contract: String,
}

impl Version {
    fn derive(text: String, names: NamesLock) -> Version {
        let decisions = Decisions {
            names,
            ..decisions()
        };
        let normalized = normalize(read_leniently(&text).unwrap().0, &decisions).unwrap();
        assert_eq!(normalized.missing, []);
        let contract = to_canonical_json(&normalized.contract);
        Version {
            text,
            normalized,
            contract,
        }
    }

    fn document(&self) -> Contract {
        Contract::new(self.normalized.contract.clone())
    }

    fn diff_from(&self, before: &Version) -> ContractDiff {
        let hits = before.normalized.pass_hits.iter();
        let hits: BTreeMap<_, _> = hits
            .map(|hits| (hits.pass.to_owned(), hits.count))
            .collect();
        ContractDiff::between(&before.document(), &self.document())
            .unwrap()
            .with_pass_hits(&hits, &self.normalized.pass_hits)
            .with_editorial(EditorialChanges::between(&before.text, &self.text).unwrap())
    }
}
