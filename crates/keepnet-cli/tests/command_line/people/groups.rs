//! `groups list` and `groups create`.

use keepnet_sandbox::{Dialect, Sandbox};

use crate::support::{ACME, Keepnet, Service};

#[test]
fn group_is_created_once_and_listed() {
    for dialect in [Dialect::Documented, Dialect::Observed] {
        let service = Service::start(Sandbox::builder().dialect(dialect));
        let groups = |arguments: &[&str]| {
            let run = Keepnet::new(&["--company", ACME, "--output", "json", "groups"])
                .args(arguments)
                .with_service(&service)
                .run();
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
            run.json()
        };
        let created = groups(&["create", "Starters", "--priority", "high"]);
        assert_eq!(created["priority"], "High", "{dialect}");
        assert_eq!(groups(&["create", "starters"]), created, "{dialect}");
        let listed = groups(&["list"]);
        assert_eq!(listed["items"].as_array().unwrap().len(), 3, "{dialect}");
        assert_eq!(listed["items"][2]["id"], created["id"], "{dialect}");
    }
}
