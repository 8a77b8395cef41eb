//! .NET type names as the published document writes them.

/// A type name with its generic arguments; assembly names and versions are dropped on reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypeName {
    /// Namespace and name, as in `KeepnetLabs.Core.IdResult`.
    pub(crate) path: String,
    /// The arguments of a generic type.
    pub(crate) arguments: Vec<TypeName>,
}

impl TypeName {
    /// Reads ``A.B`1[[C.D, Assembly, Version=1.0.0.0]]``; any other text is a plain path.
    pub(crate) fn parse(text: &str) -> TypeName {
        match parse_type(text) {
            Some((name, "")) => name,
            _ => TypeName {
                path: text.to_owned(),
                arguments: Vec::new(),
            },
        }
    }

    /// `A.B<C.D>`: the same for every assembly version.
    pub(crate) fn key(&self) -> String {
        if self.arguments.is_empty() {
            return self.path.clone();
        }
        let arguments: Vec<_> = self.arguments.iter().map(TypeName::key).collect();
        format!("{}<{}>", self.path, arguments.join(", "))
    }

    /// The segments of the path, outermost first; a nested class is one more segment.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.split(['.', '+']).collect()
    }
}

fn parse_type(text: &str) -> Option<(TypeName, &str)> {
    let end = text.find(['`', ',', ']']).unwrap_or(text.len());
    let (path, mut rest) = text.split_at(end);
    if path.is_empty() {
        return None;
    }
    let mut arguments = Vec::new();
    if let Some(generic) = rest.strip_prefix('`') {
        rest = generic
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .strip_prefix('[')?;
        loop {
            let (argument, after) = parse_type(rest.strip_prefix('[')?)?;
            arguments.push(argument);
            rest = after.get(after.find(']')? + 1..)?;
            match rest.strip_prefix(',') {
                Some(next) => rest = next,
                None => break,
            }
        }
        rest = rest.strip_prefix(']')?;
    }
    Some((
        TypeName {
            path: path.to_owned(),
            arguments,
        },
        rest,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_has_no_assembly_version() {
        for (text, key) in [
            ("A.B.C", "A.B.C"),
            ("A.Outer+Inner", "A.Outer+Inner"),
            (
                "A.R`1[[B.C, Asm, Version=1.0.0.0, Culture=neutral]]",
                "A.R<B.C>",
            ),
            (
                "A.R`1[[L`1[[B.C, Asm, Version=1.0]], Core, Version=8.0]]",
                "A.R<L<B.C>>",
            ),
            ("D`2[[S, X, V=1],[T`1[[U, Y, V=2]], Z, V=3]]", "D<S, T<U>>"),
            ("not`closed[[", "not`closed[["),
        ] {
            assert_eq!(TypeName::parse(text).key(), key, "{text}");
        }
    }
}
