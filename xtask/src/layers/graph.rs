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
        let reached: Vec<_> = (0..self.files.len()).map(|file| self.reach(file)).collect();
        let mut circles = BTreeSet::new();
        for file in 0..self.files.len() {
            let is_mutual = |other: &usize| reached[*other].contains_key(&file);
            let circle: Vec<_> = reached[file].keys().copied().filter(is_mutual).collect();
            if !circle.is_empty() {
                circles.insert(circle);
            }
        }
        let mut circles: Vec<_> = circles.into_iter().collect();
        circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
        circles
    }

    /// A shortest way along the arrows from the first file of a circle back to it, with the items.
    pub(crate) fn chain(&self, circle: &[usize]) -> String {
        let ways = circle.iter().map(|&start| {
            let before = self.reach(start);
            let mut way = vec![start, before[&start]];
            while way[way.len() - 1] != start {
                way.push(before[&way[way.len() - 1]]);
            }
            way.reverse();
            way
        });
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

    /// The files that are reached from `start`, each with the file before it on a shortest way.
    fn reach(&self, start: usize) -> BTreeMap<usize, usize> {
        let mut before = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(file) = queue.pop_front() {
            for (&(_, next), _) in self.arrows.range((file, 0)..(file + 1, 0)) {
                before.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    file
                });
            }
        }
        before
    }
}
