//! One import or synchronization of a customer runs at a time with the same tickets.

use keepnet_flows::{
    Company, Error, ErrorKind, Preview, Sheet, TicketFolder, TicketMemory, TicketStore,
    TryStreamExt as _,
};
use keepnet_sandbox::Dialect;

use crate::flows::service::{ACME, GLOBEX, Service};

fn sheet(name: &str) -> Sheet {
    let list = b"Email\nada@acme.example\nnia@acme.example\n";
    Sheet::from_bytes(name, &list[..]).unwrap()
}

async fn begin(
    company: &Company,
    name: &str,
    tickets: &(impl TicketStore + Clone),
) -> Result<Preview, Error> {
    let import = company.import_users(sheet(name)).domains(["acme.example"]);
    import.ticket(tickets).await
}

/// The message of an import that does not begin, and that has sent no file.
async fn refused(
    service: &Service,
    company: &Company,
    tickets: &(impl TicketStore + Clone),
) -> String {
    let uploads = service.counter("uploads");
    let error = begin(company, "second.csv", tickets).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert_eq!(service.counter("uploads"), uploads);
    error.to_string()
}

async fn check(tickets: &(impl TicketStore + Clone)) {
    let service = Service::start(Dialect::Observed).await;
    let (acme, globex) = (service.company(ACME).await, service.company(GLOBEX).await);
    let again = service.another().await.company(ACME).await.unwrap();
    let first = begin(&acme, "first.csv", tickets).await.unwrap();
    let running = format!(
        "importing second.csv for Acme LLC (xC5kfGz7w2Nz): the import of first.csv (ticket {}) is running for this \
         company; wait until it ends",
        first.ticket_id().unwrap()
    );
    assert_eq!(refused(&service, &again, tickets).await, running);
    drop(begin(&globex, "other.csv", tickets).await.unwrap());
    let mut confirm = first.confirm();
    while confirm.accepted().is_none() {
        confirm.try_next().await.unwrap();
    }
    assert_eq!(refused(&service, &again, tickets).await, running);
    assert_eq!(confirm.await.unwrap().imported, 2);
    drop(begin(&again, "second.csv", tickets).await.unwrap());
}

#[tokio::test]
async fn second_import_of_a_company_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    check(&TicketFolder::new(folder.path())).await;
    check(&TicketMemory::new()).await;
}

#[tokio::test]
async fn import_and_sync_do_not_overlap() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let folder = tempfile::tempdir().unwrap();
    let tickets = TicketFolder::new(folder.path());
    let sync = || {
        let sync = acme.sync_users(sheet("hr.csv")).smaller_list();
        sync.leavers(keepnet_flows::Leavers::Keep).ticket(&tickets)
    };
    let import = begin(&acme, "first.csv", &tickets).await.unwrap();
    let error = sync().plan().await.unwrap().apply().await.unwrap_err();
    let told = error.to_string();
    assert!(told.contains("the import of first.csv (ticket "), "{told}");
    drop(import);

    let mut apply = sync().plan().await.unwrap().apply();
    assert!(apply.try_next().await.unwrap().is_some());
    let told = refused(&service, &acme, &tickets).await;
    assert!(
        told.contains("the synchronization with hr.csv is running"),
        "{told}"
    );
    apply.await.unwrap();
    drop(begin(&acme, "first.csv", &tickets).await.unwrap());
}

#[tokio::test]
async fn resumed_import_waits_for_no_other() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let folder = tempfile::tempdir().unwrap();
    let tickets = TicketFolder::new(folder.path().join("tickets"));
    let file = folder.path().join("earlier.csv");
    std::fs::write(&file, "Email\nned@acme.example\n").unwrap();
    let import = acme.import_users(Sheet::open(&file).unwrap());
    drop(import.ticket(&tickets).await.unwrap());
    let earlier = tickets.tickets().unwrap().remove(0);
    let running = begin(&acme, "first.csv", &tickets).await.unwrap();
    let error = acme.resume_import(&tickets, &earlier).await.unwrap_err();
    let told = error.to_string();
    assert!(told.contains("the import of first.csv (ticket "), "{told}");
    drop(running);
    let resumed = acme.resume_import(&tickets, &earlier).await.unwrap();
    let told = refused(&service, &acme, &tickets).await;
    assert!(
        told.contains("the import of earlier.csv (ticket "),
        "{told}"
    );
    assert_eq!(resumed.confirm().await.unwrap().imported, 1);
}
