//! The fields that a company added to its users.

use serde_json::{Value, json};

use crate::envelope::{Answer, Failure, Reply};
use crate::fields::Fields;
use crate::request::Call;
use crate::resource_id::ResourceId;
use crate::state::{CustomField, World};

const LONGEST_NAME: usize = 64;
const DATA_TYPES: [&str; 6] = ["String", "Number", "Email", "Date", "DateTime", "Boolean"];

/// Answers `GET /api/custom-fields/company`.
pub(crate) fn list(world: &mut World, call: &Call) -> Answer {
    let fields = world.companies[call.company].custom_fields.iter();
    let shown = (1..).zip(fields).map(|(place, field): (i64, _)| {
        json!({
            "resourceId": field.id.to_string(),
            "name": field.name,
            "ownerType": "Company",
            "fieldDataType": field.data_type,
            "targetGroupResourceId": null,
            "isActive": field.active,
            "sortOrder": field.sort_order.unwrap_or(place),
            "isRequired": field.required,
            "isEditable": true,
        })
    });
    Ok(Reply::data(shown.collect()))
}

/// Answers `POST /api/custom-fields`.
pub(crate) fn create(world: &mut World, call: &Call) -> Answer {
    let field = read(call.fields()?, world.ids.next())?;
    let id = field.id;
    let fields = &mut world.companies[call.company].custom_fields;
    fields.push(field);
    if let Err(failure) = distinct(fields) {
        fields.pop();
        return Err(failure);
    }
    Ok(Reply::id(id, "The field was created"))
}

/// Answers `POST /api/custom-fields/bulk-update`: the list is what there will be. Fields without an
/// id are new, and those that are not listed are gone, with their values.
pub(crate) fn replace_all(world: &mut World, call: &Call) -> Answer {
    let body = call.fields()?;
    let listed = body
        .list("targetUserCustomFields")?
        .ok_or_else(|| Failure::input("targetUserCustomFields is required"))?;
    let mut fields = Vec::new();
    for item in listed {
        let item = Fields::of(item, "an item of targetUserCustomFields")?;
        let id = match item.text("resourceId")?.filter(|id| !id.is_empty()) {
            None => world.ids.next(),
            Some(id) => {
                let mut known = world.companies[call.company].custom_fields.iter();
                let known = known.find(|field| field.id.to_string() == id);
                let known = known.ok_or_else(|| Failure::not_found("A field was not found"))?;
                known.id
            }
        };
        fields.push(read(item, id)?);
    }
    distinct(&fields)?;
    world.companies[call.company].custom_fields = fields;
    Ok(Reply::Data {
        data: json!({ "resourceId": Value::Null }),
        message: "The fields were saved",
    })
}

fn read(body: Fields<'_>, id: ResourceId) -> Result<CustomField, Failure> {
    let name = body.text("name")?.unwrap_or_default().trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Failure::input(format!(
            "name must have 1 to {LONGEST_NAME} characters"
        )));
    }
    let data_type = body.text("fieldDataType")?.unwrap_or_default();
    if !DATA_TYPES.contains(&data_type) {
        return Err(Failure::input(format!(
            "fieldDataType is one of {}",
            DATA_TYPES.join(", ")
        )));
    }
    Ok(CustomField {
        id,
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        required: body.flag("isRequired")?.unwrap_or(false),
        active: body.flag("isActive")?.unwrap_or(true),
        sort_order: body.integer("sortOrder")?,
    })
}

/// Names are compared without regard to case, and ids cannot be listed twice.
fn distinct(fields: &[CustomField]) -> Result<(), Failure> {
    let repeated = fields.iter().enumerate().any(|(place, field)| {
        fields[..place].iter().any(|other| {
            other.id == field.id || other.name.to_lowercase() == field.name.to_lowercase()
        })
    });
    if repeated {
        Err(Failure::input("Two fields have the same name"))
    } else {
        Ok(())
    }
}
