//! The values that a company allows in its staff lists, against both dialects of the sandbox.

use crate::flows::scripted::{Response, ScriptedService};
use crate::flows::service::{ACME, DIALECTS, GLOBEX, Service};
use crate::flows::temp_file;
use keepnet_flows::{CustomField, DataType, ErrorKind, Preview, Result, Sheet, TryStreamExt};
use keepnet_sandbox::Dialect;
use serde_json::json;

#[tokio::test]
async fn company_lists_its_own_custom_fields() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let fields = service.company(ACME).await.custom_fields().await.unwrap();
        assert!(fields.iter().all(|field| !field.id.is_empty()), "{dialect}");
        let shown: Vec<_> = fields
            .iter()
            .map(|it| (it.name.as_str(), &it.data_type, it.required))
            .collect();
        let expected = [
            ("Office", &DataType::Text, false),
            ("Badge Number", &DataType::Number, false),
        ];
        assert_eq!(shown, expected, "{dialect}");
        let others = service.company(GLOBEX).await.custom_fields().await.unwrap();
        assert_eq!(others, [], "{dialect}");
    }
}

async fn preview(service: &Service, company: &str, content: &str) -> Result<Preview> {
    let file = temp_file("people.csv", content);
    let company = service.company(company).await;
    company.import_users(Sheet::open(&file.path).unwrap()).await
}

/// How many files were uploaded.
fn uploads(service: &Service) -> u64 {
    service.counter("uploads")
}

#[tokio::test]
async fn custom_field_headers_map_automatically() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let list = "Email,office,Badge-Number\nnew@acme.example,Izmir,42\n";
        let preview = preview(&service, ACME, list).await.unwrap();
        assert!(preview.rejected().is_empty(), "{dialect}");
        preview.confirm().await.unwrap();
        let mut users = service.company(ACME).await.users().stream();
        let mut values = Vec::new();
        while let Some(user) = users.try_next().await.unwrap() {
            if user.email == "new@acme.example" {
                let filled = user.custom_fields.into_iter();
                values.extend(filled.map(|it| (it.name, it.value.unwrap_or_default())));
            }
        }
        values.sort();
        let expected = [("Badge Number", "42"), ("Office", "Izmir")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(values, expected, "{dialect}");
    }
}

#[tokio::test]
async fn disallowed_values_are_rejected_before_sending() {
    async fn check(dialect: Dialect, list: &str, expected: &[&str]) {
        let service = Service::start(dialect).await;
        let preview = preview(&service, ACME, list).await.unwrap();
        let shown: Vec<_> = preview.rejected().iter().map(ToString::to_string).collect();
        assert_eq!(shown, expected, "{dialect}");
        assert_eq!(preview.counts().new, 1, "{dialect}");
    }
    for dialect in DIALECTS {
        check(
            dialect,
            "Email,Badge Number\na@acme.example,x-42\nb@acme.example,-4.5\n",
            &["people.csv, row 2, column B \"Badge Number\": not a number; use digits and a decimal point"],
        )
        .await;
        check(
            dialect,
            "Email,Time Zone,Preferred Language\n\
             a@acme.example,turkey standard time,EN\n\
             b@acme.example,Istanbul,English\n\
             c@acme.example,UTC,Klingon\n",
            &[
                "people.csv, row 3, column B \"Time Zone\": not a time zone that the service lists; \
                 copy it from the list in the template",
                "people.csv, row 4, column C \"Preferred Language\": not a language that the service \
                 lists; write its name or code, such as English or en-US",
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn unknown_custom_field_is_refused_before_sending() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let file = temp_file("people.csv", "Email,Bagde\na@acme.example,1\n");
        let acme = service.company(ACME).await;
        let import = acme.import_users(Sheet::open(&file.path).unwrap());
        let field = CustomField::new("Bagde Number").field();
        let error = import.column("Bagde", field).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Sheet, "{dialect}");
        assert!(
            error.to_string().contains(
                "the company has no custom field `Bagde Number`; there are `Office`, `Badge Number`"
            ),
            "{dialect}: {error}"
        );
        assert_eq!(uploads(&service), 0, "{dialect}");
    }
}

fn listing(fields: serde_json::Value) -> impl Fn(&str) -> Option<Response> {
    move |line| match line {
        "GET /api/custom-fields/company" => Some(Response::Data(fields.clone())),
        _ => None,
    }
}

#[tokio::test]
async fn required_field_needs_a_column_and_a_value() {
    let fields = json!([
        {"resourceId": "b", "name": "Badge", "fieldDataType": "String", "isActive": true,
            "isRequired": true, "sortOrder": 2},
        {"resourceId": "a", "name": "Since", "fieldDataType": "Date", "isActive": true,
            "isRequired": false, "sortOrder": 1},
        {"resourceId": "c", "name": "Gone", "fieldDataType": "String", "isActive": false,
            "isRequired": true, "sortOrder": 0},
    ]);
    let custom_fields = listing(fields);
    let service = ScriptedService::start(move |request, _| custom_fields(&request.line)).await;
    let acme = service.reseller.company("Acme LLC").await.unwrap();
    let names: Vec<_> = acme.custom_fields().await.unwrap();
    let names: Vec<_> = names.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["Since", "Badge"]);

    let file = temp_file("people.csv", "Email\na@acme.example\n");
    let error = acme
        .import_users(Sheet::open(&file.path).unwrap())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains(
            "no column fills the custom field `Badge`, which the company requires; found A \"Email\""
        ),
        "{error}"
    );
    let file = temp_file("people.csv", "Email,Badge\na@acme.example,\n");
    let error = acme
        .import_users(Sheet::open(&file.path).unwrap())
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("empty, but the company requires this field"),
        "{error}"
    );
    assert_eq!(service.times("POST /api/target-users/upload"), 0);
}

#[tokio::test]
async fn forbidden_lists_are_left_to_the_service() {
    let service = ScriptedService::start(|request, _| match request.line.as_str() {
        "GET /api/custom-fields/company" => Some(Response::Status(403, json!({"message": "no"}))),
        _ => None,
    })
    .await;
    let acme = service.reseller.company("Acme LLC").await.unwrap();
    let file = temp_file("people.csv", "Email,Time Zone\na@acme.example,Anywhere\n");
    let import = acme.import_users(Sheet::open(&file.path).unwrap());
    // The scripted service reports another header than the file has, after the upload.
    let error = import.await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("does not see the column \"Time Zone\""),
        "{error}"
    );
    assert_eq!(service.times("POST /api/target-users/upload"), 1);
}
