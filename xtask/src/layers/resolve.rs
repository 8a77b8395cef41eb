//! From a path in the code to the file that defines the item, through imports and re-exports.

use crate::layers::source::{Crate, Definition};

/// The target of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    Module(usize),
    Item {
        file: usize,
        name: &'a str,
        is_type: bool,
    },
    /// An item of another crate.
    External,
}

/// An import or a glob that is being followed, and for which name: two globs may import each other.
type Step<'a> = (usize, &'a [String], &'a str);

impl Crate {
    /// Everything that `path` can mean in `module`; empty if the crate defines no such item.
    pub(crate) fn resolve<'a>(&'a self, module: usize, path: &'a [String]) -> Vec<Target<'a>> {
        self.follow(module, path, &mut Vec::new())
    }

    fn follow<'a>(
        &'a self,
        module: usize,
        path: &'a [String],
        active: &mut Vec<Step<'a>>,
    ) -> Vec<Target<'a>> {
        let Some((first, rest)) = path.split_first() else {
            return Vec::new();
        };
        let step = (module, path, "");
        if active.contains(&step) {
            return Vec::new();
        }
        active.push(step);
        let mut found = match first.as_str() {
            "crate" => vec![Target::Module(0)],
            "self" => vec![Target::Module(module)],
            "super" => vec![Target::Module(self.modules[module].parent)],
            name => {
                let found = self.look_up(module, name, active);
                match found.is_empty() {
                    true => vec![Target::External],
                    false => found,
                }
            }
        };
        for segment in rest {
            let mut next = Vec::new();
            for target in found {
                match target {
                    Target::Module(module) => next.extend(self.child(module, segment, active)),
                    // Of a function, nothing can be named; of a type, its variants and functions.
                    Target::Item { is_type: false, .. } => {}
                    known => next.push(known),
                }
            }
            found = next;
        }
        active.pop();
        found
    }

    fn child<'a>(
        &'a self,
        module: usize,
        name: &'a str,
        active: &mut Vec<Step<'a>>,
    ) -> Vec<Target<'a>> {
        if name == "super" {
            return vec![Target::Module(self.modules[module].parent)];
        }
        let mut found = self.look_up(module, name, active);
        if found.is_empty() && self.modules[module].has_hidden_items {
            found.push(Target::Item {
                file: self.modules[module].file,
                name,
                is_type: true,
            });
        }
        found
    }

    fn look_up<'a>(
        &'a self,
        module: usize,
        name: &'a str,
        active: &mut Vec<Step<'a>>,
    ) -> Vec<Target<'a>> {
        let scope = &self.modules[module];
        let mut found: Vec<Target<'a>> = Vec::new();
        if let Some((name, definitions)) = scope.items.get_key_value(name) {
            for definition in definitions {
                let is_type = matches!(definition, Definition::Type);
                match definition {
                    Definition::Module(module) => found.push(Target::Module(*module)),
                    Definition::Import(path) => found.extend(self.follow(module, path, active)),
                    Definition::Type | Definition::Value => found.push(Target::Item {
                        file: scope.file,
                        name,
                        is_type,
                    }),
                }
            }
            // A glob may still bring a function of the name of a module.
            if !found
                .iter()
                .all(|target| matches!(target, Target::Module(_)))
                || found.is_empty()
            {
                return found;
            }
        }
        for glob in &scope.globs {
            let step = (module, glob.as_slice(), name);
            if active.contains(&step) {
                continue;
            }
            for target in self.follow(module, glob, active) {
                // The variants of an enum are not followed: the glob itself names the enum.
                if let Target::Module(module) = target {
                    active.push(step);
                    found.extend(self.look_up(module, name, active));
                    active.pop();
                }
            }
        }
        found
    }
}
