//! Plans that are saved, and plans that wait.

use std::time::Duration;

use keepnet_flows::{ErrorKind, SavedPlan, Sheet, TicketFolder};
use keepnet_sandbox::Dialect;
use serde_json::json;

use super::{crowd, crowd_list, service_with, sync};
use crate::flows::service::{ACME, GLOBEX, Service};

const MORE: &str = "nia@acme.example,Nia,New,IT\n";

struct Saved {
    service: Service,
    folder: tempfile::TempDir,
}

impl Saved {
    /// A plan of one joiner, one change and one leaver.
    async fn make() -> Saved {
        let service = service_with(Dialect::Observed, crowd(20), json!({})).await;
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("hr.csv");
        let text = crowd_list(1..20).replace("First3,Last3,IT", "First3,Last3,HR") + MORE;
        std::fs::write(&list, text).unwrap();
        let acme = service.company(ACME).await;
        let plan = acme
            .sync_users(Sheet::open(&list).unwrap())
            .plan()
            .await
            .unwrap();
        let saved = plan.to_saved().unwrap();
        saved.save(folder.path().join("plan.json")).unwrap();
        Saved { service, folder }
    }

    fn open(&self) -> SavedPlan {
        SavedPlan::open(self.folder.path().join("plan.json")).unwrap()
    }

    /// The message of the refusal.
    async fn refused(&self) -> String {
        let acme = self.service.company(ACME).await;
        let first = self.service.sandbox.requests().len();
        let error = acme.apply_saved_plan(self.open()).plan().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        assert_eq!(super::writes::writes(&self.service, first), [""; 0]);
        error.problem()
    }
}

