//! The modules of a crate as its sources declare them: the items, imports and paths of each.

use anyhow::{Context, Result};
use proc_macro2::{Spacing, TokenStream, TokenTree};
use std::collections::BTreeMap;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Item, Meta, Token, UseTree};

/// The sources of a crate by their path below its folder, such as `src/lib.rs`.
pub(crate) type Sources = BTreeMap<String, String>;

/// A crate without its test code; the first module is the root.
#[derive(Default)]
pub(crate) struct Crate {
    pub(crate) files: Vec<String>,
    pub(crate) modules: Vec<Module>,
    /// The lines of the documentation of the root.
    pub(crate) docs: Vec<String>,
}

#[derive(Default)]
pub(crate) struct Module {
    pub(crate) file: usize,
    pub(crate) parent: usize,
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
            sources,
            found: Crate::default(),
            current: 0,
            folder: "src".to_owned(),
            failure: Ok(()),
        };
        reader.read_file(root, 0)?;
        reader.failure?;
        Ok(reader.found)
    }
}

struct Reader<'a> {
    sources: &'a Sources,
    found: Crate,
    /// The module of the visited item.
    current: usize,
    /// The folder of the children of that module.
    folder: String,
    /// The last error: a visitor cannot return one.
    failure: Result<()>,
}

impl Reader<'_> {
    fn read_file(&mut self, path: &str, parent: usize) -> Result<()> {
        let text = self.sources.get(path).context("no such file")?;
        let mut file = syn::parse_file(text).with_context(|| format!("cannot parse {path}"))?;
        if self.found.files.is_empty() {
            self.found.docs = file.attrs.iter().filter_map(doc_line).collect();
        }
        self.found.files.push(path.to_owned());
        self.add_module(self.found.files.len() - 1, parent);
        if !file.attrs.iter().any(is_test) {
            self.visit_file_mut(&mut file);
        }
        Ok(())
    }

    fn add_module(&mut self, file: usize, parent: usize) {
        self.found.modules.push(Module {
            file,
            parent,
            ..Module::default()
        });
    }

    fn module(&mut self) -> &mut Module {
        &mut self.found.modules[self.current]
    }

    fn define(&mut self, name: &syn::Ident, definition: Definition) {
        let items = &mut self.module().items;
        items.entry(name.to_string()).or_default().push(definition);
    }

    fn read_module(&mut self, item: &mut syn::ItemMod) {
        let (parent, child) = (self.current, self.found.modules.len());
        self.define(&item.ident, Definition::Module(child));
        let folder = format!("{}/{}", self.folder, item.ident);
        let outer = std::mem::replace(&mut self.folder, folder);
        self.current = child;
        if let Some((_, items)) = &mut item.content {
            self.add_module(self.found.modules[parent].file, parent);
            items.iter_mut().for_each(|item| self.visit_item_mut(item));
        } else {
            let file = format!("{}.rs", self.folder);
            let facade = format!("{}/mod.rs", self.folder);
            let is_file = self.sources.contains_key(&file);
            let path = if is_file { file } else { facade };
            if let Err(error) = self.read_file(&path, parent) {
                self.failure = Err(error.context(path));
            }
        }
        (self.current, self.folder) = (parent, outer);
    }

    fn read_use(&mut self, item: &syn::ItemUse) {
        let is_public = !matches!(item.vis, syn::Visibility::Inherited);
        let file = &self.found.files[self.found.modules[self.current].file];
        let mut facades = ["/mod.rs", "src/lib.rs", "src/main.rs"].iter();
        let is_reexport = is_public && facades.any(|end| file.ends_with(end));
        // `::name` is another crate.
        if item.leading_colon.is_none() {
            self.read_use_tree(&item.tree, &mut Vec::new(), is_reexport);
        }
    }

    fn read_use_tree(&mut self, tree: &UseTree, prefix: &mut Vec<String>, is_reexport: bool) {
        let (name, bound) = match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.read_use_tree(&path.tree, prefix, is_reexport);
                prefix.pop();
                return;
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.read_use_tree(tree, prefix, is_reexport);
                }
                return;
            }
            UseTree::Glob(_) => {
                self.module().globs.push(prefix.clone());
                self.module().paths.push(prefix.clone());
                return;
            }
            UseTree::Name(name) => (&name.ident, &name.ident),
            UseTree::Rename(rename) => (&rename.ident, &rename.rename),
        };
        let mut path = prefix.clone();
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
    fn read_tokens(&mut self, tokens: &TokenStream, are_attributes: bool) {
        let mut path: Vec<String> = Vec::new();
        // Whether the next identifier continues the path, and whether it names a field, a lifetime
        // or the item of another crate.
        let (mut continues, mut is_foreign, mut is_half_colon) = (false, false, false);
        for token in tokens.clone() {
            match token {
                TokenTree::Punct(colon) if colon.as_char() == ':' => {
                    let is_whole = is_half_colon;
                    is_half_colon = colon.spacing() == Spacing::Joint && !is_whole;
                    continues = is_whole && !path.is_empty();
                    is_foreign = is_whole && path.is_empty();
                    continue;
                }
                TokenTree::Ident(name) => {
                    if !continues {
                        self.end_path(&mut path);
                    }
                    if !is_foreign {
                        path.push(name.to_string());
                    }
                    is_foreign = false;
                }
                TokenTree::Punct(punct) => {
                    self.end_path(&mut path);
                    is_foreign = matches!(punct.as_char(), '.' | '\'');
                }
                TokenTree::Group(group) => {
                    self.end_path(&mut path);
                    self.read_tokens(&group.stream(), are_attributes);
                    is_foreign = false;
                }
                // As in `#[serde(with = "crate::text")]`.
                TokenTree::Literal(literal) => {
                    self.end_path(&mut path);
                    is_foreign = false;
                    let text = syn::parse_str::<syn::LitStr>(&literal.to_string());
                    let text = text.ok().filter(|_| are_attributes);
                    if let Some(Ok(mut path)) = text.map(|text| text.parse::<syn::Path>()) {
                        self.visit_path_mut(&mut path);
                    }
                }
            }
            (continues, is_half_colon) = (false, false);
        }
        self.end_path(&mut path);
    }

    fn end_path(&mut self, path: &mut Vec<String>) {
        if !path.is_empty() {
            let path = std::mem::take(path);
            self.module().paths.push(path);
        }
    }
}

