//! What `fleet run` says of its ledger: lists that were changed since, damaged lines, unknown customers.

use std::fs;

use super::fleets::{Setup, outcomes};

#[test]
fn changed_list_of_a_finished_customer_is_named() {
    let setup = Setup::new(|number| format!("import = \"{number}.csv\""));
    let only = "--only cuSt00000001,cuSt00000002,cuSt00000003,cuSt00000004";
    assert_eq!(setup.run(&format!("run fleet.toml --yes {only}")).code, 0);
    setup.write("1.csv", "Email\nnora@c1.example\n");
    setup.write("2.csv", "Email\nnia@c2.example\n");
    fs::remove_file(setup.folder.path().join("3.csv")).unwrap();
    let before = setup.service.sandbox.requests().len();
    let resumed = setup.run("run fleet.toml --resume --yes");
    let document = resumed.json();
    assert_eq!((resumed.code, outcomes(&document).len()), (5, 0));
    assert_eq!(document["outcome"], "incomplete");
    let list = |name: &str| setup.folder.path().join(name).display().to_string();
    let expected = format!(
        "warning: {} changed since the work for Customer 0001 (cuSt00000001) was done\n\
         warning: it is not known whether {} changed since the work for Customer 0003 (cuSt00000003) \
         was done: it cannot be read (No such file or directory (os error 2))\n\
         note: nothing is left to do in this run\n\
         0 customers\n\
         hint: start a new run with: keepnet fleet run fleet.toml --only cuSt00000001,cuSt00000003 --yes\n",
        list("1.csv"),
        list("3.csv"),
    );
    assert_eq!(resumed.stderr, expected);
    let quiet = setup.run("run fleet.toml --resume --yes -q");
    assert!(
        quiet.code == 5 && quiet.stderr.contains("1.csv changed"),
        "{}",
        quiet.stderr
    );
    let others = setup.run("run fleet.toml --resume --yes --only cuSt00000002");
    assert_eq!(others.code, 0, "{}", others.stderr);
    let written = setup.service.sandbox.requests().split_off(before);
    assert!(written.is_empty(), "{written:?}");

    setup.write("3.csv", "Email\nnia@c3.example\n");
    let new = setup.run("run fleet.toml --yes --only cuSt00000001");
    assert_eq!(
        (new.code, outcomes(&new.json())),
        (0, vec!["done"]),
        "{}",
        new.stderr
    );
    assert_eq!(setup.run("run fleet.toml --resume --yes").code, 0);
}

#[test]
fn damaged_ledger_stops_each_run() {
    let setup = Setup::new(|number| format!("import = \"{number}.csv\""));
    let only = "--only cuSt00000001,cuSt00000002";
    assert_eq!(setup.run(&format!("run fleet.toml --yes {only}")).code, 0);
    let path = setup.folder.path().join("fleet.toml.ledger/ledger.ndjson");
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<_> = text.lines().collect();
    lines[1] = "garbage";
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    let imports = || setup.service.sandbox.state()["counters"]["imports"].clone();
    let before = imports();
    for options in ["", " --resume", " --resume --again cuSt00000001"] {
        let run = setup.run(&format!("run fleet.toml --yes{options}"));
        assert_eq!(run.code, 1, "{options}: {}", run.stderr);
        assert!(
            run.stderr
                .contains("line 2 of the ledger fleet.toml.ledger"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("put the file back"), "{}", run.stderr);
    }
    assert_eq!(imports(), before);
}

#[test]
fn unknown_customer_has_one_exit_code() {
    let setup = Setup::new(|number| format!("import = \"{number}.csv\""));
    assert_eq!(
        setup.run("run fleet.toml --yes --only cuSt00000001").code,
        0
    );
    let check = |line: &str| {
        let run = setup.run(line);
        assert_eq!(run.code, 4, "{line}: {}", run.stderr);
        assert!(run.stderr.contains("Nope"), "{line}: {}", run.stderr);
    };
    check("run fleet.toml --yes --only Nope");
    check("run fleet.toml --yes --resume --only Nope");
    check("run fleet.toml --yes --resume --again Nope");
    setup.write("fleet.toml", "[customers.Nope]\nimport = \"1.csv\"\n");
    check("plan fleet.toml");
    check("run fleet.toml --yes");
}