#[tokio::test]
async fn saved_plan_is_applied_as_it_was() {
    let saved = Saved::make().await;
    let text = std::fs::read_to_string(saved.folder.path().join("plan.json")).unwrap();
    for word in ["acme.example", "First3", "Nia"] {
        assert!(!text.contains(word), "{word} in the plan");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = std::fs::metadata(saved.folder.path().join("plan.json")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    assert!(
        saved
            .open()
            .save(saved.folder.path().join("plan.json"))
            .is_err()
    );
    let acme = saved.service.company(ACME).await;
    // Somebody who has joined meanwhile is not in the plan, and does not leave.
    let other = keepnet_flows::NewUser::new("zed@acme.example").first_name("Zed");
    acme.add_user(other).await.unwrap();
    let plan = acme.apply_saved_plan(saved.open()).plan().await.unwrap();
    let counts = plan.counts();
    assert_eq!((counts.join, counts.change, counts.leave), (1, 1, 1));
    let receipt = plan.apply().await.unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
    assert_eq!(
        saved.refused().await,
        "3 of the 3 people whom the plan writes have changed since it was made"
    );
}

#[tokio::test]
async fn saved_plan_of_another_state_is_refused() {
    let saved = Saved::make().await;
    let acme = saved.service.company(ACME).await;
    let id = saved.open().leaves[0].id.clone();
    acme.raw().delete_target_user(&id).await.unwrap();
    assert_eq!(
        saved.refused().await,
        "1 of the 3 people whom the plan writes have changed since it was made"
    );
    let list = saved.folder.path().join("hr.csv");
    std::fs::write(&list, crowd_list(0..20)).unwrap();
    assert_eq!(
        saved.refused().await,
        format!("{} is not the list of the plan", list.display())
    );
    let error = saved
        .service
        .company("Globex GmbH")
        .await
        .apply_saved_plan(saved.open())
        .plan()
        .await;
    assert_eq!(
        error.unwrap_err().problem(),
        format!("the plan is of Acme LLC ({ACME})")
    );
    assert_ne!(ACME, GLOBEX);
}

#[tokio::test]
async fn old_plan_is_checked_before_it_is_applied() {
    let service = service_with(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let list = crowd_list(2..20) + MORE;
    let plan = sync(&acme, &list).plan().await.unwrap();
    service.clock.advance(Duration::from_secs(11 * 60));
    let receipt = plan.apply().await.unwrap();
    assert_eq!((receipt.report().joined, receipt.report().left), (1, 2));

    let plan = sync(&acme, &crowd_list(3..20)).plan().await.unwrap();
    let leaver = plan.rows().next().unwrap().id.unwrap();
    acme.raw().delete_target_user(&leaver).await.unwrap();
    service.clock.advance(Duration::from_secs(11 * 60));
    let error = plan.apply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
}

#[tokio::test]
async fn finished_ticket_has_the_receipt() {
    let saved = Saved::make().await;
    let acme = saved.service.company(ACME).await;
    let tickets = TicketFolder::new(saved.folder.path().join("tickets"));
    let plan = acme
        .apply_saved_plan(saved.open())
        .ticket(&tickets)
        .plan()
        .await
        .unwrap();
    let receipt = plan.apply().await.unwrap();
    let [ticket] = &tickets.syncs().unwrap()[..] else {
        panic!("one ticket");
    };
    assert!(ticket.is_finished() && tickets.tickets().unwrap().is_empty());
    // The rows of the import are gone.
    assert!(!tickets.path().join(&ticket.id).exists());
    let first = saved.service.sandbox.requests().len();
    let again = acme.resume_sync(&tickets, ticket).await.unwrap();
    assert_eq!(again.report(), receipt.report());
    assert_eq!(saved.service.sandbox.requests().len(), first);
    let text = std::fs::read_to_string(tickets.path().join(format!("{}.json", ticket.id))).unwrap();
    for word in ["acme.example", "First3", "Nia"] {
        assert!(!text.contains(word), "{word} in the ticket");
    }
}

#[tokio::test]
async fn report_is_saved_as_lists() {
    let saved = Saved::make().await;
    let acme = saved.service.company(ACME).await;
    let list = saved.folder.path().join("hr.csv");
    let text = std::fs::read_to_string(&list).unwrap()
        + "person5@acme.example,First5,Last5,B\nno address,First6,Last6,B\n";
    std::fs::write(&list, text).unwrap();
    let plan = acme
        .sync_users(Sheet::open(&list).unwrap())
        .unreadable_rows()
        .plan()
        .await
        .unwrap();
    let receipt = plan.apply().await.unwrap();
    let folder = saved.folder.path().join("report");
    let files = receipt
        .save_report(&folder, Some(&Sheet::open(&list).unwrap()))
        .unwrap();
    let read = |path: &std::path::Path| {
        let text = std::fs::read_to_string(path).unwrap();
        text.trim_start_matches('\u{feff}').to_owned()
    };
    let header = "Email,First Name,Last Name,Department";
    assert_eq!(read(&files.joined.unwrap()), format!("{header}\n{MORE}"));
    assert_eq!(
        read(&files.changed.unwrap()),
        format!("{header}\nperson3@acme.example,First3,Last3,HR\n")
    );
    // Importing a duplicate would replace the values of the row above.
    let duplicate = "person5@acme.example,First5,Last5,B,Email: the same e-mail address as row 6";
    let lines = |path: Option<std::path::PathBuf>| {
        let text = read(&path.unwrap());
        let (first, rest) = text.split_once('\n').unwrap();
        assert_eq!(first, format!("{header},Rejected because"));
        rest.to_owned()
    };
    assert_eq!(lines(files.duplicates), format!("{duplicate}\n"));
    let rejected = lines(files.rejected);
    assert!(
        rejected.starts_with("no address,First6,Last6,B,"),
        "{rejected}"
    );
    assert_eq!(rejected.lines().count(), 1, "{rejected}");
    let left = read(&files.left);
    assert!(
        left.contains(",person0@acme.example,First0,Last0,done,"),
        "{left}"
    );
    let report = read(&files.report);
    assert!(!report.contains("acme.example"), "{report}");
    assert!(receipt.save_report(&folder, None).is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn plan_that_cannot_be_json_leaves_no_file() {
    use std::os::unix::ffi::OsStrExt as _;

    let saved = Saved::make().await;
    let mut plan = saved.open();
    let path = std::ffi::OsStr::from_bytes(b"v\xFF.csv");
    plan.file.path = Some(path.into());
    let error = plan.save(saved.folder.path().join("other.json"));
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Invalid);
    let files = std::fs::read_dir(saved.folder.path()).unwrap();
    let mut names: Vec<_> = files.map(|it| it.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["hr.csv", "plan.json"]);
}
