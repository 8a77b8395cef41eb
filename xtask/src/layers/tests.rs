//! Crates with planted faults: each fault is found, and nothing else.

use crate::layers::rules;
use crate::layers::source::Sources;

const LAYERS: &str =
    "//! # Layers\n//!\n//! ```text\n//! import\n//! users  groups\n//! error\n//! ```\n";
const MODULES: &str = "mod error;\nmod groups;\nmod import;\nmod users;\n";

/// The findings about a crate with four modules, some of whose files are replaced.
fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let root = format!("{LAYERS}{MODULES}");
    let mut sources = Sources::from([
        ("src/lib.rs".to_owned(), root),
        (
            "src/error.rs".to_owned(),
            "pub struct Error;\npub enum Kind { A }\n".to_owned(),
        ),
        (
            "src/groups.rs".to_owned(),
            "use crate::error::Error;\npub struct Group(Error);\n".to_owned(),
        ),
        (
            "src/import.rs".to_owned(),
            "pub fn import(_: super::users::User) {}\n".to_owned(),
        ),
        ("src/users.rs".to_owned(), "pub struct User;\n".to_owned()),
    ]);
    for (path, text) in files {
        sources.insert((*path).to_owned(), (*text).to_owned());
    }
    sources.retain(|_, text| !text.is_empty());
    rules::findings("src/lib.rs", &sources).unwrap()
}

/// The same where users are a folder, with these texts of its facade and of its two files.
fn users(facade: &str, list: &str, find: &str) -> Vec<String> {
    findings(&[
        ("src/users.rs", ""),
        ("src/users/mod.rs", facade),
        ("src/users/list.rs", list),
        ("src/users/find.rs", find),
    ])
}

#[test]
fn clean_crate_has_no_finding() {
    assert_eq!(findings(&[]), Vec::<String>::new());
    // A facade, files that know each other one way, and names of other crates.
    let facade = "mod find; mod list; pub use find::find; pub use list::*; pub struct User;";
    let list =
        "use super::find; use std::fmt; pub struct List; pub fn list() { find(); fmt::f(); }";
    assert_eq!(
        users(facade, list, "pub fn find() {}"),
        Vec::<String>::new()
    );
}

#[test]
fn circle_of_two_files_is_found() {
    let list = "use super::find::find; pub fn list() { find() }";
    let expected = "circle of files: src/users/find.rs -(list)-> src/users/list.rs -(find)-> src/users/find.rs (2 files reach each other)";
    for find in [
        "use crate::users::list::list; pub fn find() { list() }",
        "use super::list as renamed; pub fn find() { renamed::list() }",
        "pub fn find() { super::list::list() }",
        "pub fn find() { assert!(!a.b && super::list::list().is_ok()) }",
        "pub fn find() { use super::list::list; }",
        "impl super::list::list for X {} pub fn find() {}",
        "struct Found { #[serde(with = \"super::list::list\")] name: String } pub fn find() {}",
    ] {
        let facade = "pub mod find; pub mod list; pub struct User;";
        assert_eq!(users(facade, list, find), [expected], "{find}");
    }
}

#[test]
fn circle_through_reexports_is_found() {
    let list = "pub struct List; pub fn list() { super::find() }";
    for (facade, find) in [
        (
            "mod find; mod list; pub use find::find; pub use list::List; pub struct User;",
            "use crate::users::List; pub fn find(_: List) {}",
        ),
        (
            "mod find; mod list; pub use find::find; pub use list::List as Page; pub struct User;",
            "pub fn find(_: super::Page) {}",
        ),
        (
            "mod find; mod list; pub use find::*; pub use list::*; pub struct User;",
            "use super::*; pub fn find(_: List) {}",
        ),
        (
            "mod find; mod list; pub use find::find; pub use list as pages; pub struct User;",
            "use super::pages::{self, List}; pub fn find() {}",
        ),
    ] {
        let found = users(facade, list, find);
        assert_eq!(found.len(), 1, "{find}: {found:?}");
        assert!(
            found[0].contains("src/users/list.rs -(find)-> src/users/find.rs"),
            "{found:?}"
        );
    }
}

#[test]
fn circle_of_a_facade_and_its_child_is_found() {
    let facade = "mod find; mod list; pub struct User; fn all() { list::list() }";
    let found = users(facade, "pub fn list() { super::User; }", "fn find() {}");
    let expected = "circle of files: src/users/mod.rs -(list)-> src/users/list.rs -(User)-> src/users/mod.rs (2 files reach each other)";
    assert_eq!(found, [expected]);
}

