//! The workspace seen as an outside consumer: the tests are in `workspace/`, and the programs of
//! `docs/use-cases.md` and
//! `docs/changing-users.md` are compiled as the examples of this page.
#![doc = include_str!("../../docs/use-cases.md")]
#![doc = include_str!("../../docs/changing-users.md")]
