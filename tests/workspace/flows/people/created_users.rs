//! Whom a creation has created, and who was there before.

use crate::flows::scripted::{Response, ScriptedService};
use crate::flows::service::{ACME, DIALECTS, Service};
use keepnet_flows::{AddOutcome, NewUser};
use serde_json::json;

const CREATE: &str = "POST /api/target-users";
const SEARCH: &str = "POST /api/target-users/search";

#[tokio::test]
async fn id_of_another_person_is_not_taken() {
    let check = async |listed: &'static [(&'static str, &'static str)], expected: &[&str]| {
        let service = ScriptedService::start(move |request, earlier| match request.line.as_str() {
            CREATE => Some(Response::Data(json!({"resourceId": "uOne"}))),
            SEARCH => {
                let user = |(id, email): &(&str, &str)| json!({"resourceId": id, "email": email});
                let rows: Vec<_> = match earlier {
                    0 => listed.iter().take(1).map(user).collect(),
                    _ => listed.iter().map(user).collect(),
                };
                Some(Response::Data(
                    json!({"totalNumberOfRecords": rows.len(), "results": rows}),
                ))
            }
            _ => None,
        })
        .await;
        let acme = service.reseller.company("Acme LLC").await.unwrap();
        let emails = ["old@acme.example", "one@acme.example", "two@acme.example"];
        let users = emails.map(NewUser::new);
        let report = acme.add_users(users).await.unwrap();
        let shown = report.users.iter().map(|user| {
            let id = user.id.as_deref().unwrap_or("-");
            format!("{:?} {id}", user.outcome)
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected);
        let unknown = report
            .users
            .iter()
            .filter(|it| it.outcome == AddOutcome::Unknown);
        for user in unknown {
            let message = user.message.as_deref().unwrap();
            assert!(
                message.starts_with("the service named the user of another person"),
                "{message}"
            );
        }
    };
    const OLD: (&str, &str) = ("uOld", "OLD@acme.example");
    const ONE: (&str, &str) = ("uOne", "one@acme.example");
    const TWO: (&str, &str) = ("uTwo", "two@acme.example");
    check(
        &[OLD, ONE, TWO],
        &["Existing uOld", "Added uOne", "Added uTwo"],
    )
    .await;
    check(&[OLD, ONE], &["Existing uOld", "Added uOne", "Unknown -"]).await;
    // The service names a user who was there before.
    const SAME: (&str, &str) = ("uOne", "old@acme.example");
    check(&[SAME, TWO], &["Existing uOne", "Unknown -", "Added uTwo"]).await;
}

#[tokio::test]
async fn addresses_are_compared_without_case() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let emails = ["NIA@acme.example", "nia@Acme.Example", "ADA@ACME.EXAMPLE"];
        let report = acme.add_users(emails.map(NewUser::new)).await.unwrap();
        let outcomes = report.users.iter().map(|user| user.outcome);
        let expected = [
            AddOutcome::Added,
            AddOutcome::Duplicate,
            AddOutcome::Existing,
        ];
        assert_eq!(outcomes.collect::<Vec<_>>(), expected, "{dialect}");
        assert_eq!(service.created_in(ACME), 1, "{dialect}");
    }
}

#[tokio::test]
async fn several_users_with_an_address_are_not_chosen_from() {
    let service = ScriptedService::start(|request, _| match request.line.as_str() {
        SEARCH => {
            let user = |id: &str| json!({"resourceId": id, "email": "new@acme.example"});
            let rows = [user("uOne"), user("uTwo")];
            Some(Response::Data(
                json!({"totalNumberOfRecords": rows.len(), "results": rows}),
            ))
        }
        _ => None,
    })
    .await;
    let acme = service.reseller.company("Acme LLC").await.unwrap();
    let added = acme
        .add_user(NewUser::new("new@acme.example"))
        .await
        .unwrap();
    assert_eq!((added.outcome, added.id), (AddOutcome::Existing, None));
    let expected = "2 users have this e-mail address";
    assert_eq!(added.message.as_deref(), Some(expected));
    assert_eq!(service.times(CREATE), 0);
}
