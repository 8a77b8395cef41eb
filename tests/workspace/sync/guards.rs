//! What is refused before anything is written.

use keepnet_flows::{Company, Leavers, Share, SyncUsers};
use keepnet_sandbox::Dialect;
use serde_json::json;

use super::{crowd, crowd_list, operations, service_with, sync};
use crate::flows::service::{ACME, Service};

/// Odd lists: what is refused, and who allows it.
struct Odd {
    list: String,
    refusals: &'static [&'static str],
    allow: fn(SyncUsers) -> SyncUsers,
}

async fn check(service: &Service, acme: &Company, odd: Odd) {
    let first = service.sandbox.requests().len();
    let plan = sync(acme, &odd.list).plan().await.unwrap();
    let refusals: Vec<String> = plan.refusals().iter().map(ToString::to_string).collect();
    assert_eq!(refusals, odd.refusals);
    let allowed = (odd.allow)(sync(acme, &odd.list)).plan().await.unwrap();
    let is_empty_list = refusals[0].contains("no valid row");
    assert_eq!(allowed.refusals().is_empty(), !is_empty_list, "{allowed:?}");
    let writes: Vec<_> = operations(service, first)
        .into_iter()
        .filter(|name| {
            !name.starts_with("search") && !name.starts_with("list") && !name.starts_with("check")
        })
        .collect();
    assert!(writes.is_empty(), "{writes:?}");
}

#[tokio::test]
async fn odd_list_is_refused_until_somebody_says_yes() {
    let service = service_with(Dialect::Observed, crowd(40), json!({"licenseLimit": 41})).await;
    let acme = service.company(ACME).await;
    let shifted: String = (0..40)
        .map(|number| {
            let next = (number + 1) % 40;
            format!("person{number}@acme.example,First{next},Last{number},IT\n")
        })
        .collect();
    let joiners = "nia@acme.example,Nia,New,IT\nned@acme.example,Ned,New,IT\n";
    let others: String = (0..38)
        .map(|it| format!("p{it}@globex.example,P,Q{it},IT\n"))
        .collect();
    let headers = "Email,First Name,Last Name,Department\n";
    let odd = [
        Odd {
            list: format!("{headers}nobody,A,B,IT\n"),
            refusals: &["the list has no valid row (1 rejected)"],
            allow: |sync| {
                sync.smaller_list()
                    .unreadable_rows()
                    .at_most_leavers(Share::percent(100))
            },
        },
        Odd {
            list: crowd_list(0..35),
            refusals: &["5 of 40 people would leave, more than 10 %"],
            allow: |sync| sync.at_most_leavers(Share::count(5)),
        },
        Odd {
            list: crowd_list(0..19),
            refusals: &[
                "the list has 19 people, fewer than half of the 40 of the company who could leave",
                "21 of 40 people would leave, more than 10 %",
            ],
            allow: |sync| sync.smaller_list().at_most_leavers(Share::percent(60)),
        },
        Odd {
            list: format!("{headers}{others}"),
            refusals: &[
                "38 people would join with a domain that no or few people of the company have: globex.example",
                "40 of 40 people would leave, more than 10 %",
            ],
            allow: |sync| {
                sync.domains(["Globex.example"])
                    .at_most_leavers(Share::percent(100))
            },
        },
        Odd {
            list: format!("{headers}{shifted}"),
            refusals: &[
                "the column \"First Name\" would replace the first name of 40 of 40 people who have one",
            ],
            allow: |sync| sync.overwrite("first name"),
        },
        Odd {
            list: crowd_list(0..38) + "nobody at acme,First38,Last38,IT\n",
            refusals: &[
                "1 row has no readable e-mail address of its own (row 40), so it is not certain that 2 people have left",
            ],
            allow: SyncUsers::unreadable_rows,
        },
        Odd {
            list: crowd_list(0..40) + joiners,
            refusals: &["42 people would be active, and the licence has 41 seats"],
            allow: SyncUsers::beyond_license,
        },
    ];
    for odd in odd {
        check(&service, &acme, odd).await;
    }
    let kept = sync(&acme, &crowd_list(0..3)).leavers(Leavers::Keep);
    assert!(kept.plan().await.unwrap().refusals().is_empty());
}

#[tokio::test]
async fn empty_company_needs_its_domains() {
    let service = service_with(Dialect::Documented, Vec::new(), json!({})).await;
    let acme = service.company(ACME).await;
    let plan = sync(&acme, &crowd_list(0..2)).plan().await.unwrap();
    assert_eq!(
        plan.refusals()[0].to_string(),
        "the company has no people yet, so its domains are not known; 2 people would join with acme.example"
    );
    let sync = sync(&acme, &crowd_list(0..2)).domains(["acme.example"]);
    assert!(sync.plan().await.unwrap().refusals().is_empty());
}
