//! The keys that an object of the document may have: facts, and what is known to be no fact.

use serde_json::Value;

use crate::word_list::WordList;

/// The keys of one kind of object; a key with `x-` is an extension and no fact.
pub(crate) struct AllowedKeys {
    /// What a message calls such an object.
    pub(super) kind: &'static str,
    /// What the contract keeps.
    pub(crate) facts: WordList,
    /// Texts, examples and defaults: no contract has them.
    ignored: WordList,
}

pub(crate) const DOCUMENT: AllowedKeys = AllowedKeys {
    kind: "the document",
    facts: WordList("components info openapi paths security servers"),
    ignored: WordList("externalDocs tags"),
};
pub(crate) const SERVER: AllowedKeys = AllowedKeys {
    kind: "a server",
    facts: WordList("url"),
    ignored: WordList("description"),
};
pub(crate) const SECURITY_SCHEME: AllowedKeys = AllowedKeys {
    kind: "a security scheme",
    facts: WordList("bearerFormat flows in name scheme type"),
    ignored: WordList("description"),
};
pub(super) const COMPONENTS: AllowedKeys = AllowedKeys {
    kind: "the components",
    facts: WordList("parameters requestBodies responses schemas securitySchemes"),
    ignored: WordList("examples headers links"),
};
pub(super) const PATH: AllowedKeys = AllowedKeys {
    kind: "a path",
    facts: WordList("delete get parameters patch post put"),
    ignored: WordList("description summary"),
};
pub(crate) const OPERATION: AllowedKeys = AllowedKeys {
    kind: "an operation",
    facts: WordList("deprecated parameters requestBody responses security tags"),
    ignored: WordList("description externalDocs operationId summary"),
};
pub(super) const PARAMETER: AllowedKeys = AllowedKeys {
    kind: "a parameter",
    facts: WordList("explode in name required schema style"),
    ignored: WordList("deprecated description example examples"),
};
pub(super) const BODY: AllowedKeys = AllowedKeys {
    kind: "a body",
    facts: WordList("content required"),
    // The vendor's live export has examples here.
    ignored: WordList("description example examples"),
};
pub(super) const RESPONSE: AllowedKeys = AllowedKeys {
    kind: "a response",
    facts: WordList("content"),
    ignored: WordList("description example examples headers links"),
};
pub(super) const MEDIA: AllowedKeys = AllowedKeys {
    kind: "a media type",
    facts: WordList("encoding schema"),
    ignored: WordList("example examples"),
};
pub(crate) const SCHEMA: AllowedKeys = AllowedKeys {
    kind: "a schema",
    facts: WordList(
        "
        $ref additionalProperties allOf enum exclusiveMaximum exclusiveMinimum format items maxItems
        maxLength maximum minItems minLength minimum multipleOf nullable pattern properties readOnly
        required type uniqueItems writeOnly
        ",
    ),
    ignored: WordList("default deprecated description example examples externalDocs title xml"),
};

impl AllowedKeys {
    pub(super) fn ignores(&self, key: &str) -> bool {
        self.ignored.contains(key) || key.starts_with("x-")
    }

    /// The keys of an object that the contract has no place for.
    pub(super) fn unknown_in<'a>(&'a self, object: &'a Value) -> impl Iterator<Item = &'a str> {
        let keys = object.as_object().into_iter().flatten();
        keys.map(|(key, _)| key.as_str())
            .filter(|key| !(self.facts.contains(key) || self.ignores(key)))
    }
}
