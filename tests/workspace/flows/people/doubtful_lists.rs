//! Looking for somebody in a list that may not be whole.

use keepnet_flows::{ErrorKind, NewUser, UserEdit};
use keepnet_sandbox::{Answer, RequestPattern, Sandbox};
use serde_json::{Value, json};

use crate::flows::service::{ACME, Service};

const ADA: &str = "ada@acme.example";
const NOBODY: &str = "nobody@acme.example";

/// Lists with Ada from which somebody may be missing, and the kind of the error that says so.
fn doubtful_lists() -> Vec<(Value, ErrorKind)> {
    let ada = json!({"resourceId": "aDa000000000", "email": ADA});
    let other = json!({"resourceId": "oTher0000000", "email": "other@acme.example"});
    let page =
        |rows: &[&Value], total: Value| json!({"results": rows, "totalNumberOfRecords": total});
    vec![
        (page(&[&ada], json!(null)), ErrorKind::Protocol),
        (page(&[], json!(null)), ErrorKind::Protocol),
        (page(&[], json!(-5)), ErrorKind::Protocol),
        (json!({"results": []}), ErrorKind::Protocol),
        (page(&[&ada, &other], json!(1)), ErrorKind::Protocol),
        (page(&[&ada, &ada], json!(2)), ErrorKind::Conflict),
    ]
}

#[tokio::test]
async fn nobody_is_missing_from_a_list_in_doubt() {
    let service = Service::build(Sandbox::builder()).await;
    let acme = service.company(ACME).await;
    let staff = acme.group("All Staff").await.unwrap();
    let stub = |pattern: &str, data: &Value| {
        let pattern = RequestPattern::of(pattern).unwrap();
        service.sandbox.stub(pattern, Answer::data(data.clone()));
    };
    let nothing = (json!({}), ErrorKind::Protocol);
    for (list, kind) in doubtful_lists().into_iter().chain([nothing]) {
        let has_ada = list["results"]
            .as_array()
            .is_some_and(|rows| !rows.is_empty());
        stub("POST /api/target-users/search", &list);
        stub("POST /api/target-groups/{resourceId}/users", &list);
        let delete = acme.edit_users(UserEdit::Delete, [NOBODY]);
        let ada = acme.users().find(ADA).await.ok().flatten();
        assert_eq!(ada.is_some(), has_ada, "{list}");
        let found = [
            ("find", acme.users().find(NOBODY).await.map(drop)),
            (
                "add",
                acme.add_users([NewUser::new(NOBODY)]).await.map(drop),
            ),
            ("delete", delete.plan().await.map(drop)),
        ];
        for (action, found) in found {
            let error = found.unwrap_err();
            assert_eq!(error.kind(), kind, "{action} {list}: {error}");
        }
    }
    assert_eq!(service.created_in(ACME), 0);

    // Ada is a user, and it is not known whether she is a member of the group.
    let ada = json!({"resourceId": "aDa000000000", "email": ADA});
    let whole = json!({"results": [ada], "totalNumberOfRecords": 1});
    stub("POST /api/target-users/search", &whole);
    let join = |address| acme.edit_users(UserEdit::AddToGroup(staff.clone()), [address]);
    stub(
        "POST /api/target-groups/{resourceId}/users",
        &json!({"results": [], "totalNumberOfRecords": 0}),
    );
    assert_eq!(join(ADA).plan().await.unwrap().report().rows.planned, 1);
    let other = json!({"results": [{"resourceId": "oTher0000000", "email": NOBODY}]});
    for members in [other, json!({"results": []})] {
        stub("POST /api/target-groups/{resourceId}/users", &members);
        let error = join(ADA).plan().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{members}: {error}");
    }
}

#[tokio::test]
async fn no_customer_is_missing_from_a_list_in_doubt() {
    let service = Service::build(Sandbox::builder()).await;
    let row = json!({"companyResourceId": "cuSt00000001", "companyName": "One"});
    let search = RequestPattern::of("POST /api/companies/search").unwrap();
    let check = async |page: Value, wanted: &str, expected: Result<(), ErrorKind>| {
        service
            .sandbox
            .stub(search.clone(), Answer::data(page.clone()));
        let company = service.reseller.company(wanted).await;
        let found = company.map(drop).map_err(|error| error.kind());
        assert_eq!(found, expected, "{wanted}: {page}");
    };
    let page = |total: Value| json!({"results": [row], "totalNumberOfRecords": total});
    check(page(json!(1)), "One", Ok(())).await;
    check(page(json!(1)), "Two", Err(ErrorKind::NotFound)).await;
    for wanted in ["One", "Two"] {
        check(page(json!(null)), wanted, Err(ErrorKind::Protocol)).await;
        check(json!({}), wanted, Err(ErrorKind::Protocol)).await;
        check(json!({"results": []}), wanted, Err(ErrorKind::Protocol)).await;
    }
}
