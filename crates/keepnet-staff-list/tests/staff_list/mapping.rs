//! Which header fills which field.

use crate::support::made;
use keepnet_staff_list::{Field, Mapper, Mapping, Sheet, SheetError};

fn sheet(headers: &[&str]) -> Sheet {
    let cells: Vec<_> = headers
        .iter()
        .map(|header| format!("\"{header}\""))
        .collect();
    let blank = vec!["x"; headers.len()].join(",");
    let file = made("people.csv", format!("{}\n{blank}\n", cells.join(",")));
    Sheet::open(&file.path).unwrap()
}

fn map(mapper: Mapper, headers: &[&str]) -> Result<Mapping, SheetError> {
    mapper.map(&sheet(headers))
}

fn field_of(mapping: &Mapping, header: &str) -> Option<Field> {
    mapping
        .columns()
        .iter()
        .find(|column| column.column() == header)
        .map(|column| column.field().clone())
}

#[test]
fn headers_map_in_five_languages() {
    let check = |header: &str, expected: Field, least: f64| {
        let headers = if expected == Field::Email {
            vec![header]
        } else {
            vec!["Email", header]
        };
        let mapping = map(Mapper::new(), &headers).unwrap();
        assert_eq!(field_of(&mapping, header), Some(expected), "{header}");
        let column = mapping.columns().last().unwrap();
        assert!(
            column.confidence() >= least,
            "{header}: {}",
            column.confidence()
        );
    };
    for (field, exact, alike, synonyms) in [
        (
            Field::Email,
            &["Email", "Email Address"][..],
            &["E-mail", "e-mail address", "EMAIL"][..],
            &[
                "Mail",
                "E-posta",
                "E-Posta Adresi",
                "E-Mail-Adresse",
                "Mailadresse",
                "Courriel",
                "Adresse e-mail",
                "Correo electrónico",
                "Correo",
                "Dirección de correo electrónico",
            ][..],
        ),
        (
            Field::FirstName,
            &["First Name", "FirstName"],
            &["first_name", "FIRST-NAME", "FİRST NAME"],
            &[
                "Given name",
                "Ad",
                "Adı",
                "İsim",
                "Vorname",
                "Prénom",
                "Nombre",
            ],
        ),
        (
            Field::LastName,
            &["Last Name", "LastName"],
            &["last name", "lastname"],
            &[
                "Surname",
                "Soyad",
                "Soyadı",
                "SOYADI",
                "Nachname",
                "Familienname",
                "Nom",
                "Nom de famille",
                "Apellidos",
            ],
        ),
        (
            Field::PhoneNumber,
            &["Phone Number", "PhoneNumber"],
            &["phone number"],
            &[
                "Phone",
                "Telefon",
                "Telefon Numarası",
                "Telefonnummer",
                "Téléphone",
                "Teléfono",
                "Numéro de téléphone",
            ],
        ),
        (
            Field::Department,
            &["Department"],
            &["DEPARTMENT"],
            &[
                "Dept.",
                "Departman",
                "Bölüm",
                "Abteilung",
                "Département",
                "Departamento",
            ],
        ),
        (
            Field::TimeZone,
            &["Time Zone", "TimeZone"],
            &["Time-zone"],
            &["Saat Dilimi", "Zeitzone", "Fuseau horaire", "Zona horaria"],
        ),
        (
            Field::Priority,
            &["Priority"],
            &["priority"],
            &["Öncelik", "Priorität", "Priorité", "Prioridad"],
        ),
        (
            Field::PreferredLanguage,
            &["Preferred Language"],
            &["PreferredLanguage"],
            &[
                "Language",
                "Dil",
                "Tercih Edilen Dil",
                "Sprache",
                "Langue",
                "Idioma",
            ],
        ),
        (
            Field::ManagerFirstName,
            &["Manager First Name", "ManagerFirstName"],
            &["manager first name"],
            &["Yönetici Adı", "Vorname Vorgesetzter", "Prénom du manager"],
        ),
        (
            Field::ManagerLastName,
            &["Manager Last Name", "ManagerLastName"],
            &["manager-last-name"],
            &[
                "Yönetici Soyadı",
                "Nachname Vorgesetzter",
                "Nom du manager",
                "Apellidos del responsable",
            ],
        ),
        (
            Field::ManagerEmail,
            &["Manager Email", "ManagerEmail"],
            &["Manager's E-mail", "Manager E-Mail"],
            &[
                "Yönetici E-posta",
                "E-Mail Vorgesetzter",
                "Courriel du manager",
                "Correo del responsable",
            ],
        ),
    ] {
        exact
            .iter()
            .for_each(|header| check(header, field.clone(), 1.0));
        alike
            .iter()
            .for_each(|header| check(header, field.clone(), 0.9));
        synonyms
            .iter()
            .for_each(|header| check(header, field.clone(), 0.7));
    }
}

