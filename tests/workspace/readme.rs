//! The README lists the dependencies that its program needs.

use toml::Table;

use crate::read;

/// The program of the README is compiled by `tests/readme`, so the dependencies of that package are
/// sufficient; here, they are compared with those that the README lists.
#[test]
fn readme_dependencies_are_sufficient() {
    let readme = read("README.md");
    let block = readme.split("```toml\n").find_map(|block| {
        let block = block.strip_prefix("[dependencies]\n")?;
        block.split("```").next()
    });
    let listed: Table = block.unwrap().parse().unwrap();
    let package: Table = read("tests/readme/Cargo.toml").parse().unwrap();
    let workspace: Table = read("Cargo.toml").parse().unwrap();
    let used = package["dependencies"].as_table().unwrap();

    assert!(listed.keys().eq(used.keys()), "{listed:?}");
    for (name, listed) in &listed {
        let version = listed.get("version").unwrap_or(listed).as_str().unwrap();
        let shared = &workspace["workspace"]["dependencies"][name];
        let shared = shared["version"].as_str().unwrap();
        assert!(
            shared.starts_with(version),
            "{name}: {version}, not {shared}"
        );
        assert_eq!(listed.get("features"), used[name].get("features"), "{name}");
    }
    assert!(!package.contains_key("dev-dependencies"));
}
