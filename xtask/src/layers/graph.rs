//! The graph of the files of a crate: an arrow goes from a file to the files whose items it names.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

use crate::layers::resolve::Target;
use crate::layers::source::Crate;

pub(crate) struct Graph<'a> {
    pub(crate) files: &'a [String],
    /// From one file to another, with the items that are named.
    pub(crate) arrows: BTreeMap<(usize, usize), BTreeSet<&'a str>>,
    /// Files and paths that start at this crate and lead nowhere, so that an arrow may be missed.
    pub(crate) unresolved: BTreeSet<(usize, String)>,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(source: &'a Crate) -> Graph<'a> {
        let mut graph = Graph {
            files: &source.files,
            arrows: BTreeMap::new(),
            unresolved: BTreeSet::new(),
        };
        for (index, module) in source.modules.iter().enumerate() {
            for path in &module.paths {
                let targets = source.resolve(index, path);
                if targets.is_empty() && ["crate", "self", "super"].contains(&path[0].as_str()) {
                    graph.unresolved.insert((module.file, path.join("::")));
                }
                for target in targets {
                    if let Target::Item { file, name, .. } = target
                        && file != module.file
                    {
                        let names = graph.arrows.entry((module.file, file)).or_default();
                        names.insert(name);
                    }
                }
            }
        }
        graph
    }

    /// The groups of files that reach each other, largest first.
    pub(crate) fn circles(&self) -> Vec<Vec<usize>> {
        let ways: Vec<_> = (0..self.files.len()).map(|file| self.ways(file)).collect();
        let circles = ways.iter().enumerate().map(|(file, reached)| {
            let is_mutual = |other: &usize| ways[*other].contains_key(&file);
            reached.keys().copied().filter(is_mutual).collect()
        });
        let circles: BTreeSet<Vec<usize>> = circles.collect();
        let mut circles: Vec<_> = circles.into_iter().collect();
        circles.retain(|circle| !circle.is_empty());
        circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
        circles
    }

    /// A shortest way along the arrows from a file of a circle back to it, with the items.
    pub(crate) fn chain(&self, circle: &[usize]) -> String {
        let ways = circle
            .iter()
            .filter_map(|file| self.ways(*file).remove(file));
        let Some(way) = ways.min_by_key(Vec::len) else {
            return String::new();
        };
        let mut text = self.files[way[0]].clone();
        for pair in way.windows(2) {
            let (to, names) = (&self.files[pair[1]], self.names(pair[0], pair[1]));
            let _ = write!(text, " -({names})-> {to}");
        }
        text
    }

    pub(crate) fn names(&self, from: usize, to: usize) -> String {
        let names = self.arrows.get(&(from, to)).into_iter().flatten();
        names.copied().collect::<Vec<_>>().join(", ")
    }

    /// The files that are reached from `start`, each with a shortest way to it.
    fn ways(&self, start: usize) -> BTreeMap<usize, Vec<usize>> {
        let mut ways = BTreeMap::new();
        let mut queue = VecDeque::from([vec![start]]);
        while let Some(way) = queue.pop_front() {
            let file = way[way.len() - 1];
            for (&(_, next), _) in self.arrows.range((file, 0)..(file + 1, 0)) {
                ways.entry(next).or_insert_with(|| {
                    let way = [&way[..], &[next]].concat();
                    queue.push_back(way.clone());
                    way
                });
            }
        }
        ways
    }
}