#[test]
fn misspellings_and_remarks_lower_confidence() {
    let check = |header: &str, expected: f64| {
        let mapping = map(Mapper::new(), &["Email", header]).unwrap();
        let column = mapping.column_of(&Field::Department).unwrap();
        assert!(
            (column.confidence() - expected).abs() < 1e-9,
            "{header}: {}",
            column.confidence()
        );
    };
    check("Department", 1.0);
    check("department", 0.95);
    check("Abteilung", 0.9);
    check("Department (optional)", 0.95);
    check("Abteilung [intern]", 0.85);
    check("Division", 0.8);
    check("Departmnet", 0.7);
    check("Depatment", 0.7);
}

#[test]
fn guess_below_the_threshold_is_not_made() {
    let others = [
        "Team",
        "Notes",
        "Apartment",
        "Number",
        "Title",
        "Name",
        "Cost centre",
        "",
        "№",
    ];
    let mut headers = vec!["Email"];
    headers.extend(others);
    headers.push("end");
    let mapping = map(Mapper::new(), &headers).unwrap();
    assert_eq!(mapping.columns().len(), 1);
    let unmapped: Vec<_> = headers[1..]
        .iter()
        .filter(|header| !header.is_empty())
        .collect();
    assert_eq!(mapping.unmapped().iter().collect::<Vec<_>>(), unmapped);
}

#[test]
fn bare_name_beside_first_names_is_the_last_name() {
    let mapping = map(Mapper::new(), &["Name", "Vorname", "E-Mail"]).unwrap();
    assert_eq!(field_of(&mapping, "Name"), Some(Field::LastName));
    let mapping = map(Mapper::new(), &["Name", "Vorname", "Nachname", "E-Mail"]).unwrap();
    assert_eq!(field_of(&mapping, "Name"), None);
}

#[test]
fn better_of_two_columns_wins() {
    let mapping = map(Mapper::new(), &["Mobile", "Mail", "Email", "Phone"]).unwrap();
    assert_eq!(field_of(&mapping, "Email"), Some(Field::Email));
    assert_eq!(field_of(&mapping, "Phone"), Some(Field::PhoneNumber));
    assert_eq!(mapping.unmapped(), ["Mobile", "Mail"]);
    let mapping = map(Mapper::new(), &["Courriel", "Mail", "Email"]).unwrap();
    assert_eq!(field_of(&mapping, "Email"), Some(Field::Email));
}