impl VisitMut for Reader<'_> {
    fn visit_item_mut(&mut self, item: &mut Item) {
        let (attributes, defined) = match &*item {
            Item::Const(item) => (&item.attrs, Some((&item.ident, Definition::Value))),
            Item::Static(item) => (&item.attrs, Some((&item.ident, Definition::Value))),
            Item::Fn(item) => (&item.attrs, Some((&item.sig.ident, Definition::Value))),
            Item::Enum(item) => (&item.attrs, Some((&item.ident, Definition::Type))),
            Item::Struct(item) => (&item.attrs, Some((&item.ident, Definition::Type))),
            Item::Trait(item) => (&item.attrs, Some((&item.ident, Definition::Type))),
            Item::Type(item) => (&item.attrs, Some((&item.ident, Definition::Type))),
            Item::Union(item) => (&item.attrs, Some((&item.ident, Definition::Type))),
            Item::Macro(item) => {
                let defined = item.ident.as_ref();
                (&item.attrs, defined.map(|name| (name, Definition::Value)))
            }
            Item::Impl(item) => (&item.attrs, None),
            Item::Mod(item) => (&item.attrs, None),
            Item::Use(item) => (&item.attrs, None),
            _ => return visit_mut::visit_item_mut(self, item),
        };
        if attributes.iter().any(is_test) {
            return;
        }
        if let Some((name, definition)) = defined {
            self.define(name, definition);
        }
        match item {
            Item::Mod(item) => return self.read_module(item),
            Item::Use(item) => return self.read_use(item),
            Item::Macro(item) if item.ident.is_none() => self.module().has_hidden_items = true,
            _ => {}
        }
        visit_mut::visit_item_mut(self, item);
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut syn::ImplItemFn) {
        if !item.attrs.iter().any(is_test) {
            visit_mut::visit_impl_item_fn_mut(self, item);
        }
    }

    fn visit_field_mut(&mut self, field: &mut syn::Field) {
        if !field.attrs.iter().any(is_test) {
            visit_mut::visit_field_mut(self, field);
        }
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if !local.attrs.iter().any(is_test) {
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
        self.read_tokens(&call.tokens, false);
    }

    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.read_tokens(&list.tokens, true);
        }
    }
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let value = &attribute.meta.require_name_value().ok()?.value;
    match value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) if attribute.path().is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

/// Whether an item with this attribute is compiled for tests alone.
fn is_test(attribute: &Attribute) -> bool {
    let path = attribute.path();
    if path.is_ident("cfg") {
        return attribute
            .parse_args::<Meta>()
            .is_ok_and(|meta| needs_test(&meta));
    }
    path.segments
        .last()
        .is_some_and(|last| last.ident == "test")
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
