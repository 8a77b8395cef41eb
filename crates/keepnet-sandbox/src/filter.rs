//! The filter of a search: nested AND and OR groups of conditions on fields.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock;
use crate::envelope::Failure;
use crate::fields::Fields;

/// What a record holds in a field.
#[derive(Clone, Debug)]
pub(crate) enum Datum<'a> {
    Text(Cow<'a, str>),
    /// A text that filters may also give as a number: `Active` is 1.
    Named {
        name: &'a str,
        code: i64,
    },
    Number(f64),
    Flag(bool),
    Time(Timestamp),
    Blank,
}

impl<'a> Datum<'a> {
    pub(crate) fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// Order for sorting: nothing before something, texts without regard to case.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => lower(a).cmp(lower(b)),
            (Self::Named { code: a, .. }, Self::Named { code: b, .. }) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            (Self::Time(a), Self::Time(b)) => a.cmp(b),
            (Self::Blank, Self::Blank) => Ordering::Equal,
            (Self::Blank, _) => Ordering::Less,
            (_, Self::Blank) => Ordering::Greater,
            _ => Ordering::Equal,
        }
    }
}

/// A tree of conditions on fields of type `F`.
#[derive(Debug)]
pub(crate) struct Filter<F> {
    any: bool,
    conditions: Vec<Condition<F>>,
    groups: Vec<Filter<F>>,
}

#[derive(Debug)]
struct Condition<F> {
    field: F,
    operator: Operator,
    /// In lower case.
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// How the texts of a filter are understood.
pub(crate) struct Vocabulary<'a, F> {
    /// The field with this name, whatever its case.
    pub(crate) field: &'a dyn Fn(&str) -> Option<F>,
    /// The fields that free text is looked for in.
    pub(crate) free_text: &'a [F],
    /// Fields that the service trips over when an OR group asks for them.
    pub(crate) breaks_free_text: &'a dyn Fn(&F) -> bool,
    pub(crate) accept_equal: bool,
}

impl<F: Clone> Filter<F> {
    /// Reads the `filter` of a search body.
    ///
    /// The service answers 500 to a filter that is null, and 400 to a null inside it.
    pub(crate) fn parse(
        filter: Option<&Value>,
        vocabulary: &Vocabulary<'_, F>,
    ) -> Result<Self, Failure> {
        match filter {
            None | Some(Value::Null) => Err(Failure::internal("An unexpected error occurred")),
            Some(filter) => Self::parse_group(Fields::of(filter, "filter")?, vocabulary),
        }
    }

