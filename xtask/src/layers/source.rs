//! The modules of a crate as its sources declare them: the items, imports and paths of each.

use anyhow::{Context, Result};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeMap;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Field, ImplItem, Item, Local, Meta, Token, UseTree};

/// The sources of a crate by their path below its folder, such as `src/lib.rs`.
pub(crate) type Sources = BTreeMap<String, String>;

/// A crate without its test code; the first module is the root.
#[derive(Default)]
pub(crate) struct Crate {
    pub(crate) files: Vec<String>,
    pub(crate) modules: Vec<Module>,
}

#[derive(Default)]
pub(crate) struct Module {
    pub(crate) file: usize,
    pub(crate) parent: usize,
    /// The folder of the files of its children.
    pub(crate) folder: String,
    /// Its items, until they are read, if they are in the file of the parent.
    inline_items: Option<Vec<Item>>,
    /// A type and a function may share a name.
    pub(crate) items: BTreeMap<String, Vec<Definition>>,
    pub(crate) globs: Vec<Vec<String>>,
    /// Every path in the code, as it is written.
    pub(crate) paths: Vec<Vec<String>>,
    /// A macro defines items here, or `include!` does, so that not every name is known.
    pub(crate) has_hidden_items: bool,
}

pub(crate) enum Definition {
    Module(usize),
    Type,
    Value,
    Import(Vec<String>),
}

impl Crate {
    /// Reads the crate whose root is the file `root`.
    pub(crate) fn read(root: &str, sources: &Sources) -> Result<Crate> {
        let mut reader = Reader {
            found: Crate::default(),
            module: 0,
        };
        reader.found.modules.push(Module {
            folder: "src".to_owned(),
            ..Module::default()
        });
        while reader.module < reader.found.modules.len() {
            let items = match reader.module().inline_items.take() {
                Some(items) => items,
                None => reader.read_file(root, sources)?,
            };
            for mut item in items {
                reader.visit_item_mut(&mut item);
            }
            reader.module += 1;
        }
        Ok(reader.found)
    }
}

/// Reads one module after the other; those that it declares are read after it.
struct Reader {
    found: Crate,
    module: usize,
}

impl Reader {
    fn module(&mut self) -> &mut Module {
        &mut self.found.modules[self.module]
    }

    /// The items of the file of the module.
    fn read_file(&mut self, root: &str, sources: &Sources) -> Result<Vec<Item>> {
        let folder = &self.found.modules[self.module].folder;
        let (file, facade) = (format!("{folder}.rs"), format!("{folder}/mod.rs"));
        let path = match self.module {
            0 => root.to_owned(),
            _ if sources.contains_key(&file) => file,
            _ => facade,
        };
        let text = sources.get(&path).with_context(|| path.clone())?;
        let file = syn::parse_file(text).with_context(|| format!("cannot parse {path}"))?;
        self.module().file = self.found.files.len();
        self.found.files.push(path);
        let is_compiled = !file.attrs.iter().any(is_for_tests);
        Ok(if is_compiled { file.items } else { Vec::new() })
    }

    fn define(&mut self, name: &syn::Ident, definition: Definition) {
        let items = &mut self.module().items;
        items.entry(name.to_string()).or_default().push(definition);
    }

    fn declare(&mut self, item: &syn::ItemMod) {
        let module = Module {
            file: self.module().file,
            parent: self.module,
            folder: format!("{}/{}", self.module().folder, item.ident),
            inline_items: item.content.clone().map(|(_, items)| items),
            ..Module::default()
        };
        self.define(&item.ident, Definition::Module(self.found.modules.len()));
        self.found.modules.push(module);
    }

    fn read_use(&mut self, item: &syn::ItemUse) {
        let is_public = !matches!(item.vis, syn::Visibility::Inherited);
        let file = &self.found.files[self.found.modules[self.module].file];
        let mut facades = ["/mod.rs", "src/lib.rs", "src/main.rs"].iter();
        let is_reexport = is_public && facades.any(|end| file.ends_with(end));
        // `::name` is another crate.
        if item.leading_colon.is_none() {
            self.read_use_tree(&item.tree, &[], is_reexport);
        }
    }

    fn read_use_tree(&mut self, tree: &UseTree, prefix: &[String], is_reexport: bool) {
        let (name, bound) = match tree {
            UseTree::Path(path) => {
                let prefix = [prefix, &[path.ident.to_string()]].concat();
                return self.read_use_tree(&path.tree, &prefix, is_reexport);
            }
            UseTree::Group(group) => {
                let trees = group.items.iter();
                return trees.for_each(|tree| self.read_use_tree(tree, prefix, is_reexport));
            }
            UseTree::Glob(_) => {
                self.module().globs.push(prefix.to_vec());
                return self.module().paths.push(prefix.to_vec());
            }
            UseTree::Name(name) => (&name.ident, &name.ident),
            UseTree::Rename(rename) => (&rename.ident, &rename.rename),
        };
        let mut path = prefix.to_vec();
        let mut bound = bound.clone();
        if name != "self" {
            path.push(name.to_string());
        } else if let (true, Some(last)) = (bound == "self", prefix.last()) {
            bound = syn::Ident::new(last, bound.span());
        }
        if !is_reexport {
            self.module().paths.push(path.clone());
        }
        self.define(&bound, Definition::Import(path));
    }

