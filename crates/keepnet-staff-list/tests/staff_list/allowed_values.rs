//! Validating a list against the values that a company allows.

use crate::support::made;
use keepnet_staff_list::{AllowedValues, CustomField, DataType, Mapper, Sheet};

fn allowed_values() -> AllowedValues {
    let field = |name: &str, data_type| CustomField::new(name).data_type(data_type);
    AllowedValues::new()
        .custom_fields([
            field("Badge Number", DataType::Number),
            field("Second Mail", DataType::Email),
            field("Since", DataType::Date),
            field("Contractor", DataType::Boolean),
            field("Office", DataType::Text),
            field("Site", DataType::Other("Location".to_owned())),
            field("Contract", DataType::Text).required(),
        ])
        .time_zones(["Turkey Standard Time", "(UTC+03:00) Istanbul"])
        .languages(["English", "en-US", "Türkçe", "tr-TR"])
}

/// The problems of one cell, in a list whose other cells are valid.
fn problems(header: &str, cell: &str) -> Vec<String> {
    let mut columns = vec![("Email", "a@acme.example"), ("Contract", "yes")];
    columns.retain(|(name, _)| *name != header);
    columns.push((header, cell));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(columns.iter().map(|(name, _)| name))
        .unwrap();
    writer
        .write_record(columns.iter().map(|(_, cell)| cell))
        .unwrap();
    let file = made("people.csv", writer.into_inner().unwrap());
    let sheet = Sheet::open(&file.path).unwrap();
    let vocabulary = allowed_values();
    let mapping = Mapper::new()
        .allowed_values(&vocabulary)
        .map(&sheet)
        .unwrap();
    assert_eq!(mapping.unmapped(), [""; 0], "{header}");
    let checked = sheet.validate_against(&mapping, &vocabulary).unwrap();
    checked.problems().iter().map(|it| it.message()).collect()
}

#[test]
fn custom_field_values_have_its_type() {
    let check = |header: &str, good: &[&str], bad: &[&str], reason: &str| {
        for cell in good {
            assert_eq!(problems(header, cell), [""; 0], "{header} {cell:?}");
        }
        for cell in bad {
            assert_eq!(problems(header, cell), [reason], "{header} {cell:?}");
        }
    };
    check(
        "badge number",
        &["", "0", "42", "-4.5", "+7", "0042", "12345678901", ".5"],
        &["x", "4,5", "1.2.3", "--4", "+", ".", "1e5", "NaN", "٤٢"],
        "not a number; use digits and a decimal point",
    );
    check(
        "Second-Mail",
        &["", "b@acme.example"],
        &["b", "b@acme"],
        "not an e-mail address",
    );
    check(
        "Since",
        &["", "2026-03-01", "01/03/2026", "1 March 2026"],
        &["soon", "-"],
        "not a date",
    );
    check(
        "CONTRACTOR",
        &["", "True", "false", "TRUE"],
        &["1", "yes", "x"],
        "neither True nor False",
    );
    check("Office", &["", "anything"], &[], "");
    check("Site", &["", "anything"], &[], "");
    check(
        "Contract",
        &["x"],
        &["", "  "],
        "empty, but the company requires this field",
    );
    check(
        "Time Zone",
        &["", "turkey standard time", "(UTC+03:00) ISTANBUL"],
        &["Istanbul", "UTC"],
        "not a time zone that the service lists; copy it from the list in the template",
    );
    check(
        "Preferred Language",
        &["", "english", "EN-us", "en", "tr", "TÜRKÇE"],
        &["de", "Klingon"],
        "not a language that the service lists; write its name or code, such as English or en-US",
    );
    let long = "ğ".repeat(256);
    check(
        "Office",
        &[],
        &[&long],
        "too long: 256 characters of at most 255",
    );
}

#[test]
fn mapping_must_fit_the_custom_fields() {
    let check = |mapper: Mapper, expected: Result<&str, &str>| {
        let file = made("people.csv", "Email,Vertrag,Badge\na@acme.example,x,1\n");
        let sheet = Sheet::open(&file.path).unwrap();
        let vocabulary = allowed_values();
        let mapping = mapper.allowed_values(&vocabulary).map(&sheet).unwrap();
        let checked = sheet.validate_against(&mapping, &vocabulary);
        let fields = || {
            let columns = mapping.columns().iter();
            columns
                .map(|it| it.field().to_string())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let outcome = checked.map(|_| fields()).map_err(|error| error.to_string());
        assert_eq!(
            outcome,
            expected
                .map(str::to_owned)
                .map_err(|error| format!("people.csv: {error}"))
        );
    };
    let told = |argument: &str| Mapper::new().argument(argument).unwrap();
    check(
        told("Vertrag=custom:CONTRACT"),
        Ok("Email, custom:Contract"),
    );
    check(
        Mapper::new(),
        Err(
            "no column fills the custom field `Contract`, which the company requires; found \
             A \"Email\", B \"Vertrag\", C \"Badge\"; map a column to the field custom:Contract",
        ),
    );
    check(
        told("Vertrag=custom:Vertrag"),
        Err(
            "the company has no custom field `Vertrag`; there are `Badge Number`, `Second Mail`, \
             `Since`, `Contractor`, `Office`, `Site`, `Contract`",
        ),
    );
}