#[test]
fn circle_in_test_code_is_not_reported() {
    let facade = "mod find; mod list; pub struct User;";
    let list = "pub fn list() {}\n#[cfg(test)] mod tests { use crate::users::find::find; fn a() { find() } }";
    let find = "use super::list::list; pub fn find() { list() }";
    assert_eq!(users(facade, list, find), Vec::<String>::new());
    for hidden in [
        "#[cfg(all(test, unix))] use super::find::find; pub fn list() {}",
        "pub fn list() {} #[test] fn a() { super::find::find() }",
        "pub fn list() {} struct A; impl A { #[cfg(test)] fn a() { super::find::find() } }",
        "pub fn list() {} #[cfg(test)] impl A { fn a() { super::find::find() } }",
    ] {
        assert_eq!(
            users(facade, hidden, find),
            Vec::<String>::new(),
            "{hidden}"
        );
    }
    let compiled = "#[cfg(any(test, unix))] use super::find::find; pub fn list() {}";
    assert_eq!(users(facade, compiled, find).len(), 1);
}

#[test]
fn arrow_upwards_is_found() {
    let users = "pub struct User;\npub fn f() { crate::import::import(User) }\n";
    let import = "pub fn import<T>(_: T) {}\n";
    let found = findings(&[("src/users.rs", users), ("src/import.rs", import)]);
    let expected = "against the layers: src/users.rs names import of src/import.rs; `users` uses `import`, which is above it";
    assert_eq!(found, [expected]);
}

#[test]
fn arrow_on_one_line_and_to_the_root_is_found() {
    let found = findings(&[(
        "src/users.rs",
        "use crate::groups::Group;\npub struct User;\n",
    )]);
    let expected = "against the layers: src/users.rs names Group of src/groups.rs; `users` uses `groups`, which is on its own line";
    assert_eq!(found, [expected]);

    let root = format!("{LAYERS}{MODULES}pub const LIMIT: usize = 1;\n");
    let users = "pub struct User;\nconst A: usize = crate::LIMIT;\n";
    let found = findings(&[("src/lib.rs", &root), ("src/users.rs", users)]);
    let expected = "against the layers: src/users.rs names LIMIT of src/lib.rs; `users` uses the root, which is above all modules";
    assert_eq!(found, [expected]);
}

#[test]
fn layers_that_differ_from_the_modules_are_found() {
    let layers = LAYERS.to_owned();
    for (layers, modules, expected) in [
        (
            layers.clone(),
            format!("{MODULES}mod extra {{}}\n"),
            "src/lib.rs: the layers do not list the module `extra`",
        ),
        (
            layers.replace("error", "error users"),
            MODULES.to_owned(),
            "src/lib.rs: the layers list `users` twice",
        ),
        (
            layers.replace("error", "error gone"),
            MODULES.to_owned(),
            "src/lib.rs: the layers list `gone`, which is no module",
        ),
        (
            String::new(),
            MODULES.to_owned(),
            "src/lib.rs: the documentation has no section `# Layers`",
        ),
        (
            layers.clone(),
            format!("{MODULES}fn a() {{ crate::gone::b() }}\n"),
            "src/lib.rs: crate::gone::b cannot be resolved",
        ),
        (layers, format!("{MODULES}#[cfg(test)]\nmod tests;\n"), ""),
    ] {
        let found = findings(&[("src/lib.rs", &format!("{layers}{modules}"))]);
        let found: Vec<_> = found
            .iter()
            .filter(|found| !found.starts_with("against"))
            .collect();
        assert_eq!(
            found.first().map_or("", |found| found.as_str()),
            expected,
            "{found:?}"
        );
        assert!(found.len() < 2, "{found:?}");
    }
}

#[test]
fn items_of_a_macro_belong_to_its_file() {
    let groups = "use crate::error::Made;\npub struct Group(Made);\n";
    let found = findings(&[
        ("src/error.rs", "make! { Made }\n"),
        ("src/groups.rs", groups),
    ]);
    assert_eq!(found, Vec::<String>::new());
    let back = "make! { Made }\nuse crate::groups::Group;\n";
    let found = findings(&[("src/error.rs", back), ("src/groups.rs", groups)]);
    assert!(found[0].starts_with("circle of files: src/"), "{found:?}");
}
