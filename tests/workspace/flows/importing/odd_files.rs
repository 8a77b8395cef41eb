//! Odd files, imported into the sandbox: the stored people are those of the file, letter by letter.

use futures::TryStreamExt as _;
use keepnet_flows::staff_list::{Encoding, WarningKind};
use keepnet_flows::{Error, ErrorKind, Preview, Sheet};
use keepnet_sandbox::Dialect;

use crate::flows::service::{ACME, Service};

async fn preview(service: &Service, sheet: Sheet) -> Result<Preview, Error> {
    let import = service.company(ACME).await.import_users(sheet);
    import.domains(["new.example"]).await
}

#[tokio::test]
async fn stored_names_are_those_of_the_file() {
    async fn check(encoding: Encoding, bytes: &[u8], expected: &[[&str; 4]]) {
        let service = Service::start(Dialect::Observed).await;
        let options = Sheet::options().encoding(encoding);
        let sheet = options.open_bytes("people.csv", bytes).unwrap();
        let receipt = preview(&service, sheet).await.unwrap().confirm().await;
        assert_eq!(receipt.unwrap().imported, expected.len() as u64);
        let users = service.company(ACME).await.users().search("@new.example");
        let users: Vec<_> = users.stream().try_collect().await.unwrap();
        let mut stored: Vec<[String; 4]> = users
            .into_iter()
            .map(|user| {
                let text = Option::unwrap_or_default;
                [
                    user.email,
                    text(user.first_name),
                    text(user.last_name),
                    text(user.department),
                ]
            })
            .collect();
        stored.sort();
        assert_eq!(stored, expected, "{encoding}");
    }
    check(
        Encoding::Windows1254,
        b"Ad;Soyad;E-posta\nAy\xFEe;I\xF0d\xFDr\x2D\xD6zt\xFCrk;a@new.example\n",
        &[["a@new.example", "Ayşe", "Iğdır-Öztürk", ""]],
    )
    .await;
    check(
        Encoding::Cp857,
        b"ADI|SOYADI|EPOSTA  \r\nAy\x9Fe  |I\xA7d\x8Dr|a@new.example\r\n\x1A",
        &[["a@new.example", "Ayşe", "Iğdır", ""]],
    )
    .await;
    let utf16 = "\u{FEFF}Name Surname\tEmail\tTeam\nTrần 王\ta@new.example\tx\n";
    let utf16: Vec<u8> = utf16.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(
        Encoding::Utf16Le,
        &utf16,
        &[["a@new.example", "Trần", "王", ""]],
    )
    .await;
    let blocks = "E-mail list of Acme,,,,,\n\
                  Employee,,,Manager,,\n\
                  Email,First Name,Department,First Name,Last Name,Email\n\
                  a@new.example,Ada,'=HYPERLINK(1),Max,Must,m@new.example\n\
                  b@new.example,Bea,\"IT, first floor\",Max,Must,m@new.example\n";
    check(
        Encoding::Utf8,
        blocks.as_bytes(),
        &[
            ["a@new.example", "Ada", "", "'=HYPERLINK(1)"],
            ["b@new.example", "Bea", "", "IT, first floor"],
        ],
    )
    .await;
}

#[tokio::test]
async fn warnings_are_in_preview_and_report() {
    let service = Service::start(Dialect::Observed).await;
    let open =
        || Sheet::from_bytes("people.csv", "Email,First Name\na@new.example,NULL\n").unwrap();
    let preview = preview(&service, open()).await.unwrap();
    let kinds = |warnings: &[keepnet_flows::Warning]| -> Vec<WarningKind> {
        warnings.iter().map(|it| it.kind).collect()
    };
    assert_eq!(kinds(preview.warnings()), [WarningKind::ErrorWord]);
    assert_eq!(kinds(&preview.report().warnings), [WarningKind::ErrorWord]);
    let receipt = preview.confirm().await.unwrap();
    assert_eq!(kinds(&receipt.report().warnings), [WarningKind::ErrorWord]);

    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let error = acme.import_users(open()).strict().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sheet);
    assert!(error.to_string().contains("there is a warning"), "{error}");
    assert_eq!(service.created_in(ACME), 0);
}
