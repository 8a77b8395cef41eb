//! The words that staff lists use for the fields, in English, Turkish, German, French and Spanish.

use crate::field::Field;

/// The headers that mean one field. All but the labels are [header keys](crate::text::header_key).
pub(super) struct Words {
    pub(super) field: Field,
    /// The headers of the service's own screens and templates.
    pub(super) labels: &'static [&'static str],
    /// Words that mean this field and nothing else.
    pub(super) strong: &'static [&'static str],
    /// Words that usually mean this field but give way to a better column.
    pub(super) weak: &'static [&'static str],
}

/// The header of a block of columns that name the manager, as [header keys](crate::text::header_key).
#[rustfmt::skip]
pub(super) const MANAGER_WORDS: &[&str] = &[
    "linemanager", "directmanager", "manager", "supervisor", "reportsto",
    "yonetici", "yoneticisi", "amir", "amiri",
    "vorgesetzter", "vorgesetzte", "fuhrungskraft",
    "responsable", "superieur", "jefe", "gerente",
];

#[rustfmt::skip]
pub(super) const WORDS: &[Words] = &[
    Words {
        field: Field::Email,
        labels: &["Email", "Email Address"],
        strong: &[
            "mail", "mailaddress", "emailadress", "electronicmail",
            "eposta", "epostaadresi", "epostaadres", "mailadresi", "elektronikposta",
            "emailadresse", "mailadresse", "epostadresse",
            "courriel", "adressecourriel", "adresseemail", "adressemail", "adresseelectronique", "mel",
            "correo", "correoelectronico", "direcciondecorreo", "direcciondecorreoelectronico", "direcciondeemail",
        ],
        weak: &[
            "workemail", "workmail", "businessemail", "companyemail", "corporateemail", "primaryemail", "useremail",
            "employeeemail", "employeeemailaddress", "employeemail", "staffemail", "officialemail", "officialemailaddress", "officialmail",
            "workemailaddress", "businessemailaddress", "companyemailaddress", "corporateemailaddress", "primaryemailaddress", "useremailaddress",
            "emailid", "mailid", "officeemail", "workmailaddress",
            "userprincipalname", "upn",
            "iseposta", "isepostasi", "isepostaadresi", "ismaili", "ismail", "ismailadresi", "kurumsaleposta", "kurumsalepostasi", "kurumsalepostaadresi", "kurumsalmail", "kurumsalmailadresi",
            "sirketmaili", "sirketeposta", "sirketepostasi", "personeleposta", "personelepostasi", "calisaneposta",
            "dienstlicheemail", "emaildienstlich", "emailgeschaftlich", "geschaftlicheemail",
            "emailprofessionnel", "mailprofessionnel", "courrielprofessionnel",
            "correocorporativo", "correolaboral", "correodetrabajo", "emailcorporativo",
        ],
    },
    Words {
        field: Field::FirstName,
        labels: &["First Name"],
        strong: &[
            "givenname", "forename", "fname", "christianname",
            "ad", "adi", "adiniz", "isim", "ismi", "onad",
            "vorname", "rufname",
            "prenom", "prenoms",
            "nombre", "nombres", "primernombre", "nombredepila",
        ],
        weak: &["first", "given"],
    },
    Words {
        field: Field::LastName,
        labels: &["Last Name"],
        strong: &[
            "surname", "familyname", "lname",
            "soyad", "soyadi", "soyadiniz", "soyisim", "soyismi",
            "nachname", "familienname", "zuname",
            "nom", "nomdefamille", "nomfamille",
            "apellido", "apellidos", "primerapellido",
        ],
        weak: &["last", "family"],
    },
    Words {
        field: Field::FullName,
        labels: &[],
        strong: &[
            "fullname", "namesurname", "nameandsurname", "namelastname", "firstnamelastname", "firstandlastname", "firstlastname", "employeefullname",
            "adsoyad", "adsoyadi", "adisoyadi", "adisoyad", "advesoyad", "adivesoyadi", "adinizsoyadiniz", "isimsoyisim", "isimsoyad",
            "vornamenachname", "vornameundnachname", "vorundnachname",
            "prenomnom", "prenometnom",
            "nombreapellido", "nombreapellidos", "nombreyapellido", "nombreyapellidos",
        ],
        weak: &[],
    },
    Words {
        field: Field::PhoneNumber,
        labels: &["Phone Number"],
        strong: &[
            "phone", "phoneno", "telephone", "telephonenumber", "tel", "telno", "contactnumber",
            "telefon", "telefonno", "telefonnumarasi", "telefonu",
            "telefonnummer", "rufnummer",
            "numerodetelephone", "numerotelephone", "notelephone", "numtelephone",
            "telefono", "numerodetelefono", "numerotelefono", "notelefono",
        ],
        weak: &[
            "mobile", "mobilephone", "mobilenumber", "cell", "cellphone", "cellnumber",
            "workphone", "businessphone", "officephone",
            "gsm", "gsmno", "cep", "cepno", "ceptel", "ceptelefonu", "istelefonu",
            "handy", "handynummer", "mobil", "mobilnummer", "mobiltelefon", "mobilfunknummer",
            "portable", "telephoneportable", "telephonemobile",
            "movil", "celular", "telefonomovil", "telefonocelular",
        ],
    },
    Words {
        field: Field::Department,
        labels: &["Department"],
        strong: &[
            "dept", "departmentname",
            "departman", "departmani", "bolum", "bolumu", "birim", "birimi",
            "abteilung", "abteilungsname",
            "departement",
            "departamento",
        ],
        weak: &["division", "businessunit", "orgunit", "organisationseinheit", "bereich", "service", "area"],
    },
    Words {
        field: Field::TimeZone,
        labels: &["Time Zone"],
        strong: &[
            "tz", "timezoneid",
            "saatdilimi", "zamandilimi",
            "zeitzone",
            "fuseauhoraire", "fuseau",
            "zonahoraria", "husohorario",
        ],
        weak: &[],
    },
    Words {
        field: Field::Priority,
        labels: &["Priority"],
        strong: &[
            "prio", "prioritylevel",
            "oncelik", "onceligi", "oncelikduzeyi", "onceliksirasi",
            "prioritat", "prioritaet",
            "priorite",
            "prioridad",
        ],
        weak: &[],
    },
    Words {
        field: Field::PreferredLanguage,
        labels: &["Preferred Language"],
        strong: &[
            "language", "languagepreference", "preferredlang",
            "dil", "dili", "tercihedilendil", "diltercihi",
            "sprache", "bevorzugtesprache",
            "langue", "languepreferee", "languedepreference",
            "idioma", "idiomapreferido", "idiomadepreferencia",
        ],
        weak: &["lang", "locale", "lengua"],
    },
    Words {
        field: Field::ManagerFirstName,
        labels: &["Manager First Name"],
        strong: &[
            "managersfirstname", "managergivenname", "supervisorfirstname", "firstnamemanager",
            "yoneticiadi", "yoneticiad", "yoneticininadi", "yoneticiismi",
            "vorgesetztervorname", "vornamevorgesetzter", "vornamedesvorgesetzten", "managervorname", "vornamemanager",
            "prenommanager", "prenomdumanager", "prenomresponsable", "prenomduresponsable",
        ],
        weak: &["nombredelmanager", "nombredelresponsable", "nombredelgerente", "nombredeljefe", "nombredelsupervisor"],
    },
    Words {
        field: Field::ManagerLastName,
        labels: &["Manager Last Name"],
        strong: &[
            "managerslastname", "managersurname", "managerfamilyname", "supervisorlastname", "lastnamemanager",
            "yoneticisoyadi", "yoneticisoyad", "yoneticininsoyadi", "yoneticisoyismi",
            "vorgesetzternachname", "nachnamevorgesetzter", "nachnamedesvorgesetzten", "managernachname", "nachnamemanager",
            "nommanager", "nomdumanager", "nomresponsable", "nomduresponsable",
            "apellidodelmanager", "apellidosdelmanager", "apellidodelresponsable", "apellidosdelresponsable",
            "apellidodelgerente", "apellidodeljefe", "apellidodelsupervisor",
        ],
        weak: &[],
    },
    Words {
        field: Field::ManagerEmail,
        labels: &["Manager Email", "Manager Email Address"],
        strong: &[
            "managersemail", "managermail", "emailmanager", "supervisoremail", "manageremailadress",
            "yoneticieposta", "yoneticiepostasi", "yoneticininepostasi", "yoneticiemail", "yoneticimail", "yoneticimaili",
            "vorgesetzteremail", "emailvorgesetzter", "emaildesvorgesetzten", "manageremailadresse",
            "emaildumanager", "emailduresponsable", "courrielmanager", "courrieldumanager", "courrielduresponsable",
            "correodelmanager", "correodelresponsable", "correodelgerente", "correodeljefe", "correodelsupervisor",
        ],
        weak: &[],
    },
];