#[test]
fn ambiguous_column_names_both_columns() {
    let error = map(Mapper::new(), &["Email", "Email Address"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "people.csv: columns A \"Email\" and B \"Email Address\" could both be the e-mail; \
         map one of them, such as A, to the field Email"
    );
    let mapping = map(
        Mapper::new().column("A", Field::Email),
        &["Email", "Email Address"],
    )
    .unwrap();
    assert_eq!(mapping.unmapped(), ["Email Address"]);
    let mapping = map(Mapper::new().ignore("Email"), &["Email", "Email Address"]).unwrap();
    assert_eq!(field_of(&mapping, "Email Address"), Some(Field::Email));
}

#[test]
fn missing_email_column_lists_the_headers() {
    let error = map(Mapper::new(), &["Contact", "Vorname"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "people.csv: no column holds the e-mail address; found A \"Contact\", B \"Vorname\"; \
         map the column to the field Email"
    );
}

#[test]
fn given_columns_override_the_headers() {
    let headers = ["Contact", "Team", "B", "Vorname"];
    let check = |arguments: &[&str], expected: &[(&str, Field)]| {
        let mut mapper = Mapper::new();
        for argument in arguments {
            mapper = mapper.argument(argument).unwrap();
        }
        let mapping = map(mapper, &headers).unwrap();
        let found: Vec<_> = mapping
            .columns()
            .iter()
            .map(|it| (it.column(), it.field().clone()))
            .collect();
        assert_eq!(found, expected, "{arguments:?}");
    };
    let vorname = ("Vorname", Field::FirstName);
    check(
        &["Contact=Email"],
        &[("Contact", Field::Email), vorname.clone()],
    );
    check(
        &["contact = e-mail"],
        &[("Contact", Field::Email), vorname.clone()],
    );
    check(&["a=email"], &[("Contact", Field::Email), vorname.clone()]);
    // A header is preferred to a letter.
    check(
        &["Contact=Email", "B=Department"],
        &[
            ("Contact", Field::Email),
            ("B", Field::Department),
            vorname.clone(),
        ],
    );
    check(&["Contact=Email", "D="], &[("Contact", Field::Email)]);
    check(
        &["Contact=Email", "Team=custom:Squad"],
        &[
            ("Contact", Field::Email),
            ("Team", Field::Custom("Squad".to_owned())),
            vorname,
        ],
    );
    check(
        &["Contact=Email", "Team=first name"],
        &[("Contact", Field::Email), ("Team", Field::FirstName)],
    );
}

#[test]
fn unusable_arguments_are_errors() {
    let check = |argument: &str, expected: &str| {
        let error = Mapper::new().argument(argument).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    };
    check("Email", "`Email` is not COLUMN=FIELD: it has no `=`");
    check("=Email", "`=Email` is not COLUMN=FIELD: it names no column");
    check(
        "Mail=Emial",
        "`Mail=Emial` is not COLUMN=FIELD: `Emial` is not a field; the fields are Email,",
    );

    let error = map(
        Mapper::new().column("Post", Field::Email),
        &["Mail", "Team"],
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "people.csv: no column `Post`; found A \"Mail\", B \"Team\""
    );
    let error = map(
        Mapper::new().column("Mail", Field::Email),
        &["Mail", "Mail"],
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "people.csv: `Mail` is the header of columns A and B; name the column by its letter"
    );
    let twice = Mapper::new()
        .column("A", Field::Email)
        .column("B", Field::Email);
    let error = map(twice, &["x1", "y1"]).unwrap_err();
    assert!(
        matches!(
            error,
            SheetError::AmbiguousColumn {
                field: Field::Email,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn each_name_has_one_column() {
    let check = |mapper: Mapper, headers: &[&str], expected: &[(&str, Field)]| {
        let mapping = map(mapper, headers).unwrap();
        let columns = mapping.columns().iter().skip(1);
        let found: Vec<_> = columns
            .map(|it| (it.column(), it.field().clone()))
            .collect();
        assert_eq!(found, expected, "{headers:?}");
    };
    let full = ("Ad Soyad", Field::FullName);
    let (first, last) = (("Ad", Field::FirstName), ("Soyad", Field::LastName));
    let both = ["Email", "Ad Soyad", "Ad", "Soyad"];
    let one = ["Email", "Ad Soyad", "Ad"];
    check(Mapper::new(), &both, &[first.clone(), last]);
    check(Mapper::new(), &one, std::slice::from_ref(&full));
    check(
        Mapper::new().column("Ad Soyad", Field::FullName),
        &both,
        std::slice::from_ref(&full),
    );
    check(
        Mapper::new().column("Ad", Field::FirstName),
        &one,
        std::slice::from_ref(&first),
    );
}

#[test]
fn custom_fields_map_by_their_name() {
    let badge = Field::Custom("Badge No".to_owned());
    let mapper = Mapper::new().custom_field("Badge No");
    for header in ["Badge No", "badge-no", "BADGE NO (new)"] {
        let mapping = map(mapper.clone(), &["Email", header]).unwrap();
        assert_eq!(field_of(&mapping, header), Some(badge.clone()), "{header}");
    }
    let mapping = map(
        mapper.argument("Team=badge no").unwrap(),
        &["Email", "Team"],
    )
    .unwrap();
    assert_eq!(field_of(&mapping, "Team"), Some(badge));
}

#[test]
fn saved_mapping_is_reused_for_the_next_file() {
    let mapper = Mapper::new()
        .column("Contact", Field::Email)
        .column("Team", Field::Department);
    let mapping = map(mapper, &["Contact", "Team", "Notes"]).unwrap();
    let saved = serde_json::to_string(&mapping).unwrap();
    let loaded: Mapping = serde_json::from_str(&saved).unwrap();
    assert_eq!(loaded, mapping);

    let next = map(Mapper::new().reuse(&loaded), &["Notes", "Team", "Contact"]).unwrap();
    assert_eq!(field_of(&next, "Contact"), Some(Field::Email));
    assert_eq!(next.column_of(&Field::Department).unwrap().letter(), "B");
    let error = map(Mapper::new().reuse(&loaded), &["Email", "Team"]).unwrap_err();
    assert!(matches!(error, SheetError::UnknownColumn { .. }), "{error}");
    let other = Mapper::new().reuse(&loaded).column("Mail", Field::Email);
    let next = map(other, &["Contact", "Team", "Mail"]).unwrap();
    assert_eq!(next.column_of(&Field::Email).unwrap().column(), "Mail");
    // The mapping is for another order of columns and is not applied to this one.
    let error = sheet(&["Team", "Contact", "Notes"])
        .validate(&loaded)
        .unwrap_err();
    assert!(matches!(error, SheetError::UnknownColumn { .. }), "{error}");
}

#[test]
fn field_parses_any_spelling_and_displays_one() {
    for field in Field::BUILT_IN {
        for text in [
            field.wire_name().to_owned(),
            field.wire_name().to_lowercase(),
            field.to_string(),
        ] {
            assert_eq!(text.parse(), Ok(field.clone()), "{text}");
        }
    }
    for (text, expected) in [
        ("first name", Field::FirstName),
        (" time-zone ", Field::TimeZone),
        ("custom: Badge", Field::Custom("Badge".to_owned())),
    ] {
        let field: Field = text.parse().unwrap();
        assert_eq!(field, expected);
        let json = serde_json::to_string(&field).unwrap();
        assert_eq!(serde_json::from_str::<Field>(&json).unwrap(), field);
    }
    assert_eq!(Field::PreferredLanguage.wire_name(), "Preferred Language");
    assert!("custom:".parse::<Field>().is_err());
    assert!("".parse::<Field>().is_err());
}

#[test]
fn reused_mapping_keeps_the_ignored_columns() {
    let mapper = Mapper::new().ignore("Department").ignore("B");
    let first = map(mapper, &["Email", "B", "Department", "Phone"]).unwrap();
    let saved = serde_json::to_string(&first).unwrap();
    let reuse = || Mapper::new().reuse(&serde_json::from_str::<Mapping>(&saved).unwrap());
    let check = |mapper: Mapper, headers: &[&str], filled: &[&str], ignored: &[&str]| {
        let mapping = map(mapper, headers).unwrap();
        let columns = mapping.columns().iter().map(|column| column.column());
        assert_eq!(columns.collect::<Vec<_>>(), filled, "{headers:?}");
        assert_eq!(mapping.ignored(), ignored, "{headers:?}");
    };
    let moved = ["Phone", "department", "Email", "B"];
    check(reuse(), &moved, &["Phone", "Email"], &["department", "B"]);
    // Without the column, and no column by its letter in place of it.
    check(reuse(), &["Email", "Phone"], &["Email", "Phone"], &[]);
    let given = reuse().column("Department", Field::Department);
    let headers = ["Email", "Department", "Phone"];
    check(given, &headers, &headers, &[]);
    // Column C is not the column `C` of another file.
    let first = map(
        Mapper::new().column("C", Field::Department),
        &["Email", "C"],
    )
    .unwrap();
    let error = map(Mapper::new().reuse(&first), &["Email", "B", "Notes"]).unwrap_err();
    assert!(matches!(error, SheetError::UnknownColumn { .. }), "{error}");
}
