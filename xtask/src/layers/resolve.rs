//! From a path in the code to the file that defines the item, through imports and re-exports.

use crate::layers::source::{Crate, Definition, Module};

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

impl Crate {
    /// Everything that `path` can mean in `module`; empty if the crate defines no such item.
    pub(crate) fn resolve<'a>(&'a self, module: usize, path: &'a [String]) -> Vec<Target<'a>> {
        let active = Vec::new();
        Resolver {
            source: self,
            active,
        }
        .follow(module, path)
    }
}

struct Resolver<'a> {
    source: &'a Crate,
    /// The imports and globs that are being followed, and for which name: two globs may import
    /// each other.
    active: Vec<(usize, &'a [String], &'a str)>,
}

impl<'a> Resolver<'a> {
    fn follow(&mut self, module: usize, path: &'a [String]) -> Vec<Target<'a>> {
        let step = (module, path, "");
        let Some((first, rest)) = path.split_first().filter(|_| !self.active.contains(&step))
        else {
            return Vec::new();
        };
        self.active.push(step);
        let mut found = match first.as_str() {
            "crate" => vec![Target::Module(0)],
            "self" => vec![Target::Module(module)],
            "super" => vec![Target::Module(self.source.modules[module].parent)],
            name => self.look_up(module, name),
        };
        if found.is_empty() {
            found.push(Target::External);
        }
        for segment in rest {
            let targets = found.into_iter();
            let next = targets.flat_map(|target| match target {
                Target::Module(module) => self.child(module, segment),
                // Of a function, nothing can be named; of a type, its variants and functions.
                Target::Item { is_type: false, .. } => Vec::new(),
                known => vec![known],
            });
            found = next.collect();
        }
        self.active.pop();
        found
    }

    fn child(&mut self, module: usize, name: &'a str) -> Vec<Target<'a>> {
        let Module {
            parent,
            file,
            has_hidden_items,
            ..
        } = self.source.modules[module];
        if name == "super" {
            return vec![Target::Module(parent)];
        }
        let mut found = self.look_up(module, name);
        if found.is_empty() && has_hidden_items {
            let is_type = true;
            found.push(Target::Item {
                file,
                name,
                is_type,
            });
        }
        found
    }

    fn look_up(&mut self, module: usize, name: &'a str) -> Vec<Target<'a>> {
        let Module {
            items, file, globs, ..
        } = &self.source.modules[module];
        let mut found: Vec<Target<'a>> = Vec::new();
        for definition in items.get(name).into_iter().flatten() {
            match definition {
                Definition::Module(module) => found.push(Target::Module(*module)),
                Definition::Import(path) => found.extend(self.follow(module, path)),
                Definition::Type | Definition::Value => found.push(Target::Item {
                    file: *file,
                    name,
                    is_type: matches!(definition, Definition::Type),
                }),
            }
        }
        // A glob may still bring a function of the name of a module.
        if found
            .iter()
            .any(|target| !matches!(target, Target::Module(_)))
        {
            return found;
        }
        for glob in globs {
            let step = (module, glob.as_slice(), name);
            if self.active.contains(&step) {
                continue;
            }
            for target in self.follow(module, glob) {
                // The variants of an enum are not followed: the glob itself names the enum.
                if let Target::Module(module) = target {
                    self.active.push(step);
                    found.extend(self.look_up(module, name));
                    self.active.pop();
                }
            }
        }
        found
    }
}
