//! What a person should look at in the lists of a fleet, as the single commands show it.

use keepnet_flows::staff_list::WarningKind;
use keepnet_flows::{FleetState, Sheet, TryStreamExt as _, User, Warning};
use keepnet_sandbox::Dialect;
use serde_json::json;

use super::syncs::{Setup, id, of};

/// The people of a customer with an odd department, a phone number without its zeros, and a column that
/// fills no field; the first one has another address.
async fn odd_list(setup: &Setup, number: usize) -> String {
    let company = setup.service.reseller.company(&id(number)).await.unwrap();
    let people: Vec<User> = company.users().stream().try_collect().await.unwrap();
    let rows = people.iter().enumerate().map(|(index, person)| {
        let [first, last, department] =
            [&person.first_name, &person.last_name, &person.department].map(|it| it.as_deref());
        let names = format!("{:?},{:?}", first.unwrap(), last.unwrap());
        let (department, email) = (format!("{:?}", department.unwrap()), &person.email);
        match index {
            0 => format!("{names},{department},moved-{email},,\n"),
            1 => format!("{names},NULL,{email},532123456,\n"),
            _ => format!("{names},{department},{email},,\n"),
        }
    });
    format!(
        "First name,Last name,Department,Email,Phone,Shoe size\n{}",
        rows.collect::<String>()
    )
}

#[tokio::test]
async fn plan_names_the_warnings_of_each_list() {
    let mut setup = Setup::new(Dialect::Observed, 3).await;
    let list = odd_list(&setup, 1).await;
    setup.write_text(1, &list);
    setup.write_text(3, &odd_list(&setup, 3).await);
    setup.set(3, json!({ "import": "3.csv" }));
    let plans = setup.plan().await;
    let kinds: Vec<_> = plans[0].warnings.iter().map(|it| it.kind).collect();
    let expected = [
        WarningKind::ColumnLeftOut,
        WarningKind::ErrorWord,
        WarningKind::LostZeros,
    ];
    assert_eq!(kinds, expected);
    let renames: Vec<_> = plans[0].possible_renames.iter().map(|it| it.row).collect();
    assert_eq!(renames, [2]);

    let company = setup.service.reseller.company(&id(1)).await.unwrap();
    let sheet = Sheet::from_bytes("1.csv", list.into_bytes()).unwrap();
    let single = company.sync_users(sheet).plan().await;
    let single = single.unwrap().report();
    let warnings = plans[0].warnings.iter().map(Warning::without_file);
    assert_eq!(warnings.collect::<Vec<_>>(), single.warnings);
    assert_eq!(plans[0].possible_renames, single.possible_renames);
    assert_eq!(plans[0].possible_refusals, single.possible_refusals);

    let counts: Vec<_> = plans.iter().map(|it| it.warning_count).collect();
    assert_eq!(counts, [4, 0, 3], "an import renames nobody");
    let text = serde_json::to_string(&plans).unwrap();
    assert!(!text.contains('@') && !text.contains("532123456"), "{text}");
}

#[tokio::test]
async fn outcome_counts_the_warnings_of_its_list() {
    let mut setup = Setup::new(Dialect::Observed, 4).await;
    for number in [1, 3, 4] {
        setup.write_text(number, &odd_list(&setup, number).await);
    }
    setup.set(3, json!({ "import": "3.csv" }));
    setup.set(4, json!({ "sync": "4.csv", "domains": ["other.example"] }));
    let outcomes = setup.run().await;
    let check = |number: usize, state: FleetState, count: u64| {
        let outcome = of(&outcomes, number);
        let found = (outcome.outcome, outcome.warning_count);
        assert_eq!(found, (state, Some(count)), "{outcome:?}");
    };
    check(1, FleetState::Done, 4);
    check(2, FleetState::Unchanged, 0);
    check(3, FleetState::Done, 3);
    check(4, FleetState::Refused, 4);
}

/// Which columns fill custom fields is not known without a call.
#[tokio::test]
async fn warnings_of_files_are_known_before_the_work() {
    let mut setup = Setup::new(Dialect::Observed, 3).await;
    setup.write_text(1, &odd_list(&setup, 1).await);
    setup.write_text(3, "Email,Shoe size\nnia@customer-0003.example,44\n");
    setup.set(3, json!({ "import": "3.csv", "strict": true }));
    let fleet = setup.checked().await;
    let [warnings] = fleet.warnings() else {
        panic!("{:?}", fleet.warnings());
    };
    assert_eq!(warnings.company.id, id(1));
    let kinds: Vec<_> = warnings.warnings.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [WarningKind::ErrorWord, WarningKind::LostZeros]);
    assert_eq!(warnings.warning_count, 2);
    let rest = fleet.only(&[id(2)]).unwrap();
    assert!(rest.warnings().is_empty());
}
