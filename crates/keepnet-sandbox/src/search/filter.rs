//! The filter of a search: nested AND and OR groups of conditions on fields.

use std::cmp::Ordering;

use serde_json::Value;

use super::fields::SearchFields;
use super::value::FieldValue;
use crate::http::{ApiError, JsonObject};

/// A tree of conditions on fields of type `F`.
pub(crate) struct Filter<F> {
    /// An OR group; otherwise an AND group.
    any: bool,
    conditions: Vec<Condition<F>>,
    groups: Vec<Filter<F>>,
}

struct Condition<F> {
    field: F,
    operator: Operator,
    /// In lower case.
    value: String,
}

#[derive(Clone, Copy)]
enum Operator {
    Contains,
    Include,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl<F> Filter<F> {
    /// Parses the `filter` of a search body.
    pub(crate) fn parse(
        filter: Option<&Value>,
        fields: &SearchFields<'_, F>,
    ) -> Result<Self, ApiError> {
        match filter {
            // The service returns 500 to a missing or null filter, and 400 to a null inside it.
            None | Some(Value::Null) => Err(ApiError::internal("An unexpected error occurred")
                .because("the search has no filter; send a filter, if only an empty one")),
            Some(filter) => Self::parse_group(JsonObject::new(filter, "filter")?, fields),
        }
    }

    /// Whether a record fulfils the filter; `read` reads its fields.
    pub(crate) fn accepts<'r>(&self, read: &impl Fn(&F) -> FieldValue<'r>) -> bool {
        let conditions = self.conditions.iter();
        let conditions = conditions.map(|condition| condition.accepts(&read(&condition.field)));
        let groups = self.groups.iter().filter(|group| !group.is_empty());
        let mut outcomes = conditions.chain(groups.map(|group| group.accepts(read)));
        if self.any {
            self.is_empty() || outcomes.any(|accepted| accepted)
        } else {
            outcomes.all(|accepted| accepted)
        }
    }

    fn is_empty(&self) -> bool {
        self.conditions.is_empty() && self.groups.iter().all(Self::is_empty)
    }

    fn parse_group(group: JsonObject<'_>, fields: &SearchFields<'_, F>) -> Result<Self, ApiError> {
        for name in [
            "Condition",
            "SearchInputTextValue",
            "FilterGroups",
            "FilterItems",
        ] {
            if group.get(name).is_some_and(Value::is_null) {
                return Err(ApiError::input(format!(
                    "{name} of the filter must not be null"
                )));
            }
        }
        let any = match group.text("Condition")?.unwrap_or("AND") {
            condition if condition.eq_ignore_ascii_case("AND") => false,
            condition if condition.eq_ignore_ascii_case("OR") => true,
            _ => return Err(ApiError::input("Condition of the filter is AND or OR")),
        };
        let conditions = group
            .objects("FilterItems")?
            .map(|item| Condition::parse(item?, any, fields));
        let groups = group
            .objects("FilterGroups")?
            .map(|group| Self::parse_group(group?, fields));
        let filter = Self {
            any,
            conditions: conditions.collect::<Result<_, _>>()?,
            groups: groups.collect::<Result<_, _>>()?,
        };
        Ok(match group.text_or_empty("SearchInputTextValue")? {
            "" => filter,
            text => Self {
                any: false,
                conditions: Vec::new(),
                groups: vec![filter, Self::free_text(text, fields)],
            },
        })
    }

    fn free_text(text: &str, fields: &SearchFields<'_, F>) -> Self {
        let found = fields
            .free_text
            .iter()
            .filter_map(|name| (fields.find)(name));
        let conditions = found.map(|field| Condition {
            field,
            operator: Operator::Contains,
            value: text.to_lowercase(),
        });
        Self {
            any: true,
            conditions: conditions.collect(),
            groups: Vec::new(),
        }
    }
}

impl<F> Condition<F> {
    fn parse(
        item: JsonObject<'_>,
        in_or_group: bool,
        fields: &SearchFields<'_, F>,
    ) -> Result<Self, ApiError> {
        let name = item
            .text("FieldName")?
            .ok_or_else(|| ApiError::input("A filter item needs a FieldName"))?;
        let lower_name = name.to_ascii_lowercase();
        let field = (fields.find)(&lower_name)
            .ok_or_else(|| ApiError::input(format!("The field {name} cannot be filtered")))?;
        if in_or_group && (fields.fails_in_or_group)(&lower_name) {
            let error = ApiError::internal("An unexpected error occurred");
            return Err(error.because("the service fails if this field is in an OR group"));
        }
        let operator = item
            .text("Operator")?
            .ok_or_else(|| ApiError::input("A filter item needs an Operator"))?;
        let operator = Operator::parse(operator, fields.accept_equal)
            .ok_or_else(|| ApiError::input(format!("{operator} is not a filter operator")))?;
        let value = match item.get("Value") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.to_lowercase(),
            // Clients send flags and numbers in place of texts.
            Some(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
            Some(_) => {
                return Err(ApiError::input(format!(
                    "The filter value for {name} must be a text, a number or a flag"
                )));
            }
        };
        Ok(Self {
            field,
            operator,
            value,
        })
    }

    fn accepts(&self, value: &FieldValue<'_>) -> bool {
        use Ordering::{Equal, Greater, Less};
        // Clients send their empty search box as a condition, which must not exclude any record.
        if self.value.is_empty() {
            return true;
        }
        let compare = || value.compare(&self.value);
        match self.operator {
            Operator::Contains => value.contains(&self.value),
            Operator::Include => self.value.split(',').any(|item| value.equals(item.trim())),
            Operator::Equal => value.equals(&self.value),
            Operator::NotEqual => !value.equals(&self.value),
            Operator::Greater => compare() == Some(Greater),
            Operator::GreaterOrEqual => matches!(compare(), Some(Greater | Equal)),
            Operator::Less => compare() == Some(Less),
            Operator::LessOrEqual => matches!(compare(), Some(Less | Equal)),
        }
    }
}

impl Operator {
    fn parse(text: &str, accept_equal: bool) -> Option<Self> {
        Some(match text.to_ascii_lowercase().as_str() {
            "=" => Self::Equal,
            "!=" => Self::NotEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            "contains" => Self::Contains,
            "include" => Self::Include,
            "equal" | "equals" if accept_equal => Self::Equal,
            _ => return None,
        })
    }
}