    /// The paths in the arguments of a macro or of an attribute, which are not parsed.
    fn read_tokens(&mut self, tokens: TokenStream, are_attributes: bool) {
        // Whether the next name may continue the last path, and the punctuation before it.
        let (mut may_continue, mut punctuation) = (false, String::new());
        for token in tokens {
            match token {
                TokenTree::Punct(punct) => {
                    punctuation.push(punct.as_char());
                    continue;
                }
                TokenTree::Ident(name) => {
                    let paths = &mut self.module().paths;
                    match (paths.last_mut(), punctuation.as_str()) {
                        (Some(last), "::") if may_continue => last.push(name.to_string()),
                        // A field, a lifetime, or the item of another crate.
                        (_, before) if before.ends_with(['.', '\'']) || before.ends_with("::") => {
                            may_continue = false;
                        }
                        _ => {
                            paths.push(vec![name.to_string()]);
                            may_continue = true;
                        }
                    }
                }
                TokenTree::Group(group) => {
                    may_continue = false;
                    self.read_tokens(group.stream(), are_attributes);
                }
                TokenTree::Literal(literal) => {
                    may_continue = false;
                    // As in `#[serde(with = "crate::text")]`.
                    let text = syn::parse_str::<syn::LitStr>(&literal.to_string());
                    let path = text.and_then(|text| text.parse::<syn::Path>());
                    if let (true, Ok(mut path)) = (are_attributes, path) {
                        self.visit_path_mut(&mut path);
                    }
                }
            }
            punctuation.clear();
        }
    }
}

impl VisitMut for Reader {
    fn visit_item_mut(&mut self, item: &mut Item) {
        if is_test_code(item) {
            return;
        }
        match item {
            Item::Mod(item) => return self.declare(item),
            Item::Use(item) => return self.read_use(item),
            Item::Const(item) => self.define(&item.ident, Definition::Value),
            Item::Static(item) => self.define(&item.ident, Definition::Value),
            Item::Fn(item) => self.define(&item.sig.ident, Definition::Value),
            Item::Enum(item) => self.define(&item.ident, Definition::Type),
            Item::Struct(item) => self.define(&item.ident, Definition::Type),
            Item::Trait(item) => self.define(&item.ident, Definition::Type),
            Item::Type(item) => self.define(&item.ident, Definition::Type),
            Item::Union(item) => self.define(&item.ident, Definition::Type),
            Item::Macro(item) => match &item.ident {
                Some(name) => self.define(name, Definition::Value),
                None => self.module().has_hidden_items = true,
            },
            _ => {}
        }
        visit_mut::visit_item_mut(self, item);
    }

    fn visit_impl_item_mut(&mut self, item: &mut ImplItem) {
        if !is_test_code(item) {
            visit_mut::visit_impl_item_mut(self, item);
        }
    }

    fn visit_field_mut(&mut self, field: &mut Field) {
        if !is_test_code(field) {
            visit_mut::visit_field_mut(self, field);
        }
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        if !is_test_code(local) {
            visit_mut::visit_local_mut(self, local);
        }
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.leading_colon.is_none() {
            let segments = path.segments.iter();
            let segments = segments.map(|segment| segment.ident.to_string()).collect();
            self.module().paths.push(segments);
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        let name = call.path.segments.last().map(|last| last.ident.to_string());
        // The paths in quoted code belong to the crate that it is generated for.
        if name.is_some_and(|name| name.contains("quote")) {
            return;
        }
        self.visit_path_mut(&mut call.path);
        self.read_tokens(call.tokens.clone(), false);
    }

    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.read_tokens(list.tokens.clone(), true);
        }
    }
}

/// Whether an attribute of the node says that it is compiled for tests alone.
fn is_test_code(node: &impl ToTokens) -> bool {
    let attributes = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<TokenStream>()?;
        Ok(attributes)
    };
    let attributes = attributes.parse2(node.to_token_stream());
    attributes.is_ok_and(|attributes| attributes.iter().any(is_for_tests))
}

fn is_for_tests(attribute: &Attribute) -> bool {
    let path = attribute.path();
    if path.is_ident("cfg") {
        let condition = attribute.parse_args::<Meta>();
        return condition.is_ok_and(|condition| needs_test(&condition));
    }
    let last = path.segments.last();
    last.is_some_and(|last| last.ident == "test")
}

fn needs_test(condition: &Meta) -> bool {
    let Meta::List(list) = condition else {
        return condition.path().is_ident("test");
    };
    let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let parts = parts.unwrap_or_default();
    list.path.is_ident("all") && parts.iter().any(needs_test)
        || list.path.is_ident("any") && parts.iter().all(needs_test)
}