    /// A condition with an empty value holds for every record: clients send their empty search box
    /// this way.
    pub(crate) fn accepts<'r>(&self, read: &impl Fn(&F) -> Datum<'r>) -> bool {
        let mut outcomes = self
            .conditions
            .iter()
            .map(|condition| condition.holds(&read(&condition.field)))
            .chain(
                self.groups
                    .iter()
                    .filter(|group| !group.is_empty())
                    .map(|group| group.accepts(read)),
            );
        if self.any {
            self.is_empty() || outcomes.any(|outcome| outcome)
        } else {
            outcomes.all(|outcome| outcome)
        }
    }

    fn is_empty(&self) -> bool {
        self.conditions.is_empty() && self.groups.iter().all(Self::is_empty)
    }

    fn parse_group(group: Fields<'_>, vocabulary: &Vocabulary<'_, F>) -> Result<Self, Failure> {
        for name in [
            "Condition",
            "SearchInputTextValue",
            "FilterGroups",
            "FilterItems",
        ] {
            if group.get(name).is_some_and(Value::is_null) {
                return Err(Failure::input(format!(
                    "{name} of the filter must not be null"
                )));
            }
        }
        let any = match group.text("Condition")?.unwrap_or("AND") {
            condition if condition.eq_ignore_ascii_case("AND") => false,
            condition if condition.eq_ignore_ascii_case("OR") => true,
            _ => return Err(Failure::input("Condition of the filter is AND or OR")),
        };
        let items = group.list("FilterItems")?.map_or(&[][..], Vec::as_slice);
        let inner = group.list("FilterGroups")?.map_or(&[][..], Vec::as_slice);
        let conditions: Result<Vec<_>, _> = items
            .iter()
            .map(|item| Condition::parse(item, any, vocabulary))
            .collect();
        let groups = inner
            .iter()
            .map(|inner| Self::parse_group(Fields::of(inner, "a filter group")?, vocabulary));
        let mut filter = Self {
            any,
            conditions: conditions?,
            groups: groups.collect::<Result<_, _>>()?,
        };
        let text = group.text("SearchInputTextValue")?.unwrap_or_default();
        if !text.is_empty() {
            let rest = std::mem::replace(
                &mut filter,
                Self {
                    any: false,
                    conditions: Vec::new(),
                    groups: Vec::new(),
                },
            );
            filter.groups = vec![rest, Self::containing(text, vocabulary.free_text)];
        }
        Ok(filter)
    }

    fn containing(text: &str, fields: &[F]) -> Self {
        let conditions = fields.iter().map(|field| Condition {
            field: field.clone(),
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
        item: &Value,
        in_or_group: bool,
        vocabulary: &Vocabulary<'_, F>,
    ) -> Result<Self, Failure> {
        let item = Fields::of(item, "a filter item")?;
        let name = item
            .text("FieldName")?
            .ok_or_else(|| Failure::input("A filter item needs a FieldName"))?;
        let field = (vocabulary.field)(name);
        let field = field
            .ok_or_else(|| Failure::input(format!("There is no filter for the field {name}")))?;
        if in_or_group && (vocabulary.breaks_free_text)(&field) {
            return Err(Failure::internal("An unexpected error occurred"));
        }
        let operator = item
            .text("Operator")?
            .ok_or_else(|| Failure::input("A filter item needs an Operator"))?;
        let operator = Operator::parse(operator, vocabulary.accept_equal)
            .ok_or_else(|| Failure::input(format!("There is no filter operator {operator}")))?;
        let value = match item.get("Value") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.to_lowercase(),
            Some(Value::Bool(flag)) => flag.to_string(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => {
                return Err(Failure::input(format!(
                    "The filter value for {name} must be a plain value"
                )));
            }
        };
        Ok(Self {
            field,
            operator,
            value,
        })
    }

    fn holds(&self, datum: &Datum<'_>) -> bool {
        if self.value.is_empty() {
            return true;
        }
        match self.operator {
            Operator::Contains => match datum {
                Datum::Text(text) => text.to_lowercase().contains(&self.value),
                Datum::Named { name, .. } => name.to_lowercase().contains(&self.value),
                Datum::Time(at) => clock::day_first(*at).contains(&self.value),
                Datum::Number(_) | Datum::Flag(_) | Datum::Blank => equals(datum, &self.value),
            },
            Operator::Include => self
                .value
                .split(',')
                .any(|value| equals(datum, value.trim())),
            Operator::Equal => equals(datum, &self.value),
            Operator::NotEqual => !equals(datum, &self.value),
            Operator::Greater => compare(datum, &self.value) == Some(Ordering::Greater),
            Operator::Less => compare(datum, &self.value) == Some(Ordering::Less),
            Operator::GreaterOrEqual => matches!(
                compare(datum, &self.value),
                Some(Ordering::Greater | Ordering::Equal)
            ),
            Operator::LessOrEqual => matches!(
                compare(datum, &self.value),
                Some(Ordering::Less | Ordering::Equal)
            ),
        }
    }
}

impl Operator {
    fn parse(text: &str, accept_equal: bool) -> Option<Self> {
        Some(match text {
            "=" => Self::Equal,
            "!=" => Self::NotEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            _ if text.eq_ignore_ascii_case("contains") => Self::Contains,
            _ if text.eq_ignore_ascii_case("include") => Self::Include,
            _ if accept_equal
                && (text.eq_ignore_ascii_case("equal") || text.eq_ignore_ascii_case("equals")) =>
            {
                Self::Equal
            }
            _ => return None,
        })
    }
}

/// `value` is in lower case; `blank` stands for nothing in lists.
fn equals(datum: &Datum<'_>, value: &str) -> bool {
    match datum {
        Datum::Text(text) => text.to_lowercase() == value || (value == "blank" && text.is_empty()),
        Datum::Named { name, code } => name.to_lowercase() == value || value.parse() == Ok(*code),
        Datum::Flag(true) => matches!(value, "true" | "1"),
        Datum::Flag(false) => matches!(value, "false" | "0"),
        Datum::Number(_) | Datum::Time(_) => compare(datum, value) == Some(Ordering::Equal),
        Datum::Blank => value == "blank",
    }
}

fn compare(datum: &Datum<'_>, value: &str) -> Option<Ordering> {
    match datum {
        Datum::Number(number) => number.partial_cmp(&value.parse().ok()?),
        // Clients send minutes, so seconds must not tell two times apart.
        Datum::Time(at) => {
            Some((at.as_second() / 60).cmp(&(clock::parse(value)?.as_second() / 60)))
        }
        Datum::Named { code, .. } => Some(code.cmp(&value.parse().ok()?)),
        Datum::Text(text) => Some(lower(text).cmp(value.chars())),
        Datum::Flag(_) | Datum::Blank => None,
    }
}

fn lower(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}
